package io.doksnap.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.doksnap.store.StoreException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryStoreTest extends ObjectStoreContract {
    @TempDir
    private Path temp;

    @Override
    ObjectStore newStore() {
        return ObjectStores.open(new StoreSettings.Directory(root()));
    }

    private Path root() {
        return temp.resolve("backups");
    }

    @Test
    void openingAndLookingCreatesNothing() throws Exception {
        assertThat(keys("")).isEmpty();
        assertThat(store.find("a")).isEmpty();
        store.delete("a");
        assertThat(store.discardUploads("")).isZero();
        assertThat(root()).doesNotExist();
    }

    @Test
    void onlyTheOwnerMayReadFilesAndFolders() throws Exception {
        Upload upload = store.upload("a/b/object");
        assertThat(permissions()).containsOnly("rwx------ ", "rwx------ .uploads", "rw------- .uploads/*");
        upload.commit();
        assertThat(permissions())
                .containsOnly(
                        "rwx------ ", "rwx------ .uploads", "rwx------ a", "rwx------ a/b", "rw------- a/b/object");
    }

    @Test
    void plainKeyIsTheFilesPath() throws Exception {
        store.put("backups/shop/20260101_020000_ab/data.tar.zst", "content".getBytes(UTF_8));
        assertThat(root().resolve("backups/shop/20260101_020000_ab/data.tar.zst"))
                .hasContent("content");
    }

    @Test
    void unusualKeyIsNamedInAsciiSoThatTheLocaleDoesNotMatter() throws Exception {
        store.put("größe/100%", new byte[0]);
        assertThat(root().resolve("gr%C3%B6%C3%9Fe/100%25")).exists();
    }

    @Test
    void parentThatDoesNotExistIsNamed() {
        ObjectStore missing = ObjectStores.open(new StoreSettings.Directory(temp.resolve("not/mounted")));
        String parent = temp.resolve("not").toString();
        for (var call : List.<ThrowingCallable>of(
                () -> missing.upload("a").close(),
                () -> missing.read("a").close(),
                () -> missing.find("a"),
                () -> missing.list("", object -> {}),
                () -> missing.delete("a"),
                () -> missing.discardUploads(""))) {
            assertKind(Kind.BUCKET_NOT_FOUND, call);
            assertThatThrownBy(call).hasMessageContaining(parent);
        }
    }

    @Test
    void fileInPlaceOfTheDirectoryIsNamed() throws Exception {
        Files.createFile(root());
        assertKind(Kind.BUCKET_NOT_FOUND, () -> store.upload("a").close());
    }

    @Test
    void linksAreNotFollowed() throws Exception {
        Path outside = Files.createDirectory(temp.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "secret");
        store.put("object", new byte[0]);
        Files.createSymbolicLink(root().resolve("folder"), outside);
        Files.createSymbolicLink(root().resolve("file"), outside.resolve("secret"));

        assertThat(keys("")).containsExactly("object");
        assertKind(Kind.REFUSED, () -> store.read("folder/secret").close());
        assertKind(Kind.REFUSED, () -> store.put("folder/new", new byte[0]));
        assertKind(Kind.REFUSED, () -> store.delete("folder/secret"));
        assertKind(Kind.NOT_FOUND, () -> store.read("file").close());
        assertThat(outside.resolve("new")).doesNotExist();
        assertThat(outside.resolve("secret")).exists();
    }

    @Test
    void filesThatAreNoObjectsAreNotListed() throws Exception {
        store.put("object", new byte[0]);
        Files.createFile(root().resolve(".nfs0001"));
        Files.createFile(root().resolve("100%"));
        Files.createDirectory(root().resolve("lost+found"));
        assertThat(keys("")).containsExactly("object");
    }

    @Test
    void fileAndFolderOfOneNameAreRefusedByName() throws Exception {
        store.put("a/object", new byte[0]);
        assertKind(Kind.REFUSED, () -> store.put("a", new byte[0]));
        assertKind(Kind.REFUSED, () -> store.put("a/object/below", new byte[0]));
        assertKind(Kind.NOT_FOUND, () -> store.read("a/object/below").close());
        assertThat(store.find("a/object/below")).isEmpty();
        assertThat(keys("")).containsExactly("a/object");
        assertThat(staged()).isEmpty();
    }

    @Test
    void uploadOfAKilledProcessIsDiscardedByTheNext() throws Exception {
        Upload upload = store.upload("here/object");
        upload.write(new byte[100], 0, 100);
        assertThat(staged()).hasSize(2);

        ObjectStore next = newStore();
        assertThat(next.discardUploads("there/")).isZero();
        assertThat(next.discardUploads("here/")).isEqualTo(1);
        assertThat(staged()).isEmpty();
    }

    @Test
    void whatAKillLeftBeforeItSaidWhoseItIsGoesWithTheNextSweep() throws Exception {
        Path staging = Files.createDirectories(root().resolve(".uploads"));
        Path nobodys = Files.createFile(staging.resolve("00000000-0000-0000-0000-000000000000.key"));
        assertThat(newStore().discardUploads("here/")).isZero();
        assertThat(nobodys).doesNotExist();
    }

    @Test
    void nothingIsLeftInStagingAfterCommitOrClose() throws Exception {
        store.put("committed", new byte[10]);
        store.upload("closed").close();
        assertThat(staged()).isEmpty();
    }

    @Test
    void noDescriptorStaysOpenAfterCommitOrClose() throws Exception {
        byte[] enough = new byte[9 << 20];
        try (Upload upload = store.upload("committed")) {
            upload.write(enough, 0, enough.length);
            assertThat(openBelowRoot()).hasSizeGreaterThanOrEqualTo(1);
            upload.commit();
            assertThat(openBelowRoot()).isEmpty();
        }
        try (Upload upload = store.upload("closed")) {
            upload.write(enough, 0, enough.length);
        }
        assertThat(openBelowRoot()).isEmpty();
    }

    @Test
    void foldersThatADeletionEmptiedAreRemoved() throws Exception {
        store.put("a/b/c/object", new byte[0]);
        store.put("a/other", new byte[0]);
        store.delete("a/b/c/object");
        assertThat(root().resolve("a/b")).doesNotExist();
        assertThat(root().resolve("a/other")).exists();
    }

    @Test
    void interruptedWriterLeavesNoTrace() throws Exception {
        try (Upload upload = store.upload("object")) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> upload.write(new byte[10], 0, 10)).isInstanceOf(StoreException.class);
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(keys("")).isEmpty();
        assertThat(staged()).isEmpty();
    }

    @Test
    void fullDiskIsNamedWithItsPathAndLeavesNoTrace() throws Exception {
        Path disk = Files.createDirectory(temp.resolve("disk"));
        needsToMount(run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk.toString()));
        try {
            ObjectStore full = ObjectStores.open(new StoreSettings.Directory(disk.resolve("backups")));
            try (Upload upload = full.upload("object")) {
                assertThatThrownBy(() -> writeInPieces(upload, bytes(3 << 20)))
                        .isInstanceOfSatisfying(
                                StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.DISK_FULL))
                        .hasMessageContaining(disk.toString())
                        .hasMessageContaining("bytes free");
            }
            full.put("small", new byte[1000]);
            full.list("", object -> assertThat(object.key()).isEqualTo("small"));
        } finally {
            assertThat(run("umount", disk.toString())).isTrue();
        }
    }

    private static void needsToMount(boolean mounted) {
        if (!mounted && "true".equals(System.getenv("CI"))) {
            throw new AssertionError("needs root, to mount a small disk (CI=true: nothing is skipped)");
        }
        if (!mounted) {
            System.out.println("!!! SKIPPED, needs root, to mount a small disk");
        }
        assumeThat(mounted).isTrue();
    }

    private static boolean run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).inheritIO().start();
        return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    private List<String> permissions() throws IOException {
        try (Stream<Path> files = Files.walk(root())) {
            return files.map(file -> {
                        try {
                            String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
                            return mode + " "
                                    + root().relativize(file).toString().replaceFirst("^\\.uploads/.*", ".uploads/*");
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                    })
                    .toList();
        }
    }

    private List<Path> openBelowRoot() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors
                    .map(DirectoryStoreTest::whereItLeads)
                    .filter(file -> file.startsWith(root()))
                    .toList();
        }
    }

    private static Path whereItLeads(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor);
        } catch (IOException closedMeanwhile) {
            return descriptor;
        }
    }

    private List<Path> staged() throws IOException {
        try (Stream<Path> files = Files.list(root().resolve(".uploads"))) {
            return files.toList();
        }
    }
}
