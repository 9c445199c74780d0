package io.doksnap.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.ApiServer;
import io.doksnap.apiserver.ApiServerSettings;
import io.doksnap.apiserver.credentials.Access;
import io.doksnap.apiserver.json.Yaml;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** The embedded API with the kinds of {@code crd/}, and a namespace of its own for each test and kubectl. */
public final class PolicyApi implements AutoCloseable {
    private final Path directory;
    private final ApiServer server;
    private final AtomicInteger namespaces = new AtomicInteger();

    private PolicyApi(Path directory, ApiServer server) {
        this.directory = directory;
        this.server = server;
    }

    public static PolicyApi start(Path directory) throws IOException {
        return new PolicyApi(
                directory,
                ApiServer.start(new ApiServerSettings(
                        directory.resolve("api"),
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        List.of(),
                        crds(),
                        Clock.systemUTC())));
    }

    private static List<ObjectNode> crds() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(Path.of("crd"))) {
            files = all.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
        List<ObjectNode> crds = new ArrayList<>();
        for (Path file : files) {
            crds.add((ObjectNode) Yaml.read(Files.readAllBytes(file)));
        }
        return crds;
    }

    /** This kubectl, as an administrator in a new namespace. */
    public Kubectl kubectl(Path program) throws Exception {
        String namespace = "test-" + namespaces.incrementAndGet();
        Path home =
                Files.createDirectories(directory.resolve(program.getFileName().toString()));
        Path kubeconfig = home.resolve(namespace);
        Files.writeString(kubeconfig, server.kubeconfig(Access.ADMIN, Optional.empty()));
        Kubectl kubectl = Kubectl.of(program, kubeconfig);
        kubectl.ok("create", "namespace", namespace);
        kubectl.ok("config", "set-context", "--current", "--namespace=" + namespace);
        return kubectl;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
