package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.docker.Container;
import io.doksnap.docker.Mount;
import io.doksnap.docker.Volume;
import io.doksnap.policy.Target;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a target mounts, however many containers it has, and what a person means by a name in it.
 *
 * <p>Compose calls the volume {@code data} of the project {@code shop} {@code shop_data}, Dokploy calls that of a database {@code shop-data}, and
 * appends a suffix to those of a project that is to have a copy: {@code shop_data-x1y2}. People know it as {@code data}.
 */
final class TargetMounts {
    private static final String COMPOSE_PROJECT = "com.docker.compose.project";
    private static final String STACK = "com.docker.stack.namespace";
    private static final Pattern SUFFIX = Pattern.compile("-[A-Za-z0-9]+");

    private final Target target;
    private final Set<Mount> mounts;
    private final Set<String> workloads;
    private final Map<String, String> elsewhere = new HashMap<>();

    private TargetMounts(Target target, Set<Mount> mounts, Set<String> workloads) {
        this.target = target;
        this.mounts = mounts;
        this.workloads = workloads;
    }

    /** Those of a target that has these containers. */
    static TargetMounts of(Target target, Collection<Container> containers) {
        Set<Mount> mounts = new LinkedHashSet<>();
        Set<String> workloads = namesOf(target);
        for (Container container : containers) {
            mounts.addAll(container.mounts());
            workloads.add(container.name());
            container.swarmService().ifPresent(workloads::add);
            workloads.addAll(projects(container.labels()));
        }
        return new TargetMounts(target, mounts, workloads);
    }

    /** Adds those of a Swarm service, which may have no container just now. */
    TargetMounts with(String service, Map<String, String> labels, Collection<Mount> further) {
        mounts.addAll(further);
        workloads.add(service);
        workloads.addAll(projects(labels));
        return this;
    }

    /**
     * Notes that whoever uses these is on other nodes of the Swarm; what containers of this node mount is here all the same.
     *
     * @param user in words, with its nodes
     */
    void elsewhere(Collection<Mount> used, String user) {
        used.forEach(mount -> elsewhere.put(mount.source(), user));
    }

    /** Who uses what has this name, a volume or a directory, on other nodes and not on this one; empty where nothing tells that. */
    Optional<String> elsewhere(String source) {
        return Optional.ofNullable(elsewhere.get(source));
    }

    private static List<String> projects(Map<String, String> labels) {
        return List.of(COMPOSE_PROJECT, STACK).stream()
                .filter(labels::containsKey)
                .map(labels::get)
                .toList();
    }

    /** What a target's volumes are named after, also when nothing of it is there. */
    private static Set<String> namesOf(Target target) {
        Set<String> names = new LinkedHashSet<>();
        if (target instanceof Target.Container container) {
            names.add(container.name());
        } else if (target instanceof Target.Service service) {
            names.add(service.name());
        } else if (target instanceof Target.Compose compose) {
            names.add(compose.project());
        }
        return names;
    }

    /** The names that a volume of that short name would have, were the target there. */
    static List<String> likelyNames(Target target, String shortName) {
        List<String> names = new ArrayList<>();
        for (String workload : namesOf(target)) {
            names.add(workload + "_" + shortName);
            names.add(workload + "-" + shortName);
        }
        return names;
    }

    /** Everything that it mounts, of whatever type. */
    Set<Mount> all() {
        return Set.copyOf(mounts);
    }

    boolean hasNamed() {
        return !volumes().isEmpty();
    }

    /** Its named volumes, each once, by the names that sources of them have. */
    Map<String, String> named() throws RunException {
        Set<String> volumes = volumes();
        if (volumes.isEmpty()) {
            throw new RunException(
                    Reason.SOURCE_NOT_FOUND,
                    "the target (" + target.summary() + ") has no named volume; it mounts " + shown()
                            + (mounts.isEmpty() ? "" : ": name what to back up as sources, by its path there"));
        }
        Map<String, List<String>> byShortName = volumes.stream().collect(Collectors.groupingBy(this::shortName));
        Map<String, String> named = new TreeMap<>();
        for (String volume : volumes) {
            String shortName = shortName(volume);
            boolean unique = byShortName.getOrDefault(shortName, List.of()).size() == 1 && !volumes.contains(shortName);
            named.put(SourceName.of(unique ? shortName : volume), volume);
        }
        return named;
    }

    /**
     * The volume that a person calls by this name; empty where the target has none of it.
     *
     * @throws RunException when it can mean several
     */
    Optional<String> volume(String name) throws RunException {
        for (Predicate<String> rule : List.<Predicate<String>>of(
                name::equals, volume -> shortNames(volume).contains(name), volume -> isWithSuffix(volume, name))) {
            List<String> found = volumes().stream().filter(rule).toList();
            if (found.size() > 1) {
                throw new RunException(
                        Reason.SOURCE_NOT_FOUND,
                        "the volume " + name + " can be any of " + String.join(", ", found) + " in the target ("
                                + target.summary() + "); write the whole name of the one that is meant");
            }
            if (!found.isEmpty()) {
                return Optional.of(found.get(0));
            }
        }
        return Optional.empty();
    }

    /**
     * What is mounted at a path.
     *
     * @throws RunException when nothing is, or containers of the target mount different things there
     */
    Mount at(String path) throws RunException {
        Map<String, Mount> found = new LinkedHashMap<>();
        mounts.stream()
                .filter(mount -> mount.destination().equals(path))
                .forEach(mount -> found.put(mount.type() + mount.source(), mount));
        if (found.isEmpty()) {
            throw new RunException(
                    Reason.SOURCE_NOT_FOUND,
                    "the target (" + target.summary() + ") mounts nothing at " + path + "; it mounts " + shown());
        }
        if (found.size() > 1) {
            throw new RunException(
                    Reason.SOURCE_NOT_FOUND,
                    "the containers of the target (" + target.summary() + ") mount different things at " + path + ": "
                            + found.values().stream().map(TargetMounts::shown).collect(Collectors.joining(", "))
                            + "; write the name of the one that is meant");
        }
        return found.values().iterator().next();
    }

    /** What there is, for people. */
    String shown() {
        Set<String> all = new TreeSet<>();
        mounts.forEach(mount -> all.add(shown(mount)));
        return all.isEmpty() ? "nothing" : String.join(", ", all);
    }

    static String shown(Mount mount) {
        String at = " at " + mount.destination();
        return switch (mount.type()) {
            case VOLUME -> (isNamed(mount) ? mount.source() : "a volume without a name") + at;
            case BIND -> "the directory " + mount.source() + at;
            case TMPFS -> "memory" + at;
            case OTHER -> "something else" + at;
        };
    }

    private static boolean isNamed(Mount mount) {
        return !mount.source().isEmpty() && !Volume.isAnonymous(mount.source());
    }

    private Set<String> volumes() {
        Set<String> names = new TreeSet<>();
        mounts.stream()
                .filter(mount -> mount.type() == Mount.Type.VOLUME && isNamed(mount))
                .forEach(mount -> names.add(mount.source()));
        return names;
    }

    private String shortName(String volume) {
        return shortNames(volume).stream()
                .min((one, other) -> Integer.compare(one.length(), other.length()))
                .orElse(volume);
    }

    private Set<String> shortNames(String volume) {
        Set<String> names = new TreeSet<>();
        for (String workload : workloads) {
            if (volume.length() > workload.length() + 1
                    && volume.startsWith(workload)
                    && "_-".indexOf(volume.charAt(workload.length())) >= 0) {
                names.add(volume.substring(workload.length() + 1));
            }
        }
        return names;
    }

    private boolean isWithSuffix(String volume, String name) {
        Set<String> all = shortNames(volume);
        all.add(volume);
        return all.stream()
                .anyMatch(candidate -> candidate.startsWith(name)
                        && SUFFIX.matcher(candidate.substring(name.length())).matches());
    }
}
