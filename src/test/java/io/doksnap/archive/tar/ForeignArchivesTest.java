package io.doksnap.archive.tar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;

/** Archives that an independent writer makes. */
class ForeignArchivesTest {
    private static final String LONG = "d".repeat(90) + "/" + "n".repeat(200);

    @FunctionalInterface
    private interface Writing {
        void to(TarArchiveOutputStream out) throws IOException;
    }

    @Test
    void ustarNamesAreJoinedFromTheirTwoFields() throws IOException {
        String name = "p".repeat(150) + "/" + "n".repeat(99);
        byte[] tar = written(out -> put(out, file("x", 0), new byte[0]));
        // commons-compress does not split names itself: the fields are set here.
        TarHeader.NAME.putBytes(tar, "n".repeat(99).getBytes(StandardCharsets.US_ASCII));
        TarHeader.PREFIX.putBytes(tar, "p".repeat(150).getBytes(StandardCharsets.US_ASCII));
        TarHeader.putChecksum(tar);
        assertThat(Tars.read(tar)).extracting(r -> r.entry().name().toString()).containsExactly(name);
    }

    @Test
    void gnuLongNamesAreRead() throws IOException {
        byte[] tar = written(out -> {
            out.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
            put(out, file(LONG, 5), new byte[] {1, 2, 3, 4, 5});
            TarArchiveEntry link = new TarArchiveEntry("link" + LONG, TarConstants.LF_SYMLINK);
            link.setLinkName("to" + LONG);
            put(out, link, new byte[0]);
            put(out, file("after", 0), new byte[0]);
        });
        List<Tars.Read> read = Tars.read(tar);
        assertThat(read).extracting(r -> r.entry().name().toString()).containsExactly(LONG, "link" + LONG, "after");
        assertThat(read.get(0).content()).isEqualTo(new byte[] {1, 2, 3, 4, 5});
        assertThat(read.get(1).entry().linkTarget()).hasToString("to" + LONG);
        assertThat(read.get(2).entry().linkTarget()).isEqualTo(RawName.EMPTY);
    }

    @Test
    void paxNamesAndNumbersAreRead() throws IOException {
        byte[] tar = written(out -> {
            out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            out.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            put(out, large(LONG), new byte[] {9});
        });
        assertLarge(Tars.read(tar), Instant.ofEpochSecond(-5, 250_000_000));
    }

    @Test
    void gnuBinaryNumbersAreRead() throws IOException {
        byte[] tar = written(out -> {
            out.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
            out.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
            put(out, large(LONG), new byte[] {9});
        });
        assertLarge(Tars.read(tar), Instant.ofEpochSecond(-5));
    }

    @Test
    void extendedAttributesOfOthersAreNoObstacle() throws IOException {
        byte[] tar = written(out -> {
            TarArchiveEntry entry = file("a", 1);
            entry.addPaxHeader("SCHILY.xattr.user.note", "caf\u00e9");
            entry.addPaxHeader("LIBARCHIVE.creationtime", "1");
            put(out, entry, new byte[] {7});
        });
        assertThat(Tars.read(tar))
                .singleElement()
                .satisfies(r -> assertThat(r.content()).isEqualTo(new byte[] {7}));
    }

    private static TarArchiveEntry large(String name) {
        TarArchiveEntry entry = file(name, 1);
        entry.setUserId(3_000_000_000L);
        entry.setGroupId(2_097_152L);
        entry.setLastModifiedTime(FileTime.from(Instant.ofEpochSecond(-5, 250_000_000)));
        return entry;
    }

    private static void assertLarge(List<Tars.Read> read, Instant modified) {
        assertThat(read).singleElement().satisfies(r -> {
            assertThat(r.entry().name()).hasToString(LONG);
            assertThat(r.entry().uid()).isEqualTo(3_000_000_000L);
            assertThat(r.entry().gid()).isEqualTo(2_097_152L);
            assertThat(r.entry().modified()).isEqualTo(modified);
            assertThat(r.content()).isEqualTo(new byte[] {9});
        });
    }

    private static TarArchiveEntry file(String name, long size) {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(size);
        return entry;
    }

    private static void put(TarArchiveOutputStream out, TarArchiveEntry entry, byte[] content) throws IOException {
        out.putArchiveEntry(entry);
        out.write(content);
        out.closeArchiveEntry();
    }

    private static byte[] written(Writing writing) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes, "UTF-8")) {
            writing.to(out);
        }
        return bytes.toByteArray();
    }
}
