package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.doksnap.api.Reason;
import io.doksnap.docker.Mount;
import io.doksnap.docker.Service;
import io.doksnap.docker.Services.Role;
import io.doksnap.policy.Source;
import io.doksnap.policy.Target;
import io.doksnap.testing.FakeServices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done, and said, of a service whose tasks are on other nodes of the Swarm. */
class ServiceElsewhereTest {
    private static final Target.Service SHOP = new Target.Service("shop-db");
    private static final RestoreTarget IN_PLACE = new RestoreTarget.InPlace(Optional.of(SHOP));

    @TempDir
    private Path home;

    private Bench bench;
    private FakeServices services;

    @BeforeEach
    void prepare() throws IOException {
        bench = new Bench(home);
        services = bench.docker.services();
        services.run("shop-db", 1);
        Files.writeString(bench.docker.createVolume("shop-db-data").mountpoint().resolve("file"), "as it was");
        bench.target = Optional.of(SHOP);
        bench.sources = List.of(new Source.Volume("data", "shop-db-data", List.of()));
        bench.backupThatSucceeds();
        Files.writeString(volume().resolve("file"), "since then");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void volumeIsNotReplacedWhileTheServiceUsesItsNamesakeOnAnotherNode() throws IOException {
        services.moveTo("shop-db", "node2");
        assertThat(failedInPlace())
                .contains("shop-db-data is not on this node")
                .contains("service shop-db on the node node2.example")
                .contains("is not replaced; keep the service on this node")
                .contains("restore with a DokSnapShotter on that one");
        assertThat(volume().resolve("file")).hasContent("since then");
    }

    @Test
    void theNodeIsSaidAlsoWhereThereIsNoVolumeOfThatNameHere() throws IOException {
        services.moveTo("shop-db", "node2");
        bench.docker.removeVolume("shop-db-data");
        assertThat(failedInPlace()).contains("service shop-db on the node node2.example");
    }

    /** Nothing says that the data came here; a namesake of it is as strange as before. */
    @Test
    void nodeThatIsDownKeepsItsVolumes() {
        services.moveTo("shop-db", "node2");
        services.loseNodes("shop-db");
        assertThat(failedInPlace())
                .startsWith(
                        "shop-db-data is not on this node of the Swarm as it is of service shop-db, which runs nowhere"
                                + " now and was last on the node node2.example, and what");
        BackupOutcome.Failed failed = bench.backupThatFails();
        assertThat(failed.reason()).isEqualTo(Reason.SOURCE_NOT_FOUND);
        assertThat(failed.message()).contains("was last on the node node2.example");
    }

    @Test
    void directoryIsNotReplacedEither() throws IOException {
        Path conf = Files.createDirectory(bench.home.resolve("conf"));
        Files.writeString(conf.resolve("file"), "conf");
        services.add("shop-web", Service.Mode.REPLICATED, 1, service -> of(service, Mount.bind(conf.toString(), "/c")));
        bench.target = Optional.of(new Target.Service("shop-web"));
        bench.sources = List.of(new Source.Directory("conf", conf, List.of()));
        bench.backupThatSucceeds();
        services.moveTo("shop-web", "node2");
        RestoreOutcome outcome = bench.restore(new RestoreTarget.InPlace(bench.target));
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        RestoreOutcome.Failed.class,
                        failed -> assertThat(failed.message()).contains(conf + " is not on this node"));
    }

    /** The engine of a host that is being rebuilt may not run yet. */
    @Test
    void directoryIsReplacedWhereNoEngineAnswers() throws IOException {
        Path conf = Files.createDirectory(bench.home.resolve("conf"));
        Files.writeString(conf.resolve("file"), "conf");
        services.add("shop-web", Service.Mode.REPLICATED, 1, service -> of(service, Mount.bind(conf.toString(), "/c")));
        bench.target = Optional.of(new Target.Service("shop-web"));
        bench.sources = List.of(new Source.Directory("conf", conf, List.of()));
        bench.backupThatSucceeds();
        Files.delete(conf.resolve("file"));
        bench.docker.setAvailable(false);
        assertThat(bench.restore(new RestoreTarget.InPlace(bench.target))).isInstanceOf(RestoreOutcome.Restored.class);
        assertThat(conf.resolve("file")).hasContent("conf");
    }

    @Test
    void volumeIsReplacedWhereOneOfTheTasksIsHereOrNoneIsAnywhereOrTheServiceIsGone() throws IOException {
        services.moveTo("shop-db", "node2", FakeServices.NODE);
        assertReplaced();
        services.scaleByHand("shop-db", 0);
        assertReplaced();
        services.removeByHand("shop-db");
        assertReplaced();
    }

    @Test
    void volumeIsReplacedOnTheWorkerThatHasTheTasks() throws IOException {
        services.setRole(Role.WORKER);
        assertReplaced();
    }

    @Test
    void hooksAndDumpsSayWhereTheTasksAre() throws IOException {
        services.moveTo("shop-db", "node2");
        assertThat(whyNoContainer())
                .isEqualTo("there is no container of the target (service shop-db) on this node, as its tasks are"
                        + " elsewhere: service shop-db on the node node2.example; keep the service on this node (docker"
                        + " service update --constraint-add node.hostname==...), or run DokSnapShotter on that one");
        services.scaleByHand("shop-db", 0);
        assertThat(whyNoContainer()).contains("as the service has no task that runs; `docker service ps shop-db`");
        services.setRole(Role.WORKER);
        assertThat(whyNoContainer()).contains("which is a worker of the Swarm and knows only its own tasks");
        services.setRole(Role.NONE);
        assertThat(whyNoContainer()).endsWith("`docker ps -a` lists what there is");
    }

    @Test
    void hookInAServiceRunsInItsTaskAndSaysWhereThatIsIfNotHere() throws Exception {
        TargetContainers targets = new TargetContainers(bench.docker);
        assertThat(targets.named("shop-db").name()).isEqualTo("shop-db.1");
        services.moveTo("shop-db", "node2");
        assertThatExceptionOfType(RunException.class)
                .isThrownBy(() -> targets.named("shop-db"))
                .withMessageContaining(
                        "there is no container of service shop-db on this node, as its tasks are elsewhere:"
                                + " service shop-db on the node node2.example; keep the service on this node");
        services.scaleByHand("shop-db", 0);
        assertThatExceptionOfType(RunException.class)
                .isThrownBy(() -> targets.named("shop-db"))
                .withMessageEndingWith("as the service has no task that runs; `docker service ps shop-db` lists them");
        assertThatExceptionOfType(RunException.class)
                .isThrownBy(() -> targets.named("shop"))
                .withMessageContaining("there is no container shop; `docker ps -a` lists them");
    }

    private String whyNoContainer() {
        try {
            return new TargetContainers(bench.docker).first(SHOP).name();
        } catch (RunException e) {
            return e.text();
        }
    }

    private void assertReplaced() throws IOException {
        Files.writeString(volume().resolve("file"), "since then");
        assertThat(bench.restore(IN_PLACE)).isInstanceOf(RestoreOutcome.Restored.class);
        assertThat(volume().resolve("file")).hasContent("as it was");
    }

    private String failedInPlace() {
        RestoreOutcome outcome = bench.restore(IN_PLACE);
        assertThat(outcome).isInstanceOf(RestoreOutcome.Failed.class);
        RestoreOutcome.Failed failed = (RestoreOutcome.Failed) outcome;
        assertThat(failed.reason()).isEqualTo(Reason.TARGET_UNUSABLE);
        return failed.message();
    }

    private Path volume() throws IOException {
        return bench.docker.findVolume("shop-db-data").orElseThrow().mountpoint();
    }

    private static Service of(Service service, Mount mount) {
        return new Service(
                service.id(),
                service.name(),
                service.mode(),
                service.replicas(),
                service.version(),
                service.updatedAt(),
                service.labels(),
                service.containerLabels(),
                List.of(mount),
                service.image(),
                service.grace());
    }
}
