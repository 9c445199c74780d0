package io.doksnap.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import io.doksnap.testing.Needs;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The contract, kept by the real thing. */
class DockerEngineIT extends DockerEngineContract {
    private static final String IMAGE = "doksnap-test-empty";

    private DockerEngine engine;
    private DockerHttpClient http;
    private DockerClient docker;
    private String container = "";

    @BeforeEach
    void connect() throws DockerException {
        URI host = Needs.docker();
        engine = DockerEngines.connect(host, Duration.ofSeconds(20));
        http = new ZerodepDockerHttpClient.Builder().dockerHost(host).build();
        docker = DockerClientImpl.getInstance(
                DefaultDockerClientConfig.createDefaultConfigBuilder()
                        .withDockerHost(host.toString())
                        .build(),
                http);
    }

    @AfterEach
    void disconnect() throws IOException {
        if (docker != null) {
            docker.close();
        }
    }

    @Override
    DockerEngine engine() {
        return engine;
    }

    /** A container that was created and never started uses its volumes already; so the image needs nothing to run. */
    @Override
    void use(String volume, String container) {
        importImage();
        this.container = docker.createContainerCmd(IMAGE)
                .withName(container)
                .withCmd("/none")
                .withHostConfig(HostConfig.newHostConfig().withBinds(Bind.parse(volume + ":/data")))
                .exec()
                .getId();
    }

    @Override
    void release() {
        docker.removeContainerCmd(container).exec();
        docker.removeImageCmd(IMAGE).exec();
    }

    /** By hand, since docker-java's own command sends an empty JSON object instead of the image. */
    private void importImage() {
        DockerHttpClient.Request request = DockerHttpClient.Request.builder()
                .method(DockerHttpClient.Request.Method.POST)
                .path("/images/create?fromSrc=-&repo=" + IMAGE)
                .putHeader("Content-Type", "application/x-tar")
                .body(imageOfOneDirectory())
                .build();
        try (DockerHttpClient.Response response = http.execute(request)) {
            assertThat(response.getStatusCode()).isEqualTo(200);
            assertThat(response.getBody()).asString(UTF_8).contains("sha256:");
        }
    }

    private static InputStream imageOfOneDirectory() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            tar.putArchiveEntry(new TarArchiveEntry("data/"));
            tar.closeArchiveEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }
}
