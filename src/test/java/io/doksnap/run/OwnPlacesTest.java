package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.doksnap.api.Reason;
import io.doksnap.policy.Source;
import io.doksnap.run.OwnPlaces.OwnPlace;
import io.doksnap.store.ObjectStores;
import io.doksnap.store.StoreSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program's own files are nobody's data. */
class OwnPlacesTest {
    @TempDir
    private Path home;

    private Bench bench;
    private Path state;

    @BeforeEach
    void prepare() throws IOException {
        bench = new Bench(home);
        bench.file("file", "content");
        state = Files.createDirectories(bench.tree.resolve("var/doksnap"));
        Files.writeString(state.resolve("journal"), "ours");
        bench.own = new OwnPlaces(false, List.of(new OwnPlace("its own state (data_dir)", state)));
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private void source(Path directory, String... exclude) {
        bench.sources = List.of(new Source.Directory("files", directory, List.of(exclude)));
    }

    private void refused(String... words) {
        assertThat(bench.backup()).isInstanceOfSatisfying(BackupOutcome.Failed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(Reason.INVALID_SPEC);
            assertThat(failed.message()).contains("the source files reads").contains(words);
        });
    }

    @Test
    void directoryThatHoldsTheProgramsStateIsRefusedWithWhatToExclude() throws IOException {
        refused("in which var/doksnap is where DokSnapShotter keeps its own state (data_dir)", "\"var/doksnap/**\"");
        source(state);
        refused("which is where DokSnapShotter keeps", "Name another");
        source(Files.createSymbolicLink(home.resolve("link"), bench.tree));
        refused("var/doksnap");
        assertThat(bench.trees().problem(bench.policy())).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"var/doksnap/**", "var/doksnap", "doksnap", "var/", "**/doksnap/**", "/var/*"})
    void whatTheSourceLeavesOutIsNoTrouble(String exclude) throws Exception {
        source(bench.tree, exclude);
        bench.backupThatSucceeds();
    }

    @Test
    void excludeOfSomethingElseIsNotEnough() {
        source(bench.tree, "var/doksnap/journal", "*.log");
        refused("var/doksnap");
    }

    @Test
    void volumeThatHoldsItIsRefusedToo() throws IOException {
        bench.docker.createVolume("doksnap_state");
        Path data = bench.home.resolve("volumes/doksnap_state/_data");
        bench.own = new OwnPlaces(false, List.of(new OwnPlace("its own state (data_dir)", data)));
        bench.sources = List.of(new Source.Volume("files", "doksnap_state", List.of()));
        refused("its own state");
    }

    @Test
    void directoryToWhichItIsStoredIsRefused() throws IOException {
        bench.own = OwnPlaces.NONE;
        Path store = Files.createDirectories(bench.tree.resolve("backups"));
        bench.further.put("disk", ObjectStores.open(new StoreSettings.Directory(store)));
        refused("in which backups is where DokSnapShotter keeps what the destination disk stores");
        source(bench.tree, "backups/**");
        bench.backupThatSucceeds();
    }

    /** As a container sees its own volume, and the directory of all volumes. */
    @Test
    void directoryThatIsMountedInSeveralPlacesIsKnownByEachOfItsNames() throws Exception {
        Path volumes = Files.createDirectories(bench.home.resolve("docker-volumes"));
        MountTable mounts = new MountTable(List.of(
                new MountTable.Entry("8:1", Path.of("/"), Path.of("/"), "ext4"),
                new MountTable.Entry("8:2", Path.of("/lib/docker/volumes"), volumes, "ext4"),
                new MountTable.Entry("8:2", Path.of("/lib/docker/volumes/doksnap_state/_data"), state, "ext4")));
        Source source = new Source.Directory("files", volumes, List.of());
        assertThatExceptionOfType(RunException.class)
                .isThrownBy(() -> bench.own.check(source, volumes, mounts))
                .withMessageContaining("in which doksnap_state/_data is where");
        bench.own.check(new Source.Directory("files", volumes, List.of("doksnap_state")), volumes, mounts);
        bench.own.check(source, Files.createDirectory(volumes.resolve("other")), mounts);
    }

    @Test
    void inAContainerOnlyWhatIsMountedIsTheHosts() throws IOException {
        Path unmounted = bench.home;
        boolean ofRoot = MountTable.read().isOfRoot(unmounted);
        bench.own = new OwnPlaces(true, List.of());
        source(bench.tree);
        if (ofRoot) {
            assertThat(bench.trees().problem(bench.policy()))
                    .hasValueSatisfying(problem -> assertThat(problem.message())
                            .contains("is not the host's here", "-v " + bench.tree + ":" + bench.tree + ":ro"));
        } else {
            assertThat(bench.trees().problem(bench.policy())).isEmpty();
        }
        source(bench.tree.resolve("missing"));
        assertThat(bench.trees().problem(bench.policy()))
                .hasValueSatisfying(problem -> assertThat(problem.message())
                        .contains("does not exist in the container", "-v " + bench.tree.resolve("missing")));
    }

    @Test
    void inAContainerNothingIsRestoredToWhereItWouldGoWithTheContainer() throws Exception {
        boolean goes = MountTable.read().goesWithContainer(bench.home.toRealPath());
        bench.own = OwnPlaces.NONE;
        bench.backupThatSucceeds();
        bench.own = new OwnPlaces(true, List.of());
        Path target = bench.home.resolve("new/deep");
        RestoreOutcome outcome = bench.restore(new RestoreTarget.EmptyDirectory(target));
        if (goes) {
            assertThat(outcome).isInstanceOfSatisfying(RestoreOutcome.Failed.class, failed -> {
                assertThat(failed.reason()).isEqualTo(Reason.TARGET_UNUSABLE);
                assertThat(failed.message())
                        .contains("is not the host's here", "would go with it", "-v " + target + ":" + target + ")");
            });
            assertThat(bench.home.resolve("new")).doesNotExist();
        } else {
            assertThat(outcome).isInstanceOf(RestoreOutcome.Restored.class);
        }
    }

    @Test
    void mountsAreReadAsTheKernelWritesThem() {
        MountTable mounts = MountTable.parse(List.of(
                "22 1 0:50 / / rw,relatime - overlay overlay rw",
                "23 22 8:1 /srv/a\\040b /opt/data rw,relatime shared:1 - ext4 /dev/sda1 rw",
                "24 22 0:4 net:[4026531840] /run/netns rw - nsfs nsfs rw",
                "25 22 0:51 / /tmp rw,nosuid - tmpfs tmpfs rw"));
        assertThat(mounts.entries()).hasSize(3);
        assertThat(mounts.isOfRoot(Path.of("/opt"))).isTrue();
        assertThat(mounts.isOfRoot(Path.of("/opt/data/x"))).isFalse();
        assertThat(mounts.goesWithContainer(Path.of("/opt"))).isTrue();
        assertThat(mounts.goesWithContainer(Path.of("/tmp/x"))).isTrue();
        assertThat(mounts.goesWithContainer(Path.of("/opt/data/x"))).isFalse();
        assertThat(mounts.place(Path.of("/opt/data/x")))
                .isEqualTo(Optional.of(new MountTable.Place("8:1", Path.of("/srv/a b/x"))));
    }
}
