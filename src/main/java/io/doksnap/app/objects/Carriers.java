package io.doksnap.app.objects;

import io.doksnap.declare.labels.Carrier;
import io.doksnap.docker.Container;
import io.doksnap.docker.HelperContainers;
import io.doksnap.docker.Holders;
import io.doksnap.docker.Mount;
import io.doksnap.docker.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/** What of an engine carries labels that count. */
final class Carriers {
    private static final String PROJECT = "com.docker.compose.project";
    private static final String SERVICE = "com.docker.compose.service";
    private static final String ONE_OFF = "com.docker.compose.oneoff";
    private static final String REPLACES = "com.docker.compose.replace";

    /** What Docker calls a volume that nobody has named. */
    private static final Pattern ANONYMOUS = Pattern.compile("|[0-9a-f]{64}");

    private Carriers() {}

    /**
     * Who may speak for a workload.
     *
     * @param hasData whether it mounts a volume that somebody has named
     * @param image that gave labels to it, by id; empty for a service, which is given none
     */
    record Found(Carrier carrier, boolean hasData, String image) {}

    /** Services speak for their tasks, whose labels lag behind; everybody else speaks for itself, running or not. */
    static List<Found> of(List<Container> containers, List<Service> services) {
        List<Found> found = new ArrayList<>();
        for (Service service : services) {
            Carrier carrier = Carrier.service(service.name(), service.labels(), service.containerLabels());
            found.add(new Found(carrier, hasData(service.mounts()), ""));
        }
        for (Container container : containers) {
            if (speaks(container) && !isReplaced(container, containers)) {
                found.add(new Found(of(container), hasData(container.mounts()), container.image()));
            }
        }
        return found;
    }

    private static boolean hasData(List<Mount> mounts) {
        return mounts.stream()
                .filter(mount -> mount.type() == Mount.Type.VOLUME)
                .anyMatch(mount -> !ANONYMOUS.matcher(mount.source()).matches());
    }

    /** Not for a service, and not what is made for one purpose and goes: by {@code docker compose run}, or by ourselves. */
    private static boolean speaks(Container container) {
        Map<String, String> labels = container.labels();
        return container.swarmService().isEmpty()
                && !"true".equalsIgnoreCase(labels.get(ONE_OFF))
                && !labels.containsKey(HelperContainers.LABEL)
                && !labels.containsKey(Holders.LABEL);
    }

    /** While Compose makes a container anew, the old one is there beside it, perhaps with other labels. */
    private static boolean isReplaced(Container old, List<Container> containers) {
        return old.labels().containsKey(SERVICE)
                && containers.stream()
                        .filter(other -> !other.id().equals(old.id()))
                        .filter(other -> isSame(PROJECT, other, old) && isSame(SERVICE, other, old))
                        .map(other -> other.labels().getOrDefault(REPLACES, ""))
                        .anyMatch(replaced -> replaced.equals(old.id()) || replaced.equals(old.name()));
    }

    private static boolean isSame(String label, Container left, Container right) {
        return Objects.equals(left.labels().get(label), right.labels().get(label));
    }

    private static Carrier of(Container container) {
        Map<String, String> labels = container.labels();
        String project = labels.get(PROJECT);
        String service = labels.get(SERVICE);
        return project == null || service == null
                ? Carrier.container(container.name(), labels)
                : Carrier.compose(container.name(), project, service, labels);
    }
}
