package io.doksnap.declare.offen;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What an installation amounts to in our words, before it is written down. Not for several threads. */
final class Moved {
    final Map<String, Place> places = new LinkedHashMap<>();
    final Map<String, Encryption> encryptions = new LinkedHashMap<>();
    final List<App> apps = new ArrayList<>();
    final List<String> allowedPaths = new ArrayList<>();
    final List<Variable> variables = new ArrayList<>();
    final List<Finding> findings = new ArrayList<>();
    Optional<String> dockerHost = Optional.empty();
    Optional<String> timeZone = Optional.empty();

    /** The name of what belongs to nobody in particular. */
    static final String DEFAULT = "default";

    /** Where to store. */
    sealed interface Place {
        /**
         * A bucket.
         *
         * @param settings as {@code s3} has them
         * @param credentials equal for the same credentials; holds secrets
         */
        record Bucket(Map<String, String> settings, String credentials) implements Place {}

        /** A directory of the host. */
        record Directory(String path) implements Place {}
    }

    /**
     * How to encrypt.
     *
     * @param fingerprint equal for what is the same; holds secrets
     */
    record Encryption(String method, String fingerprint) {}

    /** A variable of ours, and where its value comes from. */
    record Variable(String name, String value) {}

    /** A volume, or a directory of the host. */
    record Source(boolean directory, String name) {}

    /** A command in the container of a workload. */
    record Hook(OffenWorkload workload, String command, Optional<String> user) {}

    /** One schedule. */
    record App(
            String name,
            List<Source> sources,
            Optional<String> schedule,
            Optional<String> timeZone,
            Keep keep,
            List<String> exclude,
            Optional<String> compression,
            List<String> destinations,
            Optional<String> encryption,
            List<OffenWorkload> stopped,
            Optional<String> stopTimeout,
            List<Hook> pre,
            List<Hook> post) {

        /**
         * The workload that the policy names: one that is stopped, if any is, since a target is; and a service with a hook rather than
         * another, since a hook names containers alone.
         */
        Optional<OffenWorkload> target() {
            List<OffenWorkload> hooked = Stream.concat(pre.stream(), post.stream())
                    .map(Hook::workload)
                    .toList();
            List<OffenWorkload> choice = stopped.isEmpty() ? hooked : stopped;
            return choice.stream()
                    .filter(workload -> workload.isService() && hooked.contains(workload))
                    .findFirst()
                    .or(() -> choice.stream().findFirst());
        }

        /** What is stopped besides the target, by name. */
        List<String> with() {
            return stopped.stream()
                    .filter(workload -> !workload.equals(target().orElse(null)))
                    .map(OffenWorkload::name)
                    .toList();
        }

        /** Hooks that cannot be written: in a service that is not the target. */
        List<Hook> unreachable() {
            return Stream.concat(pre.stream(), post.stream())
                    .filter(hook -> hook.workload().isService())
                    .filter(hook -> !hook.workload().equals(target().orElse(null)))
                    .toList();
        }
    }
}
