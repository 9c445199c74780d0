package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doksnap.store.ObjectStore;
import io.doksnap.testing.Doksnap;
import io.doksnap.testing.FaultyProxy;
import io.doksnap.testing.Needs;
import io.doksnap.testing.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Verification as a process, against a directory and an S3 server, with damage, keys, signals and little memory. */
@Timeout(180)
class VerifyIT {
    @TempDir
    private Path home;

    @Test
    void damageInS3IsNamedAndABrokenConnectionIsNone() throws Exception {
        try (S3Server server = S3Server.start();
                FaultyProxy proxy = FaultyProxy.before(server.port(), FaultyProxy.Fault.none())) {
            server.createBucket(Scene.BUCKET);
            Scene scene = Scene.withS3(home, server, proxy.endpoint());
            scene.noise("big", 20, 1);
            succeeds(scene, "backup", "shop");
            for (String level : List.of("presence", "checksum", "full")) {
                assertThat(succeeds(scene, "verify", "shop", "--level", level).out())
                        .contains("verified (" + level + ")");
            }
            String archive = only(scene, ".tar.zst");
            flip(scene, archive);
            Doksnap.Result damaged = scene.doksnap().run("verify", "shop");
            assertThat(damaged.code()).isEqualTo(6);
            assertThat(damaged.err())
                    .contains("is damaged (Mismatch): " + archive)
                    .contains("instead of SHA-256 ");
            assertThat(scene.doksnap().run("list").out()).contains(" DAMAGED");
            flip(scene, archive);
            AtomicLong down = new AtomicLong();
            proxy.change((connection, up, chunk, length) ->
                    !up && down.addAndGet(length) > 5_000_000 ? FaultyProxy.Fate.RESET : FaultyProxy.Fate.PASS);
            Doksnap.Result unreachable = scene.doksnap().run("verify", "shop");
            assertThat(unreachable.code()).isEqualTo(5);
            assertThat(unreachable.err()).doesNotContain("damaged");
            proxy.change(FaultyProxy.Fault.none());
            succeeds(scene, "verify", "shop");
            assertThat(scene.doksnap().run("list").out())
                    .doesNotContain("DAMAGED")
                    .contains(" full 0m");
        }
    }

    @Test
    void fullNeedsTheKeyAndAWrongOneIsNoDamage() throws Exception {
        Scene scene = Scene.withDirectory(home);
        scene.noise("big", 2, 1);
        Path right = key(scene, "right");
        Path wrong = key(scene, "wrong");
        scene.configure("storage:\n  directory: store\nencryption:\n  method: gpg\n  public_key_file: "
                + home.resolve("right.pub") + "\n");
        succeeds(scene, "backup", "shop");
        succeeds(scene, "verify", "shop");
        Doksnap.Result none = scene.doksnap().run("verify", "shop", "--level", "full");
        assertThat(none.code()).isEqualTo(3);
        assertThat(none.err())
                .contains("could not be verified (KeyUnavailable): ")
                .contains("--identity KEYFILE");
        Doksnap.Result other = scene.doksnap().run("verify", "shop", "--level", "full", "--identity", wrong.toString());
        assertThat(other.code()).isEqualTo(3);
        assertThat(other.err())
                .contains("could not be verified (KeyUnavailable): ")
                .doesNotContain("damaged");
        assertThat(scene.doksnap().run("list").out()).contains(" checksum 0m");
        succeeds(scene, "verify", "shop", "--level", "full", "--identity", right.toString());
        assertThat(scene.doksnap().run("list").out()).contains(" full 0m");
    }

    @Test
    void readOnlyDestinationIsVerifiedAllTheSame() throws Exception {
        Needs.root();
        Needs.command("setpriv");
        Scene scene = Scene.withDirectory(home);
        scene.noise("big", 2, 1);
        succeeds(scene, "backup", "shop");
        for (Path path : paths(home)) {
            Files.setPosixFilePermissions(
                    path, PosixFilePermissions.fromString(Files.isDirectory(path) ? "r-xr-xr-x" : "r--r--r--"));
        }
        Doksnap nobody = scene.doksnap().asNobody();
        Doksnap.Result result = nobody.run("verify", "shop");
        assertThat(result.code()).as(result.toString()).isZero();
        assertThat(result.out()).contains("verified (checksum)");
        assertThat(result.err()).startsWith("warning: shop: ").contains("could not be kept beside it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"checksum", "full"})
    void stoppedBySignalItEndsInGoodOrder(String level) throws Exception {
        try (S3Server server = S3Server.start();
                FaultyProxy proxy = FaultyProxy.before(server.port(), FaultyProxy.Fault.none())) {
            server.createBucket(Scene.BUCKET);
            Scene scene = Scene.withS3(home, server, proxy.endpoint());
            scene.noise("big", 30, 1);
            succeeds(scene, "backup", "shop");
            AtomicLong down = new AtomicLong();
            proxy.change((connection, up, chunk, length) -> {
                if (!up && down.addAndGet(length) > 1_000_000) {
                    // A slow line.
                    LockSupport.parkNanos(50_000_000);
                }
                return FaultyProxy.Fate.PASS;
            });
            try (Doksnap.Running verify = scene.doksnap().start("verify", "shop", "--level", level)) {
                await().atMost(Duration.ofSeconds(60))
                        .pollInterval(Duration.ofMillis(5))
                        .until(() -> down.get() > 1_000_000);
                verify.signal("TERM");
                Doksnap.Result result = verify.await();
                assertThat(result.code()).isEqualTo(143);
                assertThat(result.err())
                        .contains("could not be verified (Cancelled)")
                        .doesNotContain("damaged");
            }
            assertThat(scene.keys()).noneMatch(key -> key.endsWith("verified.json"));
        }
    }

    private static List<Path> paths(Path tree) throws IOException {
        try (Stream<Path> all = Files.walk(tree)) {
            return all.toList();
        }
    }

    private Path key(Scene scene, String name) throws IOException {
        Doksnap.Result keygen = scene.doksnap()
                .run("keygen", "--public-key-file", home.resolve(name + ".pub").toString());
        assertThat(keygen.code()).isZero();
        return Files.writeString(home.resolve(name + ".key"), keygen.out());
    }

    private static Doksnap.Result succeeds(Scene scene, String... arguments) {
        Doksnap.Result result = scene.doksnap().run(arguments);
        assertThat(result.code()).as(result.toString()).isZero();
        return result;
    }

    private static String only(Scene scene, String end) {
        List<String> keys =
                scene.keys().stream().filter(key -> key.endsWith(end)).toList();
        assertThat(keys).hasSize(1);
        return keys.get(0);
    }

    private static void flip(Scene scene, String key) throws IOException {
        try (ObjectStore store = scene.store()) {
            byte[] content;
            try (var in = store.read(key)) {
                content = in.readAllBytes();
            }
            content[content.length / 2] ^= 1;
            store.put(key, content);
        }
    }
}
