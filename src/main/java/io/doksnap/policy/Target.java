package io.doksnap.policy;

import java.util.Map;
import java.util.TreeMap;

/** The workload whose data a policy protects. It need not be there yet, or still. */
public sealed interface Target {

    /** Names the workload in a few words, such as {@code container shop-web}. */
    String summary();

    /** A container by its name. */
    record Container(String name) implements Target {
        @Override
        public String summary() {
            return "container " + name;
        }
    }

    /** A Swarm service by its name. */
    record Service(String name) implements Target {
        @Override
        public String summary() {
            return "service " + name;
        }
    }

    /** A service of a Compose project. */
    record Compose(String project, String service) implements Target {
        @Override
        public String summary() {
            return "compose " + project + "/" + service;
        }
    }

    /**
     * Every container, and every Swarm service, that has all these labels.
     *
     * @param labels never empty
     */
    record MatchLabels(Map<String, String> labels) implements Target {
        public MatchLabels {
            labels = Map.copyOf(labels);
        }

        @Override
        public String summary() {
            return "labels " + new TreeMap<>(labels).toString().replaceAll("[{}]", "");
        }
    }
}
