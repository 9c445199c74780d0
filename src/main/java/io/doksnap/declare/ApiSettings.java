package io.doksnap.declare;

import java.nio.file.Path;
import java.util.List;

/** Where the operator's resources are kept. */
public sealed interface ApiSettings {

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
    }

    /**
     * The API of a cluster, as somebody from outside.
     *
     * @param file a kubeconfig, whose current context counts; absolute
     */
    record Kubeconfig(Path file) implements ApiSettings {}

    /** The API of the cluster in which this process is a Pod. */
    record InCluster() implements ApiSettings {}
}
