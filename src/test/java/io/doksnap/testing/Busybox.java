package io.doksnap.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Real containers of a tiny image without any network; all that it made is removed when it is closed. */
public final class Busybox implements AutoCloseable {
    private static final List<String> TOOLS =
            List.of("sh", "sleep", "cat", "ps", "kill", "echo", "true", "false", "touch", "yes");
    private static final int EXECUTABLE = 0755;

    private final String image = "doksnap-test-busybox-" + UUID.randomUUID();
    private final List<String> made = new ArrayList<>();
    private final DockerHttpClient http;
    private final DockerClient docker;

    private Busybox(URI host) {
        http = new ZerodepDockerHttpClient.Builder().dockerHost(host).build();
        docker = DockerClientImpl.getInstance(
                DefaultDockerClientConfig.createDefaultConfigBuilder()
                        .withDockerHost(host.toString())
                        .build(),
                http);
    }

    /** Imports the image into an engine. */
    public static Busybox at(URI host) {
        Busybox busybox = new Busybox(host);
        busybox.importImage(imageOf(Needs.command("busybox")));
        return busybox;
    }

    /** What it imported. */
    public String image() {
        return image;
    }

    /** The engine's own client, for what is out of the ordinary. */
    public DockerClient docker() {
        return docker;
    }

    /** A running container that does nothing, and ends at once when it is told to. */
    public String run(String name) {
        return run(
                name, (create, host) -> create.withCmd("sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.1; done"));
    }

    /** A running container with whatever is to be different. */
    public String run(String name, BiConsumer<CreateContainerCmd, HostConfig> change) {
        HostConfig host = HostConfig.newHostConfig().withNetworkMode("none");
        CreateContainerCmd create = docker.createContainerCmd(image).withName(name);
        change.accept(create, host);
        String id = create.withHostConfig(host).exec().getId();
        made.add(id);
        docker.startContainerCmd(id).exec();
        return id;
    }

    /** What runs in a container: one line a process that is not a zombie. */
    public List<String> processes(String container) {
        String[][] table = docker.topContainerCmd(container)
                .withPsArgs("-eo pid,stat,args")
                .exec()
                .getProcesses();
        List<String> processes = new ArrayList<>();
        for (String[] row : table == null ? new String[0][] : table) {
            if (!row[1].startsWith("Z")) {
                processes.add(row[2]);
            }
        }
        return processes;
    }

    @Override
    public void close() throws IOException {
        for (String id : made) {
            try {
                docker.removeContainerCmd(id)
                        .withForce(true)
                        .withRemoveVolumes(true)
                        .exec();
            } catch (NotFoundException e) {
                // The test has removed it.
            }
        }
        // Such as what a program that was killed had made of it.
        docker.listContainersCmd()
                .withShowAll(true)
                .withAncestorFilter(List.of(image))
                .exec()
                .forEach(left ->
                        docker.removeContainerCmd(left.getId()).withForce(true).exec());
        docker.removeImageCmd(image).exec();
        docker.close();
    }

    /** By hand, since docker-java's own command sends an empty JSON object instead of the image. */
    private void importImage(byte[] tar) {
        DockerHttpClient.Request request = DockerHttpClient.Request.builder()
                .method(DockerHttpClient.Request.Method.POST)
                .path("/images/create?fromSrc=-&repo=" + image)
                .putHeader("Content-Type", "application/x-tar")
                .body(new ByteArrayInputStream(tar))
                .build();
        try (DockerHttpClient.Response response = http.execute(request)) {
            String answer = new String(response.getBody().readAllBytes(), UTF_8);
            if (response.getStatusCode() != 200 || !answer.contains("sha256:")) {
                throw new IllegalStateException(answer);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] imageOf(Path busybox) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            for (String directory : List.of("bin/", "tmp/", "proc/", "data/")) {
                tar.putArchiveEntry(new TarArchiveEntry(directory));
                tar.closeArchiveEntry();
            }
            TarArchiveEntry program = new TarArchiveEntry("bin/busybox");
            program.setSize(Files.size(busybox));
            program.setMode(EXECUTABLE);
            tar.putArchiveEntry(program);
            Files.copy(busybox, tar);
            tar.closeArchiveEntry();
            for (String tool : TOOLS) {
                TarArchiveEntry link = new TarArchiveEntry("bin/" + tool, TarConstants.LF_SYMLINK);
                link.setLinkName("busybox");
                tar.putArchiveEntry(link);
                tar.closeArchiveEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
