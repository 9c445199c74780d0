package io.doksnap.testing;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** A Swarm of two nodes on this machine, {@code manager} and {@code worker}, each with an engine of its own. Closing ends both. */
public final class TwoNodes implements AutoCloseable {
    /** An image that both nodes have. */
    public static final String IMAGE = "doksnap-test-busybox";

    private final Path home;

    private TwoNodes(Path home) {
        this.home = home;
    }

    /** Starts them. */
    public static TwoNodes start() throws IOException {
        Needs.nodes();
        Path busybox = Needs.command("busybox");
        // A short path: a unix socket's name has at most 107 bytes.
        TwoNodes nodes = new TwoNodes(Files.createTempDirectory("doksnap-nodes"));
        sh("dev/two-nodes start " + nodes.home + "/n");
        sh(
                "mkdir -p " + nodes.home + "/image/bin && cd " + nodes.home + "/image && cp " + busybox
                        + " bin/busybox && for t in sh sleep cat echo true; do ln -s busybox bin/$t; done && tar -cf ../image.tar .");
        for (String node : new String[] {"manager", "worker"}) {
            nodes.docker(node, "import " + nodes.home + "/image.tar " + IMAGE);
        }
        return nodes;
    }

    /** The engine of a node. */
    public URI host(String node) {
        return URI.create("unix://" + home + "/n/" + node + "/docker.sock");
    }

    /** What a docker command prints there. */
    public String docker(String node, String command) {
        return sh("docker -H " + host(node) + " " + command);
    }

    private static String sh(String script) {
        Command.Result result = Command.sh(script).run();
        if (result.exitCode() != 0) {
            throw new IllegalStateException(script + ": " + result.text() + result.errors());
        }
        return result.text().strip();
    }

    @Override
    public void close() {
        String ignored = sh("dev/two-nodes stop " + home + "/n && rm -rf --one-file-system " + home);
    }
}
