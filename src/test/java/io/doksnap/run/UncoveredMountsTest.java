package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;

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

/** What a workload mounts and no source reads. */
class UncoveredMountsTest {
    private static final Target SHOP = new Target.Container("shop");

    @TempDir
    private Path home;

    private Bench bench;

    @BeforeEach
    void prepare() throws IOException {
        bench = new Bench(home);
        bench.target = Optional.of(SHOP);
        for (String volume : List.of("shop_data", "shop_logs")) {
            bench.docker.createVolume(volume);
        }
        bench.docker
                .containers()
                .add(
                        "shop",
                        State.RUNNING,
                        container -> container.withMounts(
                                Mount.volume("shop_data", "/data"),
                                Mount.volume("shop_logs", "/logs"),
                                Mount.bind("/srv/shop/files", "/files"),
                                Mount.bind("/var/run/docker.sock", "/var/run/docker.sock"),
                                new Mount(Mount.Type.BIND, "/etc/localtime", "/etc/localtime", "", true)));
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void everythingThatIsWrittenAndNotReadIsNamedWithItsPlace() {
        bench.sources = List.of(new Source.Volume("data", "data", List.of()));
        assertThat(uncovered()).containsExactly("shop_logs at /logs", "the directory /srv/shop/files at /files");
    }

    @Test
    void directoryAroundAMountAndEveryVolumeCoverIt() {
        bench.sources = List.of(
                new Source.OtherVolumes("volumes", List.of()),
                new Source.Directory("shop", Path.of("/srv/shop"), List.of()));
        assertThat(uncovered()).isEmpty();
    }

    @Test
    void pathOfAMountCoversIt() {
        bench.sources = List.of(
                new Source.Mount("a", "/data", List.of()),
                new Source.Mount("b", "/logs", List.of()),
                new Source.Mount("c", "/files", List.of()));
        assertThat(uncovered()).isEmpty();
    }

    @Test
    void dumpStandsForTheFilesOfItsDatabase() {
        bench.sources = List.of(new Source.Dump("postgres", Source.DumpKind.POSTGRES, List.of(), Optional.empty()));
        assertThat(uncovered()).isEmpty();
    }

    @Test
    void anotherPolicyOfTheWorkloadCoversWhatThisOneLeavesOut() {
        bench.sources = List.of(new Source.Volume("data", "data", List.of()));
        var first = bench.policy();
        bench.sources = List.of(new Source.Mount("files", "/files", List.of()));
        var second = bench.policy();
        assertThat(bench.trees().uncovered(SHOP, List.of(first, second))).containsExactly("shop_logs at /logs");
    }

    @Test
    void workloadThatIsNotThereMountsNothing() {
        assertThat(bench.trees().uncovered(new Target.Container("gone"), List.of()))
                .isEmpty();
    }

    private List<String> uncovered() {
        return bench.trees().uncovered(SHOP, List.of(bench.policy()));
    }
}
