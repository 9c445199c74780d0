package io.doksnap.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.doksnap.docker.DockerException.Kind;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link DockerEngine} does. */
abstract class DockerEngineContract {
    private final String name = "doksnap-test-" + UUID.randomUUID();

    /** The engine under test; {@code null} where there is none and the test was skipped. */
    abstract DockerEngine engine();

    /** Makes a container of the given name use a volume until {@link #release()}. */
    abstract void use(String volume, String container);

    /** Ends what {@link #use} began. */
    abstract void release();

    @AfterEach
    void removeVolume() throws DockerException {
        if (engine() != null) {
            engine().removeVolume(name);
        }
    }

    @Test
    void infoNamesHostAndVersions() throws DockerException {
        EngineInfo info = engine().info();
        assertThat(info.name()).isNotBlank();
        assertThat(info.version()).contains(".");
        assertThat(info.apiVersion()).matches("\\d+\\.\\d+");
    }

    @Test
    void volumeThatWasNeverCreatedIsNotFound() throws DockerException {
        assertThat(engine().findVolume(name)).isEmpty();
    }

    @Test
    void createdVolumeIsFound() throws DockerException {
        Volume created = engine().createVolume(name);
        assertThat(created.name()).isEqualTo(name);
        assertThat(created.driver()).isEqualTo("local");
        assertThat(created.mountpoint()).isAbsolute().endsWithRaw(Path.of(name, "_data"));
        assertThat(engine().findVolume(name)).contains(created);
    }

    @Test
    void creatingAVolumeTwiceReturnsTheSameOne() throws DockerException {
        Volume first = engine().createVolume(name);
        assertThat(engine().createVolume(name)).isEqualTo(first);
    }

    @Test
    void volumeHasTheLabelsAndOptionsThatItIsCreatedWith() throws DockerException {
        Map<String, String> labels = Map.of("com.docker.compose.project", "shop");
        Map<String, String> options = Map.of("type", "tmpfs", "device", "tmpfs");
        engine().createVolume(name, labels, options);
        assertThat(engine().findVolume(name)).hasValueSatisfying(volume -> {
            assertThat(volume.labels()).isEqualTo(labels);
            assertThat(volume.options()).isEqualTo(options);
        });
    }

    @Test
    void removedVolumeIsGone() throws DockerException {
        engine().createVolume(name);
        engine().removeVolume(name);
        assertThat(engine().findVolume(name)).isEmpty();
    }

    @Test
    void removingAVolumeThatIsNotThereSucceeds() throws DockerException {
        engine().removeVolume(name);
        assertThat(engine().findVolume(name)).isEmpty();
    }

    @Test
    void volumeInUseStaysAndItsContainerIsNamed() throws DockerException {
        engine().createVolume(name);
        use(name, name + "-user");
        try {
            assertThatExceptionOfType(DockerException.class)
                    .isThrownBy(() -> engine().removeVolume(name))
                    .withMessageContaining(name + " is in use by " + name + "-user")
                    .matches(e -> e.kind() == Kind.REFUSED);
            assertThat(engine().findVolume(name)).isPresent();
        } finally {
            release();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "../etc", "shop/data", "-v", ".hidden", "a b", "dät", "a\nb", "%2e%2e"})
    void nameThatIsNoVolumeNameIsRefused(String bad) {
        assertThatExceptionOfType(DockerException.class)
                .isThrownBy(() -> engine().createVolume(bad))
                .withMessageContaining("is no name of a Docker volume")
                .matches(e -> e.kind() == Kind.REFUSED);
        assertThatExceptionOfType(DockerException.class).isThrownBy(() -> engine().findVolume(bad));
        assertThatExceptionOfType(DockerException.class).isThrownBy(() -> engine().removeVolume(bad));
    }
}
