package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.docker.Container.State;
import io.doksnap.docker.Mount;
import io.doksnap.policy.Quiesce;
import io.doksnap.policy.Source;
import io.doksnap.policy.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A database's data directory that is read while its server runs. */
class LiveDatabaseTest {
    @TempDir
    private Path home;

    private Bench bench;

    @BeforeEach
    void prepare() throws IOException {
        bench = new Bench(home);
        bench.target = Optional.of(new Target.Container("db"));
        bench.sources = List.of(new Source.Volume("data", "shop_data", List.of()));
        bench.docker.createVolume("shop_data");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @ParameterizedTest
    @CsvSource({
        "PG_VERSION, PostgreSQL, doksnap.dump=postgres",
        "18/docker/PG_VERSION, PostgreSQL, doksnap.dump=postgres",
        "ibdata1, MySQL or MariaDB, doksnap.dump=mysql",
        "WiredTiger, MongoDB, doksnap.dump=mongo",
        "appendonlydir/x, Redis, doksnap.dump=redis",
    })
    void isAWarningThatSaysWhatToSet(String file, String database, String remedy) throws Exception {
        runs(State.RUNNING);
        write(file);
        assertThat(warnings())
                .singleElement()
                .asString()
                .contains("data is the data of " + database, "while db ran", "doksnap.quiesce=stop", remedy);
    }

    @Test
    void isNoneWhileTheServerIsStopped() throws Exception {
        runs(State.RUNNING);
        write("PG_VERSION");
        bench.quiesce = new Quiesce(
                Quiesce.Mode.STOP, Duration.ofMinutes(1), Quiesce.Release.AFTER_READ, Optional.empty(), List.of());
        assertThat(warnings()).isEmpty();
    }

    @Test
    void isNoneWhereNothingRuns() throws Exception {
        runs(State.EXITED);
        write("PG_VERSION");
        assertThat(warnings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"volumes", ".", "/"})
    void isNoneWhereOnlyThoseRunThatMountTheVolumesOfAll(String mounted) throws Exception {
        runs(State.EXITED);
        bench.docker
                .containers()
                .add("doksnapshotter", State.RUNNING, container -> container.withMounts(mount(mounted)));
        write("PG_VERSION");
        assertThat(warnings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"volumes/shop_data", "volumes/shop_data/_data", "volumes/shop_data/_data/18"})
    void isAlsoAWarningWhereTheServerMountsTheDirectoryOfItsVolume(String mounted) throws Exception {
        bench.docker.containers().add("db", State.RUNNING, container -> container.withMounts(mount(mounted)));
        write("PG_VERSION");
        assertThat(warnings()).singleElement().asString().contains("while db ran");
    }

    @Test
    void isNoneWhereThisProgramAloneMountsWhatItBacksUp() throws Exception {
        bench.docker
                .containers()
                .add(
                        "doksnapshotter",
                        State.RUNNING,
                        container -> container
                                .withMounts(mount("volumes/shop_data/_data"))
                                .withLabels(Map.of("org.opencontainers.image.title", "DokSnapShotter")));
        write("PG_VERSION");
        assertThat(warnings()).isEmpty();
    }

    private Mount mount(String directory) {
        Path source = bench.home.toAbsolutePath().resolve(directory).normalize();
        return Mount.bind(source.toString(), "/mounted");
    }

    @ParameterizedTest
    @CsvSource({"dump.rdb", "notes/of/an/old/PG_VERSION", "my_PG_VERSION"})
    void isNotWhatOnlyLooksLikeOne(String file) throws Exception {
        runs(State.RUNNING);
        write(file);
        assertThat(warnings()).isEmpty();
    }

    private void runs(State state) {
        bench.docker
                .containers()
                .add("db", state, container -> container.withMounts(Mount.volume("shop_data", "/var/lib/data")));
    }

    private void write(String file) throws IOException {
        Path path = bench.home.resolve("volumes/shop_data/_data").resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, "x");
    }

    private List<String> warnings() {
        return bench.backupThatSucceeds().manifest().warnings();
    }
}
