package io.doksnap.app;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.store.ObjectStore;
import io.doksnap.store.ObjectStores;
import io.doksnap.store.StoreSettings;
import io.doksnap.testing.Command;
import io.doksnap.testing.Doksnap;
import io.doksnap.testing.Needs;
import io.doksnap.testing.S3Server;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A bucket as the original program leaves it, in the hands of this one. */
class OriginalArchivesIT {
    private static final String OLDEST = "backups/myapp/20231101_020005_myapp_20231101_020000.tar.gz.enc";
    private static final String MIDDLE = "backups/myapp/20240101_020005Z_myapp_20240101_020000.tar.gz.enc";
    private static final String NEWEST = "backups/myapp/20240102_020006Z_myapp_20240102_020000.tar.gz.gpg";
    private static final String PASSWORD = "correct horse battery staple";

    @TempDir
    private Path home;

    private S3Server server;

    private @Nullable ObjectStore opened;

    enum Destination {
        DIRECTORY,
        S3
    }

    @BeforeEach
    void start() {
        server = S3Server.start();
    }

    @AfterEach
    void stop() {
        if (opened != null) {
            opened.close();
        }
        server.close();
    }

    private ObjectStore store() {
        return requireNonNull(opened);
    }

    @ParameterizedTest
    @EnumSource
    void areListedAndRestoredAlsoWhereTheAppIsNotConfigured(Destination destination) throws Exception {
        prepare(destination, "other", "");

        Doksnap.Result list = doksnap().run("list");
        assertThat(rows(list.out())).element(0).isEqualTo("APP SNAPSHOT AGE HOST FILES DATA STORED ENCRYPTED VERIFIED");
        assertThat(rows(list.out()).stream()
                        .skip(1)
                        .map(row -> row.replaceAll("\\d+ days ago \\(original\\) - - \\d+ B", "...")))
                .containsExactly(
                        "myapp 20231101_020005 ... aes256 -",
                        "myapp 20240101_020005Z ... aes256 -",
                        "myapp 20240102_020006Z ... gpg -");
        assertThat(doksnap().run("list", "myapp").out()).isEqualTo(list.out());

        for (String key : List.of(OLDEST, MIDDLE)) {
            String id = key.replaceFirst("backups/myapp/([0-9_]+Z?)_.*", "$1");
            Doksnap.Result restored = restore("--snapshot", id, "--to-directory", id);
            assertThat(restored.code()).as(restored.all()).isZero();
            assertThat(restored.out()).startsWith("myapp: restored 4 files, 70.0 kB, from " + key + " into ");
            assertThat(restored.err())
                    .contains("there is no manifest to compare with")
                    .contains("no protection of its integrity")
                    .contains("without the leading myapp_data/_data/");
            isTheVolume(home.resolve(id));
        }
        Doksnap.Result newest = restore("--to-directory", "newest", "--identity", "secret.asc");
        assertThat(newest.code()).as(newest.all()).isZero();
        assertThat(newest.err())
                .contains("the integrity protection of the encryption")
                .doesNotContain(".enc");
        isTheVolume(home.resolve("newest"));
        assertThat(keys()).containsExactly(OLDEST, MIDDLE, NEWEST);
    }

    @ParameterizedTest
    @EnumSource
    void areLookedIntoAndReadToTheirEndAsTheyAreRestored(Destination destination) throws Exception {
        prepare(destination, "other", "");
        for (String id : List.of("20231101_020005", "20240101_020005Z")) {
            Doksnap.Result ls = doksnap().run("ls", "myapp", "myapp_data/_data", "-R", "--snapshot", id);
            assertThat(ls.code()).as(ls.all()).isZero();
            assertThat(ls.out().lines()).contains("myapp_data/_data/index.txt", "myapp_data/_data/uploads/");
            assertThat(ls.err())
                    .contains("is read to the end")
                    .contains("a restore leaves out the directory around everything");
            assertThat(verify(id).code()).isZero();
        }
        Doksnap.Result newest = doksnap().run("ls", "myapp", "-l", "--identity", "secret.asc");
        assertThat(newest.code()).as(newest.all()).isZero();
        assertThat(newest.out().lines()).singleElement().asString().contains("myapp_data");
        assertThat(verify("20240102_020006Z", "--identity", "secret.asc").code())
                .isZero();
        assertThat(doksnap().run("ls", "myapp").code()).isEqualTo(3);
        Doksnap.Result wrong = doksnap()
                .environment("ENCRYPTION_PASSWORD", "guess")
                .run("ls", "myapp", "--snapshot", "20240101_020005Z");
        assertThat(wrong.code()).isEqualTo(3);
        assertThat(wrong.out()).isEmpty();
        Doksnap.Result nowhere = doksnap().run("ls", "myapp", "etc", "--snapshot", "20240101_020005Z");
        assertThat(nowhere.code()).isEqualTo(4);
        assertThat(nowhere.err()).contains("there is no etc in the source myapp of ");
    }

    private Doksnap.Result verify(String id, String... more) {
        return doksnap()
                .run(Stream.concat(Stream.of("verify", "myapp", "--level", "full", "--snapshot", id), Stream.of(more))
                        .toArray(String[]::new));
    }

    @ParameterizedTest
    @EnumSource
    void wrongPasswordOrKeyAndDamagedArchivesTouchNothing(Destination destination) throws Exception {
        prepare(destination, "other", "");
        byte[] whole = resource(MIDDLE);
        String cut = MIDDLE.replace("20240101_020005Z", "20240101_020006Z");
        store().put(cut, Arrays.copyOf(whole, whole.length - 100));
        byte[] flipped = whole.clone();
        flipped[whole.length / 2] ^= 1;
        store().put(MIDDLE.replace("20240101_020005Z", "20240101_020007Z"), flipped);
        store().put(MIDDLE.replace("20240101_020005Z", "20240101_020008Z"), new byte[0]);

        Doksnap.Result wrong = doksnap()
                .environment("ENCRYPTION_PASSWORD", "guess")
                .run("restore", "myapp", "--snapshot", "20240101_020005Z", "--to-directory", "new");
        assertThat(wrong.code()).isEqualTo(3);
        assertThat(wrong.err())
                .contains("restore failed (KeyMissing): " + MIDDLE)
                .contains("the password does not open this archive")
                .doesNotContain("guess");
        Doksnap.Result none = Doksnap.in(home)
                .environment("AWS_ACCESS_KEY_ID", S3Server.ACCESS_KEY)
                .environment("AWS_SECRET_ACCESS_KEY", S3Server.SECRET_KEY)
                .run("restore", "myapp", "--snapshot", "20240101_020005Z", "--to-directory", "new");
        assertThat(none.code()).isEqualTo(3);
        assertThat(none.err()).contains("ENCRYPTION_PASSWORD");
        Doksnap.Result noKey = restore("--snapshot", "20240102_020006Z", "--to-directory", "new");
        assertThat(noKey.code()).isEqualTo(3);
        assertThat(noKey.err()).contains("--identity KEYFILE");
        for (String id : List.of("20240101_020006Z", "20240101_020007Z", "20240101_020008Z")) {
            Doksnap.Result damaged = restore("--snapshot", id, "--to-directory", "new");
            assertThat(damaged.code()).as(damaged.all()).isEqualTo(6);
            assertThat(damaged.err().lines()).singleElement().asString().contains("(Mismatch): backups/myapp/" + id);
        }
        assertThat(home.resolve("new")).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource
    void areNamedByTheirKeyWhereverTheyLie(Destination destination) throws Exception {
        prepare(destination, "myapp", "");
        String copy = "by hand/old.tar.gz.enc";
        store().put(copy, resource(OLDEST));
        Doksnap.Result restored = restore("--archive", copy, "--to-directory", "copy");
        assertThat(restored.code()).as(restored.all()).isZero();
        isTheVolume(home.resolve("copy"));

        Files.writeString(home.resolve("data/note"), "ours\n");
        assertThat(doksnap().run("backup", "myapp").code()).isZero();
        String ours = keys().stream()
                .filter(key -> key.endsWith("/myapp.tar.zst.gpg"))
                .findFirst()
                .orElseThrow();
        Doksnap.Result listed = restore("--archive", ours, "--to-directory", "listed");
        assertThat(listed.code()).as(listed.all()).isZero();
        assertThat(listed.err()).doesNotContain("manifest");
        assertThat(home.resolve("listed/note")).hasContent("ours");
        try (InputStream in = store().read(ours)) {
            store().put("by hand/myapp.tar.zst.gpg", in.readAllBytes());
        }
        Doksnap.Result alone = restore("--archive", "by hand/myapp.tar.zst.gpg", "--to-directory", "alone");
        assertThat(alone.code()).as(alone.all()).isZero();
        assertThat(alone.err()).contains("there is no manifest to compare with");
        assertThat(home.resolve("alone/note")).hasContent("ours");

        Doksnap.Result inPlace = restore("--archive", MIDDLE, "--in-place");
        assertThat(inPlace.code()).as(inPlace.all()).isZero();
        // Its source is a directory, in which _data is a name like any other.
        isTheVolume(home.resolve("data/_data"));
        Doksnap.Result missing = restore("--archive", "by hand/none.tar.gz.enc", "--to-directory", "new");
        assertThat(missing.code()).isEqualTo(4);
        assertThat(missing.err()).startsWith("error: there is no object by hand/none.tar.gz.enc in ");
        Doksnap.Result other = restore("--archive", "by hand/photo.jpg", "--to-directory", "new");
        assertThat(other.code()).isEqualTo(2);
        assertThat(other.err()).startsWith("error: by hand/photo.jpg is not named like an archive");
    }

    @ParameterizedTest
    @EnumSource
    void arePrunedByExactKeyOnceAPersonHasConfirmed(Destination destination) throws Exception {
        prepare(destination, "myapp", "    retention: {keep_last: 2}\n");
        String beside = OLDEST + ".bak";
        store().put(beside, new byte[1]);
        Files.writeString(home.resolve("data/note"), "ours\n");

        Doksnap.Result backup = doksnap().run("backup", "myapp");
        assertThat(backup.code()).isZero();
        assertThat(backup.err())
                .contains("warning: myapp: the backup is complete, and retention leaves some snapshots (Refused): 2"
                        + " archives of the original program are due");
        List<String> before = keys();
        Doksnap.Result refused = doksnap().run("prune", "myapp");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("`doksnap prune myapp --confirm`");
        assertThat(keys()).isEqualTo(before).contains(OLDEST, MIDDLE, NEWEST);

        Doksnap.Result planned = doksnap().run("prune", "myapp", "--dry-run", "--confirm");
        assertThat(rows(planned.out()).stream()
                        .filter(row -> row.startsWith("remove "))
                        .map(row -> row.split(" ", -1)[1]))
                .containsExactly("20231101_020005", "20240101_020005Z");
        assertThat(keys()).isEqualTo(before);

        assertThat(doksnap().run("prune", "myapp", "--confirm").code()).isZero();
        List<String> after = new ArrayList<>(before);
        after.removeAll(List.of(OLDEST, MIDDLE));
        assertThat(keys()).isEqualTo(after).contains(NEWEST, beside);
        Doksnap.Result second = doksnap().run("backup", "myapp");
        assertThat(second.err()).doesNotContain("warning");
        assertThat(keys()).doesNotContain(NEWEST).contains(beside);
    }

    /** The lines of the guide, as they stand there. */
    @ParameterizedTest
    @CsvSource({OLDEST + ", SHA1", MIDDLE + ", SHA256"})
    void openWithOpensslAsTheGuideSays(String key, String digest) throws Exception {
        Needs.command("openssl");
        String guide = Files.readString(Path.of("docs/moving-from-the-original.md"));
        String script = guide.substring(guide.indexOf("```sh\narchive=") + 6, guide.lastIndexOf("```"))
                .replaceFirst("(?m)^archive=.*", "archive=archive.enc")
                .replaceFirst("(?m)^digest=.*", "digest=" + digest);
        Files.write(home.resolve("archive.enc"), resource(key));

        Command.sh(script)
                .in(home)
                .input((PASSWORD + "\n").getBytes(StandardCharsets.UTF_8))
                .output();

        isTheVolume(home.resolve("myapp_data/_data"));
    }

    private void prepare(Destination destination, String app, String lines) throws IOException {
        Files.createDirectories(home.resolve("data"));
        Files.write(home.resolve("secret.asc"), resource("fixture-secret-key.asc"));
        boolean s3 = destination == Destination.S3;
        opened = ObjectStores.open(
                s3 ? server.newBucket("my-backups") : new StoreSettings.Directory(home.resolve("store")));
        Files.writeString(
                home.resolve("config.yaml"),
                (s3
                                ? "s3:\n  endpoint: " + server.endpoint()
                                        + "\n  bucket: my-backups\n  region: us-east-1\n"
                                : "storage:\n  directory: store\n")
                        + "encryption:\n  method: aes256\nhost: testhost\ndata_dir: state\ndocker:\n"
                        + "  host: unix:///nowhere/docker.sock\n  allowed_paths: [" + home + "]\napps:\n  - name: "
                        + app
                        + "\n    type: directory\n    source: " + home.resolve("data")
                        + "\n    schedule: \"0 2 * * *\"\n" + lines);
        for (String key : List.of(OLDEST, MIDDLE, NEWEST)) {
            store().put(key, resource(key));
        }
    }

    private Doksnap doksnap() {
        return Doksnap.in(home)
                .environment("AWS_ACCESS_KEY_ID", S3Server.ACCESS_KEY)
                .environment("AWS_SECRET_ACCESS_KEY", S3Server.SECRET_KEY)
                .environment("ENCRYPTION_PASSWORD", PASSWORD);
    }

    private Doksnap.Result restore(String... arguments) {
        return doksnap()
                .run(Stream.concat(Stream.of("restore", "myapp"), Stream.of(arguments))
                        .toArray(String[]::new));
    }

    private void isTheVolume(Path restored) throws IOException {
        String checked = new String(
                Command.of("sha256sum", "--check", "-")
                        .in(restored)
                        .input(resource("expected-sha256.txt"))
                        .output(),
                StandardCharsets.UTF_8);
        assertThat(checked.lines()).hasSize(3).allMatch(line -> line.endsWith(": OK"));
        assertThat(restored.resolve("link")).isSymbolicLink();
        try (Stream<Path> all = Files.list(restored)) {
            assertThat(all.map(path -> String.valueOf(path.getFileName())))
                    .containsExactlyInAnyOrder("index.txt", "uploads", "link");
        }
    }

    private List<String> keys() throws IOException {
        List<String> keys = new ArrayList<>();
        store().list("", object -> keys.add(object.key()));
        return keys;
    }

    private static List<String> rows(String out) {
        return out.lines().map(line -> line.strip().replaceAll(" +", " ")).toList();
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in =
                requireNonNull(OriginalArchivesIT.class.getResourceAsStream("/io/doksnap/original/" + name))) {
            return in.readAllBytes();
        }
    }
}
