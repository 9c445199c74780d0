package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.doksnap.api.Reason;
import io.doksnap.docker.Container.State;
import io.doksnap.docker.Mount;
import io.doksnap.docker.Service;
import io.doksnap.policy.Source;
import io.doksnap.policy.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a policy with a target backs up, as its user knows it. */
class TargetSourcesTest {
    private static final Map<String, String> COMPOSE =
            Map.of("com.docker.compose.project", "shop", "com.docker.compose.service", "web");
    private static final String ANONYMOUS = "0123456789abcdef".repeat(4);

    @TempDir
    private Path home;

    private Bench bench;

    @BeforeEach
    void prepare() throws IOException {
        bench = new Bench(home);
        bench.sources = List.of();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void withoutSourcesEveryNamedVolumeIsReadUnderItsShortName() throws Exception {
        compose("shop-web-1", volume("shop_data", "/data"), volume("shop_logs", "/logs"), volume("other", "/other"));
        assertThat(places())
                .containsExactly(
                        Map.entry("data", data("shop_data")),
                        Map.entry("logs", data("shop_logs")),
                        Map.entry("other", data("other")));
    }

    @Test
    void replicasAndSharedVolumesAreReadOnce() throws Exception {
        compose("shop-web-1", volume("shop_data", "/data"));
        compose("shop-web-2", volume("shop_data", "/data"), volume("shop_cache", "/cache"));
        compose("shop-web-3", volume("shop_data", "/elsewhere"));
        assertThat(places().keySet()).containsExactly("cache", "data");
    }

    @Test
    void whatNobodyNamedAndWhatIsNoVolumeIsNotReadUnasked() throws Exception {
        Files.createDirectory(bench.home.resolve("conf"));
        compose(
                "shop-web-1",
                volume(ANONYMOUS, "/var/lib/x"),
                volume("shop_data", "/data"),
                Mount.bind(bench.home.resolve("conf").toString(), "/conf"),
                new Mount(Mount.Type.TMPFS, "", "/tmp", "", false));
        assertThat(places().keySet()).containsExactly("data");
    }

    @Test
    void targetWithoutANamedVolumeSaysWhatItMounts() {
        compose("shop-web-1", volume(ANONYMOUS, "/data"), Mount.bind("/srv/shop", "/conf"));
        assertThat(failure().reason()).isEqualTo(Reason.SOURCE_NOT_FOUND);
        assertThat(failure())
                .hasMessageContaining("compose shop/web")
                .hasMessageContaining("the directory /srv/shop at /conf")
                .hasMessageContaining("a volume without a name at /data");
    }

    @Test
    void namesThatWouldBeTheSameStayWhole() throws Exception {
        compose("shop-web-1", volume("shop_data", "/a"), volume("shop-data", "/b"), volume("shop_logs", "/c"));
        assertThat(places().keySet()).containsExactly("logs", "shop-data", "shop_data");
    }

    @ParameterizedTest
    @CsvSource({
        "shop_data, data",
        "shop_data, shop_data",
        "shop-data, data",
        "data-x1y2z3, data",
        "shop_data-x1y2z3, data",
        "shop_data-x1y2z3, data-x1y2z3",
        "data, data",
        "shop_db_data, db_data"
    })
    void volumeIsKnownByItsShortName(String volume, String written) throws Exception {
        compose("shop-web-1", volume(volume, "/data"), volume("shop_logs", "/logs"), volume("database", "/d"));
        bench.sources = List.of(new Source.Volume("files", written, List.of()));
        assertThat(places()).containsExactly(Map.entry("files", data(volume)));
    }

    @Test
    void ownVolumeComesBeforeAStrangersOfExactlyThatName() throws Exception {
        bench.docker.createVolume("data");
        compose("shop-web-1", volume("shop_data", "/data"));
        bench.sources = List.of(new Source.Volume("data", "data", List.of()));
        assertThat(places()).containsExactly(Map.entry("data", data("shop_data")));
        bench.docker.containers().remove("shop-web-1");
        assertThat(places()).containsExactly(Map.entry("data", data("shop_data")));
    }

    @Test
    void nameThatCanMeanSeveralListsThem() {
        compose("shop-web-1", volume("shop_data-a1", "/a"), volume("shop_data-b2", "/b"));
        bench.sources = List.of(new Source.Volume("data", "data", List.of()));
        assertThat(failure().reason()).isEqualTo(Reason.SOURCE_NOT_FOUND);
        assertThat(failure()).hasMessageContaining("data can be any of shop_data-a1, shop_data-b2");
    }

    @Test
    void nameThatMeansNothingListsWhatThereIs() {
        compose("shop-web-1", volume("shop_data", "/data"));
        bench.sources = List.of(new Source.Volume("data", "dta", List.of()));
        assertThat(failure().reason()).isEqualTo(Reason.SOURCE_NOT_FOUND);
        assertThat(failure()).hasMessageContaining("no volume dta").hasMessageContaining("shop_data at /data");
    }

    @Test
    void mountIsNamedByItsPath() throws Exception {
        Path conf = Files.createDirectory(bench.home.resolve("conf"));
        compose("shop-web-1", volume("shop_data", "/data"), volume(ANONYMOUS, "/x"), Mount.bind(conf.toString(), "/c"));
        bench.sources = List.of(mount("one", "/data"), mount("two", "/c"), mount("three", "/x"));
        assertThat(places())
                .containsExactly(
                        Map.entry("one", data("shop_data")),
                        Map.entry("three", data(ANONYMOUS)),
                        Map.entry("two", conf.toString()));
    }

    @Test
    void directoryThatIsNotAllowedIsRefusedAlsoWhereItIsMounted() {
        compose("shop-web-1", Mount.bind("/etc", "/conf"));
        bench.sources = List.of(mount("conf", "/conf"));
        assertThat(failure().reason()).isEqualTo(Reason.INVALID_SPEC);
    }

    @Test
    void pathAtWhichNothingOrNotTheSameIsMountedIsRefused() {
        compose("shop-web-1", volume("shop_data", "/data"), volume("shop_a", "/both"));
        compose("shop-web-2", volume("shop_b", "/both"));
        bench.sources = List.of(mount("data", "/dat"));
        assertThat(failure()).hasMessageContaining("mounts nothing at /dat").hasMessageContaining("shop_data at /data");
        bench.sources = List.of(mount("both", "/both"));
        assertThat(failure()).hasMessageContaining("shop_a at /both, shop_b at /both");
    }

    @Test
    void targetThatIsGoneIsSaidAndAVolumeByItsNameIsStillRead() throws Exception {
        bench.target = Optional.of(new Target.Compose("shop", "web"));
        assertThat(failure().reason()).isEqualTo(Reason.NO_MATCHING_TARGETS);
        bench.sources = List.of(mount("data", "/data"));
        assertThat(failure().reason()).isEqualTo(Reason.NO_MATCHING_TARGETS);
        bench.sources = List.of(new Source.Volume("data", "shop_other", List.of()));
        assertThat(failure().reason()).isEqualTo(Reason.NO_MATCHING_TARGETS);
        bench.docker.createVolume("shop_other");
        assertThat(places()).containsExactly(Map.entry("data", data("shop_other")));
    }

    @Test
    void engineThatDoesNotAnswerIsNoTargetThatIsGone() {
        compose("shop-web-1", volume("shop_data", "/data"));
        bench.docker.setAvailable(false);
        assertThat(failure().reason()).isEqualTo(Reason.DOCKER_UNAVAILABLE);
    }

    @Test
    void serviceIsReadAlsoWhereItHasNoTaskAndNotAsItsEarlierTasksWere() throws Exception {
        for (String name : List.of("shop-db-data", "old")) {
            bench.docker.createVolume(name);
        }
        bench.target = Optional.of(new Target.Service("shop-db"));
        bench.docker.services().add("shop-db", Service.Mode.REPLICATED, 0, service -> with(service, "shop-db-data"));
        bench.docker
                .containers()
                .add(
                        "shop-db.1.x",
                        State.EXITED,
                        c -> c.withLabels(Map.of("com.docker.swarm.service.name", "shop-db"))
                                .withMounts(volume("old", "/data")));
        assertThat(places()).containsExactly(Map.entry("data", data("shop-db-data")));
        bench.target = Optional.of(new Target.MatchLabels(Map.of("tier", "data")));
        assertThat(places()).containsExactly(Map.entry("data", data("shop-db-data")));
    }

    /** A volume of that name here is another one: what the service once had here, or what was made by mistake. */
    @Test
    void volumeOfAServiceWhoseTasksAreOnOtherNodesIsNotTakenForTheOneHere() throws Exception {
        bench.docker.createVolume("shop-db-data");
        bench.docker.services().run("shop-db", 2);
        bench.target = Optional.of(new Target.Service("shop-db"));
        assertThat(places()).containsExactly(Map.entry("data", data("shop-db-data")));
        bench.docker.services().moveTo("shop-db", "node3", "node2");
        for (List<Source> sources : List.of(
                List.<Source>of(),
                List.<Source>of(mount("data", "/data")),
                List.<Source>of(new Source.Volume("data", "data", List.of())))) {
            bench.sources = sources;
            assertThat(failure().reason()).isEqualTo(Reason.SOURCE_NOT_FOUND);
            assertThat(failure().text())
                    .contains("shop-db-data is not on this node")
                    .contains("service shop-db on the nodes node2.example, node3.example")
                    .contains("node.hostname");
        }
        assertThat(bench.backup())
                .isInstanceOfSatisfying(
                        BackupOutcome.Failed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(Reason.SOURCE_NOT_FOUND));
        bench.docker.services().moveTo("shop-db", "node2", io.doksnap.testing.FakeServices.NODE);
        assertThat(places()).containsExactly(Map.entry("data", data("shop-db-data")));
    }

    @Test
    void directoryOfAServiceWhoseTasksAreOnOtherNodesIsNotTakenForTheOneHere() throws Exception {
        Path conf = Files.createDirectory(bench.home.resolve("conf"));
        bench.docker
                .services()
                .add(
                        "shop-db",
                        Service.Mode.REPLICATED,
                        1,
                        service -> with(service, Mount.bind(conf.toString(), "/conf")));
        bench.target = Optional.of(new Target.Service("shop-db"));
        bench.sources = List.of(mount("conf", "/conf"));
        assertThat(places()).containsExactly(Map.entry("conf", conf.toRealPath().toString()));
        bench.docker.services().moveTo("shop-db", "node2");
        assertThat(failure().text()).contains(conf + " is not on this node", "node2.example");
    }

    @Test
    void volumeThatAContainerOfThisNodeUsesTooIsHere() throws Exception {
        bench.docker.createVolume("shop-db-data");
        bench.docker.services().add("shop-db", Service.Mode.REPLICATED, 1, service -> with(service, "shop-db-data"));
        bench.docker.services().moveTo("shop-db", "node2");
        bench.target = Optional.of(new Target.MatchLabels(Map.of("tier", "data")));
        assertThat(failure().reason()).isEqualTo(Reason.SOURCE_NOT_FOUND);
        bench.docker
                .containers()
                .add(
                        "beside",
                        State.RUNNING,
                        c -> c.withLabels(Map.of("tier", "data")).withMounts(volume("shop-db-data", "/data")));
        assertThat(places()).containsExactly(Map.entry("data", data("shop-db-data")));
    }

    private static Service with(Service service, String volume) {
        return with(service, volume(volume, "/data"));
    }

    private static Service with(Service service, Mount mount) {
        return new Service(
                service.id(),
                service.name(),
                service.mode(),
                service.replicas(),
                service.version(),
                service.updatedAt(),
                service.labels(),
                Map.of("tier", "data"),
                List.of(mount),
                service.image(),
                service.grace());
    }

    @Test
    void backupOfATargetHoldsItsVolumes() throws Exception {
        compose("shop-web-1", volume("shop_data", "/data"));
        Files.writeString(Path.of(data("shop_data")).resolve("f"), "content");
        BackupOutcome.Succeeded done = bench.backupThatSucceeds();
        assertThat(done.reached().get(0).manifest().sources())
                .extracting(io.doksnap.snapshot.Manifest.SourceEntry::name)
                .containsExactly("data");
    }

    @Test
    void sourcesAreSettledForARestoreInPlace() {
        compose("shop-web-1", volume("shop_data", "/data"), Mount.bind("/srv/x", "/x"));
        assertThat(bench.trees().settled(bench.policy()))
                .containsExactly(new Source.Volume("data", "shop_data", List.of()));
        bench.sources = List.of(mount("x", "/x"), mount("y", "/y"), new Source.Volume("z", "data", List.of("e")));
        assertThat(bench.trees().settled(bench.policy()))
                .containsExactly(
                        new Source.Directory("x", Path.of("/srv/x"), List.of()),
                        mount("y", "/y"),
                        new Source.Volume("z", "shop_data", List.of("e")));
    }

    private void compose(String container, Mount... mounts) {
        bench.target = Optional.of(new Target.Compose("shop", "web"));
        bench.docker
                .containers()
                .add(container, State.RUNNING, c -> c.withLabels(COMPOSE).withMounts(mounts));
        for (Mount mount : mounts) {
            if (mount.type() == Mount.Type.VOLUME) {
                try {
                    bench.docker.createVolume(mount.source());
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    private static Mount volume(String name, String destination) {
        return Mount.volume(name, destination);
    }

    private static Source mount(String name, String path) {
        return new Source.Mount(name, path, List.of());
    }

    private String data(String volume) {
        return bench.home.resolve("volumes").resolve(volume).resolve("_data").toString();
    }

    private Map<String, String> places() throws RunException {
        Map<String, String> places = new TreeMap<>();
        bench.trees().resolve(bench.policy()).forEach(source -> places.put(source.name(), source.place()));
        return places;
    }

    private RunException failure() {
        return assertThatExceptionOfType(RunException.class)
                .isThrownBy(() -> bench.trees().resolve(bench.policy()))
                .actual();
    }
}
