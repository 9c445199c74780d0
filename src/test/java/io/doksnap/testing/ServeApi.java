package io.doksnap.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.ApiServer;
import io.doksnap.apiserver.ApiServerSettings;
import io.doksnap.apiserver.credentials.Access;
import io.doksnap.apiserver.json.Yaml;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** The embedded API with a kind of its own, Widget: in a test, or as a process that can be killed. */
public final class ServeApi {
    private ServeApi() {}

    /** Serves from a directory on any free port of this machine. */
    public static ApiServer start(Path directory) throws IOException {
        return start(directory, 0);
    }

    public static ApiServer start(Path directory, int port) throws IOException {
        return ApiServer.start(new ApiServerSettings(
                directory,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                List.of(),
                List.of(widgets()),
                Clock.systemUTC()));
    }

    /** The definition of Widget. */
    public static ObjectNode widgets() {
        try (InputStream in = ApiServer.class.getResourceAsStream("widgets.yaml")) {
            return (ObjectNode) Yaml.read(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Arguments: the directory, the port, and where the kubeconfig is to be written once it answers. Runs until it is killed. */
    public static void main(String[] arguments) throws Exception {
        ApiServer server = start(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
        Path kubeconfig = Path.of(arguments[2]);
        Path unfinished = kubeconfig.resolveSibling(kubeconfig.getFileName() + ".new");
        Files.writeString(unfinished, server.kubeconfig(Access.ADMIN, Optional.empty()));
        Files.move(unfinished, kubeconfig);
        Thread.currentThread().join();
    }
}
