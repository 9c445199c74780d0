package io.doksnap.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doksnap.api.Condition;
import io.doksnap.api.ConditionType;
import io.doksnap.api.Reason;
import io.doksnap.operator.resource.BackupResource;
import io.doksnap.operator.resource.PolicyResource;
import io.doksnap.operator.resource.RestoreResource;
import io.doksnap.operator.resource.SnapshotResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One host's operator in an API that others work with, too. */
class SharedApiIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String RESTORE = """
            apiVersion: doksnap.io/v1
            kind: Restore
            metadata: {name: back}
            spec: {policy: late, target: {directory: %s/restored}}
            """;

    @TempDir
    private Path home;

    private final AtomicInteger asked = new AtomicInteger();
    private final Set<Thread> askers = ConcurrentHashMap.newKeySet();
    private OperatorScene scene;

    @BeforeEach
    void open() throws IOException {
        scene = new OperatorScene(home);
    }

    @AfterEach
    void close() throws IOException {
        scene.close();
    }

    @Test
    void backupAndRestoreThatComeBeforeTheirPolicyAreCarriedOutAlsoWhereAnotherHostSpeaksForNobody() {
        scene.hosts = hosts(view(Set.of("alpha", OperatorScene.HOST), Set.of()));
        scene.backup("early", "late");
        scene.start(unhurried(), scene.data);
        await().atMost(SOON).until(() -> asked.get() > 0);
        scene.policy("late", "host: " + OperatorScene.HOST);
        scene.untilComplete("early");

        asked.set(0);
        scene.client
                .resources(PolicyResource.class)
                .inNamespace("default")
                .withName("late")
                .delete();
        scene.create(RESTORE.formatted(scene.home));
        await().atMost(SOON).until(() -> asked.get() > 0);
        scene.policy("late", "host: " + OperatorScene.HOST);
        scene.until(
                RestoreResource.class,
                "back",
                restore -> restore.getStatus() != null && restore.getStatus().result() == Reason.SUCCEEDED);
    }

    @Test
    void hostThatWasRenamedGoesOnWithWhatItBeganAndKeepsItsSnapshots() throws IOException {
        String snapshot = snapshotOf("old");
        claim(scene.backup("cut", "shop"), "old");
        scene.hosts = hosts(view(Set.of(OperatorScene.HOST), Set.of("old")));
        scene.start();

        assertThat(scene.untilComplete("cut").getStatus().attempts()).isEqualTo(2);
        scene.until(SnapshotResource.class, snapshot, found -> bearsName(found, OperatorScene.HOST));
        remove(scene.home.resolve("backups/backups/shop/old"));
        await().atMost(SOON).until(() -> scene.get(SnapshotResource.class, snapshot) == null);
    }

    @Test
    void hostThatIsGoneForGoodLeavesNoRunThatNobodyEndsAndItsSnapshotsAreKeptByAnother() {
        String snapshot = snapshotOf("gone");
        scene.client
                .resources(PolicyResource.class)
                .inNamespace("default")
                .withName("shop")
                .edit(policy -> {
                    policy.setSpec(policy.getSpec().onHost(OperatorScene.HOST));
                    return policy;
                });
        claim(scene.backup("cut", "shop"), "gone");
        scene.hosts = hosts(view(Set.of("alpha", OperatorScene.HOST), Set.of()));
        scene.start();

        BackupResource ended =
                scene.until(BackupResource.class, "cut", backup -> OperatorScene.is(backup, ConditionType.FAILED));
        assertThat(ended.getStatus().result()).isEqualTo(Reason.INTERRUPTED);
        scene.until(SnapshotResource.class, snapshot, found -> bearsName(found, OperatorScene.HOST));
    }

    @Test
    void backupForAHostThatMayHaveComeAMomentAgoIsNotRefusedAtOnce() {
        scene.hosts = hosts(new Hosts.View(
                Optional.of(OperatorScene.HOST),
                new TreeSet<>(Set.of(OperatorScene.HOST)),
                new TreeSet<>(Set.of(OperatorScene.HOST)),
                Set.of(),
                Set.of(),
                "default"));
        Operator operator = scene.start();
        scene.policy("shop", "host: elsewhere");
        scene.backup("now", "shop");
        BackupResource waiting = scene.until(BackupResource.class, "now", backup -> backup.getStatus() != null);
        assertThat(waiting.getStatus().result()).isNull();
        assertThat(waiting.getStatus().conditions())
                .extracting(Condition::message)
                .anyMatch(message -> message.contains("no operator of that name has reported"));

        scene.clock.advance(Duration.ofSeconds(10));
        BackupResource refused =
                scene.until(BackupResource.class, "now", backup -> OperatorScene.is(backup, ConditionType.FAILED));
        assertThat(refused.getStatus().result()).isEqualTo(Reason.HOST_UNKNOWN);

        assertThat(operator.policies()).hasSize(1);
        assertThat(askers)
                .as("a request for /status never waits for an API that may be away")
                .isNotEmpty()
                .doesNotContain(Thread.currentThread());
    }

    /** The name of one that another operator made, which has ended. */
    private String snapshotOf(String host) {
        scene.policy("shop", "");
        scene.backup("before", "shop");
        Operator other = scene.start(scene.settings(host, 1), scene.data);
        scene.untilComplete("before");
        String made = await().atMost(SOON)
                .until(() -> scene.snapshots().stream().findFirst(), Optional::isPresent)
                .orElseThrow()
                .getMetadata()
                .getName();
        scene.stop(other);
        return made;
    }

    /** So that only what is looked at again in time is. */
    private OperatorSettings unhurried() {
        OperatorSettings usual = scene.settings(OperatorScene.HOST, 1);
        return new OperatorSettings(
                usual.host(),
                usual.namespaces(),
                usual.zone(),
                usual.runs(),
                usual.history(),
                usual.allowedPaths(),
                Duration.ofHours(1),
                Duration.ofHours(1),
                usual.stopWithin(),
                usual.window());
    }

    private void claim(HasMetadata backup, String host) {
        scene.client
                .resources(BackupResource.class)
                .inNamespace("default")
                .withName(backup.getMetadata().getName())
                .edit(object -> {
                    object.getMetadata().setFinalizers(List.of("doksnap.io/undo"));
                    object.getMetadata()
                            .setAnnotations(Map.of(
                                    "doksnap.io/claim",
                                    host + "/" + object.getMetadata().getUid()));
                    return object;
                });
    }

    private static boolean bearsName(SnapshotResource snapshot, String host) {
        return host.equals(snapshot.getMetadata().getLabels().get("doksnap.io/host"));
    }

    private static void remove(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }

    private static Hosts.View view(Set<String> all, Set<String> former) {
        return new Hosts.View(Optional.empty(), new TreeSet<>(all), new TreeSet<>(all), former, Set.of(), "default");
    }

    private Hosts hosts(Hosts.View view) {
        return new Hosts() {
            @Override
            public View known() {
                asked.incrementAndGet();
                return view;
            }

            @Override
            public View askedAnew() {
                askers.add(Thread.currentThread());
                return view;
            }
        };
    }
}
