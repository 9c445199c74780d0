package io.doksnap.declare;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Where the operator's resources are kept. */
public sealed interface ApiSettings {

    /** The namespaces whose resources count; empty: all that there are. */
    Set<String> namespaces();

    /** What counts where nothing is said: this machine alone may reach it. */
    ApiSettings DEFAULT = new Embedded("127.0.0.1", 6443, List.of());

    /**
     * An API server of our own, in this process.
     *
     * @param bind the address it listens on
     * @param port 0 for any that is free
     * @param names further names and addresses by which clients reach it, for its certificate
     */
    record Embedded(String bind, int port, List<String> names) implements ApiSettings {
        public Embedded {
            names = List.copyOf(names);
        }

        @Override
        public Set<String> namespaces() {
            return Set.of();
        }
    }

    /**
     * The API of a cluster, as somebody from outside.
     *
     * @param file a kubeconfig, whose current context counts; absolute
     * @param namespaces where it looks; empty: everywhere
     */
    record Kubeconfig(Path file, Set<String> namespaces) implements ApiSettings {
        public Kubeconfig {
            namespaces = Set.copyOf(namespaces);
        }
    }

    /**
     * The API of the cluster in which this process is a Pod.
     *
     * @param namespaces where it looks; empty: everywhere
     */
    record InCluster(Set<String> namespaces) implements ApiSettings {
        public InCluster {
            namespaces = Set.copyOf(namespaces);
        }
    }
}
