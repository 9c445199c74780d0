package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.testing.Doksnap;
import io.doksnap.testing.FaultyProxy;
import io.doksnap.testing.Needs;
import io.doksnap.testing.S3Server;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Destinations that refuse, are gone or are full, seen by the person at the shell: one line, an exit code, and nothing left behind. */
@Timeout(120)
class FailingBackupIT {
    @TempDir
    private Path home;

    private S3Server server;
    private Scene scene;

    @BeforeEach
    void start() throws IOException {
        server = S3Server.start();
        server.createBucket(Scene.BUCKET);
        scene = Scene.withS3(home, server, server.endpoint());
        scene.noise("file", 1, 1);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void wrongSecretIsNamedAtOnceAndNeverShown() throws IOException {
        String wrong = "wrong-secret-never-to-be-seen";
        Doksnap doksnap = scene.doksnap().environment("AWS_SECRET_ACCESS_KEY", wrong);
        Doksnap.Result result = doksnap.environment("DOKSNAP_LOG", "DEBUG").run("backup", "shop");
        assertThat(result.code()).isEqualTo(5);
        assertThat(result.all()).doesNotContain(wrong).doesNotContain(S3Server.SECRET_KEY);
        failsWith(5, "error: shop: backup failed (AccessDenied): ", doksnap.environment("DOKSNAP_LOG", "INFO"));
        nothingIsLeft();
        Doksnap.Result list = doksnap.run("list");
        assertThat(list.code()).isEqualTo(5);
        assertThat(list.out()).isEmpty();
    }

    @Test
    void missingBucketIsNamed() throws IOException {
        configure(server.endpoint(), "no-such-bucket");
        Doksnap.Result result = failsWith(5, "error: shop: backup failed (BucketNotFound): ", scene.doksnap());
        assertThat(result.err()).contains("no-such-bucket");
        nothingIsLeft();
    }

    @Test
    void endpointThatIsDownIsNamedAndTheNextRunCleansUp() throws IOException {
        URI nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = URI.create("http://127.0.0.1:" + socket.getLocalPort());
        }
        configure(nobody, Scene.BUCKET);
        Doksnap.Result result = failsWith(5, "error: shop: backup failed (DestinationUnreachable): ", scene.doksnap());
        assertThat(result.err()).contains(nobody.toString());
        assertThat(scene.openRuns()).hasSize(1);
    }

    @Test
    void connectionThatBreaksForGoodInTheMiddleOfTheUploadLeavesNothingOnceItIsBack() throws Exception {
        scene.noise("big", 40, 2);
        try (FaultyProxy proxy = FaultyProxy.before(server.port(), FaultyProxy.Fault.none())) {
            configure(proxy.endpoint(), Scene.BUCKET);
            proxy.change((connection, up, chunk, length) ->
                    proxy.bytesUp() > 20 << 20 ? FaultyProxy.Fate.RESET : FaultyProxy.Fate.PASS);
            failsWith(5, "error: shop: backup failed (DestinationUnreachable): ", scene.doksnap());
            assertThat(scene.openRuns()).hasSize(1);
            proxy.change(FaultyProxy.Fault.none());
            assertThat(scene.listed()).isEmpty();
            Doksnap.Result next = scene.doksnap().run("backup", "shop");
            assertThat(next.code()).as(next.toString()).isZero();
            assertThat(scene.listed()).hasSize(1);
            assertThat(scene.keys()).hasSize(5);
            assertThat(server.unfinishedUploads(Scene.BUCKET)).isEmpty();
            assertThat(scene.openRuns()).isEmpty();
        }
    }

    @Test
    void passwordAndSecretAreNeverPrintedWhateverFails() throws IOException {
        String password = "a-password-never-to-be-seen";
        scene.configure("s3:\n  endpoint: " + server.endpoint() + "\n  bucket: " + Scene.BUCKET
                + "\nencryption:\n  method: aes256\n");
        Doksnap doksnap =
                scene.doksnap().environment("ENCRYPTION_PASSWORD", password).environment("DOKSNAP_LOG", "DEBUG");
        StringBuilder all = new StringBuilder();
        all.append(doksnap.run("validate").all());
        all.append(doksnap.run("backup", "shop").all());
        all.append(doksnap.run("list").all());
        all.append(doksnap.run("restore", "shop", "--to-directory", "new").all());
        all.append(doksnap.run("restore", "shop", "--to-directory", "new").all());
        Doksnap.Result wrong = doksnap.environment("ENCRYPTION_PASSWORD", password + "-too")
                .run("restore", "shop", "--to-directory", "other");
        assertThat(wrong.code()).isEqualTo(3);
        assertThat(home.resolve("other")).doesNotExist();
        all.append(wrong.all());
        assertThat(all).contains("restored").doesNotContain(password).doesNotContain(S3Server.SECRET_KEY);
        for (String key : scene.keys()) {
            assertThat(key).doesNotContain(password);
        }
    }

    @Test
    void fullDiskIsNamedAndNothingIsLeftOnIt() throws Exception {
        Needs.root();
        Path small = Files.createDirectories(home.resolve("store"));
        mount(small, "2m");
        try {
            scene.noise("big", 8, 2);
            Scene full = Scene.withDirectory(home);
            Doksnap.Result result = full.doksnap().run("backup", "shop");
            assertThat(result.code()).isEqualTo(5);
            assertThat(result.err().lines())
                    .singleElement()
                    .asString()
                    .startsWith("error: shop: backup failed (DiskFull): ")
                    .contains("the disk is full");
            assertThat(full.keys()).isEmpty();
            assertThat(full.staged()).isEmpty();
            assertThat(full.openRuns()).isEmpty();
            assertThat(full.listed()).isEmpty();
        } finally {
            run("umount", small.toString());
        }
    }

    @Test
    void fullDiskOfTheDataDirectoryFailsTheBackupBeforeItBegins() throws Exception {
        Needs.root();
        Path small = Files.createDirectories(home.resolve("state"));
        mount(small, "4k");
        try {
            Scene full = Scene.withDirectory(home);
            Doksnap.Result result = full.doksnap().run("backup", "shop");
            assertThat(result.code()).as(result.toString()).isEqualTo(1);
            assertThat(result.err().lines())
                    .singleElement()
                    .asString()
                    .startsWith("error: ")
                    .contains(small.toString());
            assertThat(full.keys()).isEmpty();
        } finally {
            run("umount", small.toString());
        }
    }

    private Doksnap.Result failsWith(int code, String beginning, Doksnap doksnap) throws IOException {
        Doksnap.Result result = doksnap.run("backup", "shop");
        assertThat(result.code()).as(result.toString()).isEqualTo(code);
        assertThat(result.out()).isEmpty();
        assertThat(result.err().lines().filter(line -> !line.contains("has no encryption at rest")))
                .as(result.err())
                .singleElement()
                .asString()
                .startsWith(beginning);
        assertThat(result.all()).doesNotContain(S3Server.SECRET_KEY);
        return result;
    }

    private void configure(URI endpoint, String bucket) throws IOException {
        scene.configure("s3:\n  endpoint: " + endpoint + "\n  bucket: " + bucket + "\nencryption:\n  method: none\n");
    }

    private void nothingIsLeft() throws IOException {
        assertThat(scene.keys()).isEmpty();
        assertThat(server.unfinishedUploads(Scene.BUCKET)).isEmpty();
        assertThat(scene.openRuns()).isEmpty();
    }

    private static void mount(Path directory, String size) throws Exception {
        if (run("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", directory.toString()) != 0) {
            Needs.command("a-kernel-that-lets-root-mount");
        }
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command).start().waitFor();
    }
}
