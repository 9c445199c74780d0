package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.doksnap.docker.Container.State;
import io.doksnap.docker.Mount;
import io.doksnap.policy.Source;
import io.doksnap.policy.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A source that is every volume of the target that no other source reads. */
class RemainingVolumesTest {
    private static final Source.OtherVolumes REST = new Source.OtherVolumes("volumes", List.of("*.tmp"));

    @TempDir
    private Path home;

    private Bench bench;

    @BeforeEach
    void prepare() throws IOException {
        bench = new Bench(home);
        bench.target = Optional.of(new Target.Container("shop"));
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void isWhatIsLeftUnderItsShortNameWithTheExcludes() throws Exception {
        mounts("shop_data", "shop_logs", "shop_uploads");
        bench.sources = List.of(
                new Source.Volume("data", "data", List.of("cache/**")),
                new Source.Mount("up", "/shop_uploads", List.of()),
                REST);
        assertThat(bench.trees().settled(bench.policy()))
                .containsExactly(
                        new Source.Volume("data", "shop_data", List.of("cache/**")),
                        new Source.Volume("up", "shop_uploads", List.of()),
                        new Source.Volume("logs", "shop_logs", List.of("*.tmp")));
        assertThat(bench.trees().resolve(bench.policy()))
                .extracting(ReadableSource::name)
                .containsExactly("data", "up", "logs");
    }

    @Test
    void hasItsWholeNameWhereAnotherSourceHasTheShortOne() throws Exception {
        mounts("shop_files");
        bench.sources = List.of(new Source.Directory("files", bench.tree, List.of()), REST);
        assertThat(bench.trees().resolve(bench.policy()))
                .extracting(ReadableSource::name)
                .containsExactly("files", "shop_files");
    }

    @Test
    void noneIsFineBesideAnotherSourceAndAFailureAlone() throws Exception {
        mounts();
        bench.sources = List.of(new Source.Directory("files", bench.tree, List.of()), REST);
        assertThat(bench.trees().resolve(bench.policy()))
                .extracting(ReadableSource::name)
                .containsExactly("files");
        bench.sources = List.of(REST);
        assertThatExceptionOfType(RunException.class)
                .isThrownBy(() -> bench.trees().resolve(bench.policy()))
                .withMessageContaining("has no named volume");
    }

    private void mounts(String... volumes) throws IOException {
        Mount[] mounts = new Mount[volumes.length];
        for (int i = 0; i < volumes.length; i++) {
            mounts[i] = Mount.volume(volumes[i], "/" + volumes[i]);
            bench.docker.createVolume(volumes[i]);
        }
        bench.docker.containers().add("shop", State.RUNNING, container -> container.withMounts(mounts));
    }
}
