package io.doksnap.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.testing.Command;
import io.doksnap.testing.Doksnap;
import io.doksnap.testing.Gpg;
import io.doksnap.testing.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The list of a snapshot's files as a person uses it: to look, and to restore some of them. */
@Timeout(180)
class FileListIT {
    @TempDir
    private Path home;

    private Scene scene;

    @BeforeEach
    void makeScene() throws IOException {
        scene = Scene.withDirectory(home);
        Files.createDirectories(scene.data.resolve("conf/nested"));
        Files.writeString(scene.data.resolve("conf/app.yaml"), "a: 1\n");
        Files.writeString(scene.data.resolve("conf/nested/odd\nname"), "odd\n");
        Files.writeString(scene.data.resolve("note"), "note\n");
    }

    @Test
    void encryptedListIsShownWithTheKeyAndReadableWithStockTools() throws Exception {
        Needs.command("zstd");
        try (Gpg gpg = Gpg.withoutKeys()) {
            gpg.generate(
                    "shop@example.org", "Key-Type: RSA", "Key-Length: 2048", "Subkey-Type: RSA", "Subkey-Length: 2048");
            Files.write(home.resolve("public.asc"), gpg.publicKey("shop@example.org"));
            Files.write(home.resolve("private.asc"), gpg.privateKey("shop@example.org"));
            scene.configure(
                    "storage:\n  directory: store\nencryption:\n  method: gpg\n  public_key_file: public.asc\n");
            succeeds("backup", "shop");
            assertThat(succeeds("ls", "shop", "--identity", "private.asc").lines())
                    .containsExactlyInAnyOrder("conf/", "note");
            assertThat(succeeds("ls", "shop", "conf", "-R", "--identity", "private.asc")
                            .lines())
                    .containsExactlyInAnyOrder("conf/app.yaml", "conf/nested/", "conf/nested/odd\\x0Aname");
            assertThat(succeeds("ls", "shop", "note", "-l", "--identity", "private.asc"))
                    .startsWith("-rw")
                    .endsWith(" note\n");
            Doksnap.Result nowhere = scene.doksnap().run("ls", "shop", "no/such", "--identity", "private.asc");
            assertThat(nowhere.code()).isEqualTo(4);
            assertThat(nowhere.err()).contains("there is no no/such in the source shop of");
            Doksnap.Result locked = scene.doksnap().run("ls", "shop");
            assertThat(locked.code()).isEqualTo(3);
            assertThat(locked.err()).contains("--identity KEYFILE");

            byte[] compressed = gpg.decrypt(Files.readAllBytes(stored(".index.zst.gpg")));
            String list =
                    new String(Command.of("zstd", "-d", "-c").input(compressed).output(), UTF_8);
            assertThat(list.lines()).first().isEqualTo("{\"formatVersion\":1}");
            assertThat(list.lines()).last().isEqualTo("{\"entries\":6}");
            assertThat(list.lines()).hasSize(8).allMatch(line -> line.startsWith("{") && line.endsWith("}"));
            assertThat(list).contains("\"path\":\"conf/app.yaml\"");
            assertThat(spools()).isEmpty();
        }
    }

    @Test
    void snapshotWithoutAListIsReadWhole() throws Exception {
        succeeds("backup", "shop");
        Path manifest = stored("manifest.json");
        String without = Files.readString(manifest).replaceAll("(?s),\\s*\"index\" : \\[.*?\\]", "");
        assertThat(without).doesNotContain("index");
        Files.writeString(manifest, without);
        Files.delete(stored(".index.zst"));
        Doksnap.Result result = scene.doksnap().run("ls", "shop");
        assertThat(result.code()).as(result.toString()).isZero();
        assertThat(result.out().lines()).containsExactlyInAnyOrder("conf/", "note");
        assertThat(result.err()).contains("has no list of its files, so its archive is read to the end");
        succeeds("verify", "shop");
    }

    @Test
    void someOfTheFilesAreRestored() throws Exception {
        succeeds("backup", "shop");
        assertThat(succeeds("restore", "shop", "--to-directory", "some", "--include", "conf/*.yaml"))
                .startsWith("shop: restored 1 file, 5 B, from ");
        try (Stream<Path> all = Files.walk(home.resolve("some"))) {
            assertThat(all.map(path -> home.resolve("some").relativize(path).toString()))
                    .containsExactlyInAnyOrder("", "conf", "conf/app.yaml");
        }
        Doksnap.Result none = scene.doksnap()
                .run("restore", "shop", "--to-directory", "none", "--include", "*.php", "--include", "x/y");
        assertThat(none.code()).isEqualTo(4);
        assertThat(none.err()).contains("matches *.php, x/y;");
        assertThat(home.resolve("none")).doesNotExist();
        Doksnap.Result bad = scene.doksnap().run("restore", "shop", "--to-directory", "none", "--include", "[z");
        assertThat(bad.code()).as(bad.toString()).isEqualTo(2);
    }

    @Test
    void inPlaceOnlyWhatIsIncludedIsReplaced() throws Exception {
        succeeds("backup", "shop");
        Files.writeString(home.resolve("data/conf/app.yaml"), "spoiled\n");
        Files.writeString(home.resolve("data/since"), "since then\n");
        String today = succeeds("list", "shop").replaceAll("(?s).*(\\d{8})_\\d{6}_.*", "$1");
        Doksnap.Result unnamed = scene.doksnap().run("restore", "shop", "--in-place", "--at", "2030-01-01");
        assertThat(unnamed.code()).isEqualTo(2);
        assertThat(unnamed.err()).contains("needs --snapshot");
        succeeds("restore", "shop", "--in-place", "--snapshot", today, "--include", "conf/*.yaml");
        assertThat(home.resolve("data/conf/app.yaml")).content().isNotEqualTo("spoiled\n");
        assertThat(home.resolve("data/since")).hasContent("since then\n");
    }

    @Test
    void dryRunSaysWhatWouldBeRestoredAndWritesNothing() throws Exception {
        succeeds("backup", "shop");
        Path target = home.resolve("new");
        assertThat(succeeds("restore", "shop", "--to-directory", "new", "--dry-run", "--include", "conf/*.yaml"))
                .startsWith("shop: would restore 1 file, 5 B, of the source shop from ")
                .contains(" in default (", " into " + target + "\n")
                .endsWith("shop: the target can be used; nothing was written\n");
        assertThat(target).doesNotExist();
        Doksnap.Result full = scene.doksnap().run("restore", "shop", "--to-directory", "data", "--dry-run");
        assertThat(full.code()).isEqualTo(1);
        assertThat(full.err()).contains("the restore would fail (TargetUnusable)", "is not empty");
    }

    @Test
    void spoolThatFillsItsDiskFailsTheBackupAndLeavesNothing() throws Exception {
        Needs.root();
        Path small = Files.createDirectories(scene.state);
        if (new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", small.toString())
                        .start()
                        .waitFor()
                != 0) {
            Needs.command("a-kernel-that-lets-root-mount");
        }
        try {
            Random random = new Random(59);
            for (int i = 0; i < 8000; i++) {
                Files.createFile(scene.data.resolve(Long.toHexString(random.nextLong())
                        + Long.toHexString(random.nextLong())
                        + Long.toHexString(random.nextLong())
                        + Long.toHexString(random.nextLong())));
            }
            Doksnap.Result result = scene.doksnap().run("backup", "shop");
            assertThat(result.code()).as(result.toString()).isEqualTo(5);
            assertThat(result.err())
                    .startsWith("error: shop: backup failed (DiskFull): cannot write the spool " + small)
                    .contains("the disk is full; free some space there, or set data_dir");
            assertThat(scene.keys()).isEmpty();
            assertThat(spools()).isEmpty();
        } finally {
            new ProcessBuilder("umount", small.toString()).start().waitFor();
        }
    }

    private String succeeds(String... arguments) {
        Doksnap.Result result = scene.doksnap().run(arguments);
        assertThat(result.code()).as(result.toString()).isZero();
        return result.out();
    }

    /** The only stored file whose name ends so. */
    private Path stored(String end) throws IOException {
        try (Stream<Path> all = Files.walk(home.resolve("store"))) {
            List<Path> found = all.filter(path -> path.toString().endsWith(end)).toList();
            assertThat(found).hasSize(1);
            return found.get(0);
        }
    }

    private List<Path> spools() throws IOException {
        try (Stream<Path> files = Files.list(scene.state)) {
            return files.filter(file -> file.toString().endsWith(".spool")).toList();
        }
    }
}
