package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.testing.Doksnap;
import io.doksnap.testing.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Far more data than memory, encrypted, there and back. */
@Timeout(180)
class SmallMemoryIT {
    @TempDir
    private Path home;

    @Test
    void backupAndRestoreOfADirectoryNeedFarLessMemoryThanData() throws IOException {
        thereAndBack(Scene.withDirectory(home), "storage:\n  directory: store\n");
    }

    @Test
    void backupAndRestoreOfABucketNeedFarLessMemoryThanData() throws IOException {
        try (S3Server server = S3Server.start()) {
            server.createBucket(Scene.BUCKET);
            thereAndBack(
                    Scene.withS3(home, server, server.endpoint()),
                    "s3:\n  endpoint: " + server.endpoint() + "\n  bucket: " + Scene.BUCKET + "\n");
        }
    }

    private void thereAndBack(Scene scene, String destination) throws IOException {
        scene.noise("noise", 120, 1);
        Files.writeString(scene.data.resolve("text"), "the same line again and again\n".repeat(3 << 20));
        Doksnap small = scene.doksnap().jvm("-Xmx64m", "-XX:MaxDirectMemorySize=32m");
        Path key = Files.writeString(
                home.resolve("private.asc"),
                small.run("keygen", "--public-key-file", "public.asc").out());
        scene.configure(destination + "encryption:\n  public_key_file: public.asc\n");
        Doksnap.Result backup = small.run("backup", "shop");
        assertThat(backup.code()).as(backup.toString()).isZero();
        Doksnap.Result restore = small.run("restore", "shop", "--to-directory", "new", "--identity", key.toString());
        assertThat(restore.code()).as(restore.toString()).isZero();
        assertThat(TreeListing.of(scene.data).differences(TreeListing.of(home.resolve("new"))))
                .isEmpty();
    }
}
