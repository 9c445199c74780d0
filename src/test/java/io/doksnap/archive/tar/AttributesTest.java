package io.doksnap.archive.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.doksnap.testing.Command;
import io.doksnap.testing.HardTree;
import io.doksnap.testing.Needs;
import io.doksnap.testing.TreeListing;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Extended attributes and ACLs, in archives and on files. That trees come back with theirs is in {@link TreeRoundTripTest}. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD, unit = TimeUnit.SECONDS)
class AttributesTest {
    @TempDir
    Path temp;

    private Path tree = Path.of("");
    private Path target = Path.of("");
    private final TreeStats.Collector stats = new TreeStats.Collector();

    @BeforeEach
    void makeDirectories() throws IOException {
        tree = Files.createDirectory(temp.resolve("tree"));
        target = Files.createDirectory(temp.resolve("target"));
    }

    @AfterEach
    void clear() {
        HardTree.clear(temp);
    }

    @Test
    void everyNameAndValueComesBackAsItWentIn() throws IOException {
        for (long seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            List<ExtendedAttribute> attributes = new ArrayList<>();
            for (int i = random.nextInt(12); i >= 0; i--) {
                RawName name = RandomEntries.anyBytes(random, 1 + random.nextInt(250));
                byte[] value = new byte[random.nextInt(4) == 0 ? 65_536 : random.nextInt(300)];
                random.nextBytes(value);
                attributes.add(ExtendedAttribute.of(RawName.of(join("user." + i, name)), value));
            }
            TarEntry entry = Tars.file("file", 0).with(attributes);
            byte[] tar = Tars.written(out -> {
                out.begin(entry);
                out.begin(Tars.file("after", 0));
                out.end();
            });
            assertThat(Tars.read(tar)).extracting(Tars.Read::entry).containsExactly(entry, Tars.file("after", 0));
        }
    }

    @Test
    void everyNameAndValueThatAFileSystemTakesComesBack() throws IOException {
        Needs.command("setfattr");
        Random random = new Random(17);
        for (int i = 0; i < 30; i++) {
            Path file = Files.createFile(tree.resolve("file" + i));
            for (int n = random.nextInt(5); n >= 0; n--) {
                byte[] value = new byte[random.nextInt(500)];
                random.nextBytes(value);
                RawName name = RawName.of(join("user." + n, RandomEntries.anyBytes(random, 1 + random.nextInt(100))));
                Posix.setAttribute(file, ExtendedAttribute.of(name, value));
            }
        }
        Tars.extract(Tars.archived(tree), target, false);
        assertThat(TreeListing.of(target, false)).isEqualTo(TreeListing.of(tree, false));
    }

    @Test
    void oneFileCannotClaimMoreAttributesThanMemoryAllows() {
        List<ExtendedAttribute> attributes = new ArrayList<>();
        for (int i = 0; i < 140; i++) {
            attributes.add(ExtendedAttribute.of(RawName.of("user." + i), new byte[65_536]));
        }
        assertThatThrownBy(() -> Tars.read(Tars.written(out -> {
                    out.begin(Tars.file("file", 0).with(attributes));
                    out.end();
                })))
                .isInstanceOf(TarException.class)
                .hasMessageContaining("claims");
        // In several headers of one file as little.
        byte[] header = TarReaderTest.extended('x', TarReaderTest.record("SCHILY.xattr.user.a", "v".repeat(3_000_000)));
        assertThatThrownBy(() -> Tars.read(TarReaderTest.join(header, header, header, header)))
                .isInstanceOf(TarException.class)
                .hasMessageContaining("more than 8 MiB of extended attributes");
    }

    @Test
    void attributesOfLibarchiveCountInTheFormThatLosesNothing() throws IOException {
        byte[] tar = TarReaderTest.join(
                TarReaderTest.extended(
                        'x',
                        TarReaderTest.join(
                                TarReaderTest.record("LIBARCHIVE.xattr.user.a%3Db%20%25", "AP89Cg"),
                                TarReaderTest.record("SCHILY.xattr.user.a%3Db%20%25", "wrong"),
                                TarReaderTest.record("SCHILY.xattr.user.c%3Dd%20%25", ""))),
                TarReaderTest.header('0', 0),
                new byte[1024]);
        assertThat(Tars.read(tar).get(0).entry().attributes())
                .containsExactly(
                        ExtendedAttribute.of(RawName.of("user.a=b %"), new byte[] {0, -1, '=', '\n'}),
                        ExtendedAttribute.of(RawName.of("user.c=d%20%"), new byte[0]));
    }

    @Test
    void attributesOfALinkLandOnTheLinkAndNeverOutside() throws IOException {
        Path outside = Files.writeString(temp.resolve("outside"), "precious");
        ExtendedAttribute note = ExtendedAttribute.of(RawName.of("user.note"), new byte[] {'x'});
        ExtendedAttribute acl = ExtendedAttribute.of(
                ExtendedAttribute.ACCESS_ACL, acl("user::rwx,user:7:rwx,group::rwx,mask::rwx,other::rwx"));
        extract(out -> {
            out.begin(Tars.link(TarEntry.Type.SYMBOLIC_LINK, "link", outside.toString())
                    .with(List.of(note, acl)));
            out.begin(Tars.link(TarEntry.Type.HARD_LINK, "again", "link").with(List.of(note, acl)));
            out.begin(Tars.link(TarEntry.Type.SYMBOLIC_LINK, "file", outside.toString()));
            out.begin(Tars.file("file", 0).with(List.of(note)));
        });
        assertThat(attribute(outside, "user.note")).isNull();
        assertThat(attribute(outside, "system.posix_acl_access")).isNull();
        assertThat(attribute(target.resolve("file"), "user.note")).isEqualTo(note);
        assertThat(Files.isSymbolicLink(target.resolve("link"))).isTrue();
        assertThat(stats.stats().warnings())
                .singleElement()
                .asString()
                .contains("2 extended attributes and ACLs could not be restored, the first user.note of link (");
    }

    @Test
    void whatAFileSystemOrTheKernelRefusesIsSaidOnceAndFailsNothing() throws IOException {
        extract(out -> {
            for (int i = 0; i < 50; i++) {
                out.begin(Tars.file("file" + i, 0)
                        .with(List.of(ExtendedAttribute.of(RawName.of("nonsense.a\nb"), new byte[] {1}))));
            }
        });
        try (var files = Files.list(target)) {
            assertThat(files).hasSize(50);
        }
        assertThat(stats.stats().warnings())
                .singleElement()
                .asString()
                .contains("50 extended attributes and ACLs could not be restored", "nonsense.a\\x0Ab of file0 (")
                .doesNotContain("\n");
    }

    @Test
    void accessListWithNamesAndNoNumbersIsSaidToBeLost() throws IOException {
        byte[] tar = TarReaderTest.join(
                TarReaderTest.extended('x', TarReaderTest.record("SCHILY.acl.access", "user::rw-\nuser:lp:rw-\n")),
                TarReaderTest.header('0', 0),
                new byte[1024]);
        new TreeExtractor(new TarReader(new ByteArrayInputStream(tar)), target, false, stats).extract();
        assertThat(stats.stats().warnings()).singleElement().asString().contains("SCHILY.acl.access of name (");
    }

    @Test
    void labelsOfThisHostAreNeitherRestoredNorMissed() throws IOException {
        extract(out -> out.begin(Tars.file("file", 0)
                .with(List.of(
                        ExtendedAttribute.of(
                                RawName.of("security.selinux"), "label\0".getBytes(StandardCharsets.US_ASCII)),
                        ExtendedAttribute.of(RawName.of("security.evm"), new byte[] {3})))));
        assertThat(attribute(target.resolve("file"), "security.evm")).isNull();
        assertThat(stats.stats().warnings()).isEmpty();
    }

    @Test
    void defaultAccessListOfTheTargetGivesNoFileAnAccessListThatItDidNotHave() throws IOException {
        Needs.command("setfacl");
        Files.createDirectories(tree.resolve("directory/deeper"));
        Files.writeString(tree.resolve("directory/deeper/file"), "content");
        assumeTrue(
                Command.of("setfacl", "-d", "-m", "u:70001:rwx", target.toString())
                                .run()
                                .exitCode()
                        == 0,
                "a file system with ACLs");
        Command.of("setfacl", "-m", "u:70001:rwx", target.toString()).output();
        Tars.extract(Tars.archived(tree), target, false);
        assertThat(TreeListing.of(target, false)).isEqualTo(TreeListing.of(tree, false));
    }

    @Test
    void archiveThatComesBackToADirectoryWithADefaultAccessListGivesItToNoFile() throws IOException {
        ExtendedAttribute acl = ExtendedAttribute.of(
                ExtendedAttribute.DEFAULT_ACL, acl("user::rwx,user:70001:rwx,group::r-x,mask::rwx,other::r-x"));
        extract(out -> {
            out.begin(Tars.directory("a/").with(List.of(acl)));
            out.begin(Tars.directory("b/"));
            out.begin(Tars.file("a/later", 0));
        });
        assumeTrue(stats.stats().warnings().isEmpty(), "a file system with ACLs");
        assertThat(attribute(target.resolve("a"), "system.posix_acl_default")).isEqualTo(acl);
        assertThat(attribute(target.resolve("a/later"), "system.posix_acl_access"))
                .isNull();
    }

    @Test
    void capabilityOutlivesTheChangeOfOwner() throws IOException {
        Needs.root();
        Needs.command("setfattr");
        Path file = Files.writeString(tree.resolve("ping"), "binary");
        Command.sh(
                        "chown 999:999 ping; setfattr -n security.capability -v 0x0100000200200000000000000000000000000000 ping")
                .in(tree)
                .output();
        Tars.extract(Tars.archived(tree), target, true);
        assertThat(attribute(target.resolve("ping"), "security.capability"))
                .isNotNull()
                .isEqualTo(attribute(file, "security.capability"));
    }

    @Test
    void moreAttributesThanAnArchiveHoldsAreSaidToBeLeftOut() throws IOException {
        Needs.root();
        Path memory = Path.of("/dev/shm");
        assumeTrue(Files.isWritable(memory), "a tmpfs, which takes attributes of any number");
        Path directory = Files.createTempDirectory(memory, "doksnap-test");
        try {
            Path file = Files.createFile(directory.resolve("file"));
            for (int i = 0; i < 70; i++) {
                Posix.setAttribute(file, ExtendedAttribute.of(RawName.of("trusted." + i), new byte[65_536]));
            }
            byte[] tar = Tars.archived(directory, Excludes.NONE, stats);
            assertThat(Tars.read(tar).get(1).entry().attributes()).hasSize(63);
            assertThat(stats.stats().warnings())
                    .singleElement()
                    .asString()
                    .contains("could not be read and are not in the archive", "more than 4 MiB");
        } finally {
            Files.delete(directory.resolve("file"));
            Files.delete(directory);
        }
    }

    @Test
    void pipeInPlaceOfAFileIsRefusedAndNotWaitedFor() throws IOException {
        for (int size : new int[] {10, 1_000_000}) {
            Path file = Files.write(tree.resolve("file" + size), new byte[size]);
            FileStatus seen = FileStatus.of(file);
            Files.delete(file);
            Command.of("mkfifo", file.toString()).output();
            NativeBuffer buffer = new NativeBuffer(Posix.LARGEST_ATTRIBUTE);
            assertThatThrownBy(() -> Tars.written(out -> {
                        try (OpenFile directory = OpenFile.directory(tree);
                                OpenFile open =
                                        directory.file(RawPaths.name(file).toBytes(), file)) {
                            new FileArchiver(out, stats, new AttributeReader(buffer), buffer)
                                    .add(open, RawName.of("file"), seen);
                        }
                    }))
                    .hasMessageContaining("something that is no file came into its place");
        }
    }

    @Test
    void attributesOfADirectoryCanWaitAsText() throws IOException {
        Posix.setAttribute(tree, ExtendedAttribute.of(RawName.of("user.a b=\n,"), new byte[] {0, 1, '=', ','}));
        Posix.setAttribute(tree, ExtendedAttribute.of(RawName.of("user.empty"), new byte[0]));
        Posix.setAttribute(target, ExtendedAttribute.of(RawName.of("user.other"), new byte[] {7}));
        String text = DirectoryAttributes.of(tree).text();
        assertThat(text).doesNotContain(" ", "\n");
        DirectoryAttributes.parse(text).applyTo(target, DirectoryAttributes.of(target));
        assertThat(DirectoryAttributes.of(target).text()).isEqualTo(text);
        DirectoryAttributes.parse("-").applyTo(target, DirectoryAttributes.parse(text));
        assertThat(DirectoryAttributes.of(target).text()).isEqualTo("-");
    }

    private void extract(Tars.Writing writing) throws IOException {
        byte[] tar = Tars.written(out -> {
            writing.to(out);
            out.end();
        });
        new TreeExtractor(new TarReader(new ByteArrayInputStream(tar)), target, false, stats).extract();
    }

    private static byte[] acl(String text) {
        return Objects.requireNonNull(PosixAcl.toBinary(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private static @Nullable ExtendedAttribute attribute(Path file, String name) throws IOException {
        assertThat(Files.exists(file, LinkOption.NOFOLLOW_LINKS)).isTrue();
        return Posix.attribute(file, RawName.of(name));
    }

    private static byte[] join(String prefix, RawName name) {
        byte[] start = prefix.getBytes(StandardCharsets.US_ASCII);
        byte[] joined = Arrays.copyOf(start, start.length + name.length());
        System.arraycopy(name.toBytes(), 0, joined, start.length, name.length());
        return joined;
    }
}
