package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.api.Reason;
import io.doksnap.docker.Container;
import io.doksnap.docker.Containers;
import io.doksnap.docker.DockerEngine;
import io.doksnap.docker.DockerEngines;
import io.doksnap.docker.DockerException;
import io.doksnap.docker.EngineInfo;
import io.doksnap.docker.HelperContainers;
import io.doksnap.docker.Holders;
import io.doksnap.docker.Services;
import io.doksnap.docker.Volume;
import io.doksnap.policy.Source;
import io.doksnap.testing.Busybox;
import io.doksnap.testing.HardTree;
import io.doksnap.testing.Needs;
import io.doksnap.testing.TreeListing;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Volumes of a real engine of which only its archive API is used. */
@Timeout(240)
class EngineVolumeIT {
    private final String name = "doksnap-test-" + UUID.randomUUID();
    private final String other = name + "-other";

    @TempDir
    private Path home;

    private Busybox busybox;
    private DockerEngine engine;
    private Bench bench;

    @BeforeEach
    void connect() throws IOException {
        Needs.root();
        URI host = Needs.docker();
        busybox = Busybox.at(host);
        engine = DockerEngines.connect(host, Duration.ofSeconds(30));
        bench = new Bench(home);
        bench.engine = new WithoutDirectories(engine);
        bench.sources = List.of(new Source.Volume("data", name, List.of("left-out", "names/dash*")));
        bench.setOwners = true;
    }

    @AfterEach
    void removeAll() throws IOException {
        if (bench != null) {
            busybox.close();
            engine.removeVolume(name);
            engine.removeVolume(other);
            engine.close();
            bench.close();
        }
    }

    @Test
    void everythingThatTheEngineTellsComesBackInANewVolume() throws IOException {
        Path data = engine.createVolume(name).mountpoint();
        HardTree.make(data);
        Files.writeString(data.resolve("left-out"), "x");
        SortedMap<String, String> before = listing(data);
        before.remove("./left-out");
        int all = before.size();
        // The engine unpacks them as of 1970.
        before.keySet().removeIf(EngineVolumeIT::isOfNoTimeThatTheEngineKnows);

        BackupOutcome.Succeeded done = bench.backupThatSucceeds();
        var source = done.reached().get(0).manifest().sources().get(0);
        assertThat(source.warnings())
                .anySatisfy(warning -> assertThat(warning)
                        .contains("read through the Docker Engine")
                        .contains("ACLs")
                        .contains("fractions of seconds"));
        assertThat(source.files() + source.directories()).isEqualTo(all);

        RestoreOutcome outcome = bench.restore(new RestoreTarget.EmptyVolume(other));
        assertThat(outcome).isInstanceOf(RestoreOutcome.Restored.class);
        SortedMap<String, String> after =
                listing(engine.findVolume(other).orElseThrow().mountpoint());
        after.keySet().removeIf(EngineVolumeIT::isOfNoTimeThatTheEngineKnows);
        assertThat(different(before, after)).isEmpty();
        assertThat(engine.helpers().all()).noneMatch(helper -> helper.owner().startsWith("host1/"));
        assertThat(((RestoreOutcome.Restored) outcome).target()).isEqualTo("volume " + other);

        RestoreOutcome again = bench.restore(new RestoreTarget.EmptyVolume(other));
        assertThat(again).isInstanceOfSatisfying(RestoreOutcome.Failed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(Reason.TARGET_UNUSABLE);
            assertThat(failed.message()).contains("the volume " + other + " is not empty");
        });
        assertThat(listing(engine.findVolume(other).orElseThrow().mountpoint())).containsAllEntriesOf(after);
    }

    /** What its options mount is only there while a container uses it: an empty directory is all that one would find. */
    @Test
    void volumeThatIsMountedByItsOptionsIsReadThroughItsEngine() throws IOException {
        Path behind = Files.createDirectory(home.resolve("behind"));
        Files.writeString(behind.resolve("f"), "content");
        busybox.docker()
                .createVolumeCmd()
                .withName(name)
                .withDriverOpts(Map.of("type", "none", "o", "bind", "device", behind.toString()))
                .exec();
        bench.engine = engine;
        assertThat(bench.backupThatSucceeds().reached().get(0).manifest().sources())
                .allSatisfy(source -> assertThat(source.files()).isEqualTo(1));
    }

    @Test
    void volumeOfNothingIsAnEmptySource() throws IOException {
        engine.createVolume(name);
        assertThat(bench.backupThatFails().reason()).isEqualTo(Reason.EMPTY_SOURCE);
    }

    @Test
    void whatACrashLeftIsRemovedAndNothingElse() throws IOException {
        Files.writeString(engine.createVolume(name).mountpoint().resolve("f"), "content");
        Volume volume = engine.findVolume(name).orElseThrow();
        HelperContainers helpers = engine.helpers();
        String ours = bench.data.id() + "/11111111";
        helpers.create(volume, HelperContainers.Access.READ, ours);
        helpers.create(volume, HelperContainers.Access.READ, "another/11111111");
        String running = busybox.run(
                name + "-user",
                (create, host) ->
                        create.withLabels(Map.of(HelperContainers.LABEL, ours)).withCmd("sleep", "1000"));
        try {
            bench.backupThatSucceeds();
            assertThat(helpers.all())
                    .filteredOn(helper -> helper.owner().endsWith("/11111111"))
                    .extracting(HelperContainers.Leftover::owner)
                    .containsExactly("another/11111111");
            assertThat(engine.containers().find(running)).map(Container::isUp).contains(true);
        } finally {
            for (HelperContainers.Leftover helper : helpers.all()) {
                if (helper.owner().equals("another/11111111")) {
                    helpers.remove(helper);
                }
            }
        }
    }

    private static boolean isOfNoTimeThatTheEngineKnows(String file) {
        return file.matches("\\./times/[dl]?(late|older|old)");
    }

    /** A whole listing would fill a screen with what is alike. */
    private static SortedMap<String, String> different(Map<String, String> before, Map<String, String> after) {
        SortedMap<String, String> different = new TreeMap<>();
        before.forEach((file, line) -> {
            if (!line.equals(after.get(file))) {
                different.put(file, line + " -> " + after.get(file));
            }
        });
        after.keySet().stream().filter(file -> !before.containsKey(file)).forEach(file -> different.put(file, "new"));
        return different;
    }

    /** As {@link TreeListing}, without what the engine loses. */
    private static SortedMap<String, String> listing(Path tree) throws IOException {
        SortedMap<String, String> listing = new TreeMap<>();
        TreeListing.of(tree).forEach((file, line) -> {
            String kept = line.replaceFirst("(-?\\d+)\\.\\d+", "$1").replace(" holes ", "  ");
            listing.put(file, kept.replaceAll("\\[[^\\]]*\\]$", ""));
        });
        return listing;
    }

    /** An engine whose directories cannot be reached. */
    private record WithoutDirectories(DockerEngine engine) implements DockerEngine {
        @Override
        public boolean sharesFiles() {
            return false;
        }

        @Override
        public EngineInfo info() throws DockerException {
            return engine.info();
        }

        @Override
        public Optional<Volume> findVolume(String name) throws DockerException {
            return engine.findVolume(name);
        }

        @Override
        public Volume createVolume(String name, Map<String, String> labels, Map<String, String> options)
                throws DockerException {
            return engine.createVolume(name, labels, options);
        }

        @Override
        public void removeVolume(String name) throws DockerException {
            engine.removeVolume(name);
        }

        @Override
        public boolean hasImage(String image) throws DockerException {
            return engine.hasImage(image);
        }

        @Override
        public Containers containers() {
            return engine.containers();
        }

        @Override
        public Services services() {
            return engine.services();
        }

        @Override
        public HelperContainers helpers() {
            return engine.helpers();
        }

        @Override
        public Holders holders() {
            return engine.holders();
        }

        @Override
        public void follow(Runnable changed, Duration within) throws DockerException {
            engine.follow(changed, within);
        }

        @Override
        public void close() {}
    }
}
