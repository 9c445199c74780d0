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
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;

/**
 * An image made in seconds of what is installed on this machine: programs with the libraries that they name, data files, and a busybox for all the
 * rest. Its containers have no network; all that it made is removed when it is closed.
 */
public final class HostImage implements AutoCloseable {
    private final String image = "doksnap-test-host-" + UUID.randomUUID();
    private final List<String> made = new ArrayList<>();
    private final Set<String> volumes = new LinkedHashSet<>();
    private final DockerHttpClient http;
    private final DockerClient docker;

    private HostImage(URI host) {
        http = new ZerodepDockerHttpClient.Builder().dockerHost(host).build();
        docker = DockerClientImpl.getInstance(
                DefaultDockerClientConfig.createDefaultConfigBuilder()
                        .withDockerHost(host.toString())
                        .build(),
                http);
    }

    /**
     * Imports the image into an engine.
     *
     * @param work an empty directory
     * @param paths what of this machine is in it, at the same place, as the shell knows it
     * @param owned directories that belong to the user and group 70
     */
    public static HostImage at(URI host, Path work, List<String> paths, List<String> owned) {
        HostImage made = new HostImage(host);
        Path busybox = Needs.command("busybox");
        String script = """
                set -eu
                umask 022
                cd "$WORK"
                chmod 755 .
                mkdir -p bin tmp proc etc data %2$s
                cp -L "$BUSYBOX" bin/busybox
                for tool in $(bin/busybox --list); do ln -s busybox "bin/$tool" 2>/dev/null || true; done
                echo 'root:x:0:0::/:/bin/sh
                owner:x:70:70::/tmp:/bin/sh' >etc/passwd
                chown 70:70 %2$s
                chmod 1777 tmp
                cp -aL --parents %1$s .
                find . \\( -name 'llvmjit*' -o -name bitcode \\) -prune -exec rm -rf {} +
                find . -type f -perm /111 -o -type f -name '*.so*' | xargs ldd 2>/dev/null | grep -o '/[^ ]*' | grep -v ':$' | sort -u |
                    while read -r library; do [ -e ".$library" ] || cp -L --parents "$library" .; done
                chmod -R a+rX .
                tar -c . >"$TAR"
                """.formatted(
                String.join(" ", paths),
                String.join(" ", owned.stream().map(path -> path.substring(1)).toList()));
        try {
            // Hundreds of megabytes are no matter for memory.
            Path tar = Files.createTempFile("doksnap-image-", ".tar");
            try {
                byte[] ignored = Command.sh(script)
                        .env("WORK", work.toString())
                        .env("BUSYBOX", busybox.toString())
                        .env("TAR", tar.toString())
                        .output();
                made.importImage(tar);
            } finally {
                Files.delete(tar);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return made;
    }

    /** The engine's own client, for what is out of the ordinary. */
    public DockerClient docker() {
        return docker;
    }

    /** A running container. */
    public String run(String name, BiConsumer<CreateContainerCmd, HostConfig> change) {
        HostConfig host = HostConfig.newHostConfig().withNetworkMode("none");
        CreateContainerCmd create = docker.createContainerCmd(image).withName(name);
        change.accept(create, host);
        String id = create.withHostConfig(host).exec().getId();
        made.add(id);
        docker.startContainerCmd(id).exec();
        return id;
    }

    /** A volume that is removed in the end. */
    public String volume(String name) {
        docker.createVolumeCmd().withName(name).exec();
        volumes.add(name);
        return name;
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
        for (String volume : volumes) {
            docker.removeVolumeCmd(volume).exec();
        }
        docker.removeImageCmd(image).exec();
        docker.close();
    }

    /** By hand, since docker-java's own command sends an empty JSON object instead of the image. */
    private void importImage(Path tar) throws IOException {
        try (InputStream in = Files.newInputStream(tar)) {
            DockerHttpClient.Request request = DockerHttpClient.Request.builder()
                    .method(DockerHttpClient.Request.Method.POST)
                    .path("/images/create?fromSrc=-&repo=" + image)
                    .putHeader("Content-Type", "application/x-tar")
                    .body(in)
                    .build();
            try (DockerHttpClient.Response response = http.execute(request)) {
                String answer = new String(response.getBody().readAllBytes(), UTF_8);
                if (response.getStatusCode() != 200 || !answer.contains("sha256:")) {
                    throw new IllegalStateException(answer);
                }
            }
        }
    }

    /** A directory that a program of this machine is found in, the newest version where there are several. */
    public static Path newest(Path parent) {
        try (var versions = Files.list(parent)) {
            return versions.max(Comparator.comparing(Path::toString)).orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
