package io.doksnap.declare.offen;

import io.doksnap.declare.labels.Carrier;
import io.doksnap.docker.Container;
import io.doksnap.docker.Mount;
import io.doksnap.docker.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Something that carries labels and mounts data, beside the backup's own container. */
public record OffenWorkload(Carrier carrier, List<Mount> mounts) {
    private static final String PROJECT = "com.docker.compose.project";
    private static final String SERVICE = "com.docker.compose.service";

    public OffenWorkload {
        mounts = List.copyOf(mounts);
    }

    /** The workloads of an engine; services speak for their tasks. */
    public static List<OffenWorkload> of(List<Container> containers, List<Service> services) {
        List<OffenWorkload> workloads = new ArrayList<>();
        for (Service service : services) {
            workloads.add(new OffenWorkload(
                    Carrier.service(service.name(), service.labels(), service.containerLabels()), service.mounts()));
        }
        for (Container container : containers) {
            if (container.swarmService().isEmpty()) {
                workloads.add(new OffenWorkload(carrier(container), container.mounts()));
            }
        }
        return workloads;
    }

    private static Carrier carrier(Container container) {
        String project = container.labels().get(PROJECT);
        String service = container.labels().get(SERVICE);
        return project == null || service == null
                ? Carrier.container(container.name(), container.labels())
                : Carrier.compose(container.name(), project, service, container.labels());
    }

    /** As it is called among containers and services. */
    String name() {
        return carrier.name();
    }

    boolean isService() {
        return carrier.target().service() != null;
    }

    Optional<String> label(OffenLabel label) {
        String own = carrier.labels().get(label.label());
        return Optional.ofNullable(own == null ? carrier.containerLabels().get(label.label()) : own);
    }

    boolean mounts(Mount.Type type, String source) {
        return mounts.stream()
                .anyMatch(mount -> mount.type() == type && mount.source().equals(source));
    }
}
