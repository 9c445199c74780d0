package io.doksnap.archive.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.doksnap.archive.tar.RawName;
import io.doksnap.archive.tar.TarEntry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FileIndexTest {
    private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.000000007Z");

    @Test
    void whatIsWrittenIsRead() throws IOException {
        List<TarEntry> entries = List.of(
                entry(RawName.of("./"), TarEntry.Type.DIRECTORY, 0, RawName.EMPTY),
                entry(RawName.of("./uploads/"), TarEntry.Type.DIRECTORY, 0, RawName.EMPTY),
                entry(RawName.of("./uploads/ä \"quoted\".txt"), TarEntry.Type.FILE, 1L << 40, RawName.EMPTY),
                entry(RawName.of("./uploads/link"), TarEntry.Type.SYMBOLIC_LINK, 0, RawName.of("../../etc")),
                entry(RawName.of("./same"), TarEntry.Type.HARD_LINK, 0, RawName.of("./uploads/link")));
        assertThat(read(write(entries)))
                .isEqualTo(entries.stream().map(IndexedFile::of).toList())
                .extracting(file -> file.path().toString())
                .containsExactly(".", "uploads", "uploads/ä \"quoted\".txt", "uploads/link", "same");
    }

    @Test
    void namesOfAnyBytesComeBack() throws IOException {
        Random random = new Random(7);
        List<TarEntry> entries = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            byte[] name = new byte[1 + random.nextInt(255)];
            random.nextBytes(name);
            for (int k = 0; k < name.length; k++) {
                name[k] = name[k] == 0 || name[k] == '/' || name[k] == '.' ? (byte) 'x' : name[k];
            }
            entries.add(entry(RawName.of(name), TarEntry.Type.SYMBOLIC_LINK, 0, RawName.of(name)));
        }
        entries.add(entry(RawName.of("\\xFF"), TarEntry.Type.FILE, 3, RawName.EMPTY));
        entries.add(entry(RawName.of(new byte[] {(byte) 0xFF}), TarEntry.Type.FILE, 3, RawName.EMPTY));
        assertThat(read(write(entries)))
                .isEqualTo(entries.stream().map(IndexedFile::of).toList());
    }

    @Test
    void eachEntryIsOneLineThatOtherToolsRead() throws IOException {
        byte[] list = write(List.of(entry(RawName.of("./a\nb"), TarEntry.Type.FILE, 5, RawName.EMPTY)));
        String text = new String(Zstd.decompress(list, 1 << 16), StandardCharsets.UTF_8);
        assertThat(text).isEqualTo("""
                        {"formatVersion":1}
                        {"path":"a\\\\x0Ab","pathBytes":"YQpi","type":"file","size":5,"mode":"0644","uid":999,"gid":998,\
                        "modified":"2026-01-02T03:04:05.000000007Z"}
                        {"entries":1}
                        """);
    }

    @Test
    void listCutOffAnywhereIsDamaged() throws IOException {
        byte[] whole = write(List.of(
                entry(RawName.of("./a"), TarEntry.Type.FILE, 5, RawName.EMPTY),
                entry(RawName.of("./b"), TarEntry.Type.FILE, 5, RawName.EMPTY)));
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> read(cut)).as("%d bytes", length).isInstanceOf(IOException.class);
        }
    }

    @Test
    void listWithoutItsEndIsDamaged() throws IOException {
        assertThatThrownBy(() -> read(compressed("{\"formatVersion\":1}\n")))
                .hasMessage("the file list is damaged: it ends too early");
        assertThatThrownBy(() -> read(compressed("{\"formatVersion\":1}\n{\"entries\":1}\n")))
                .hasMessageContaining("it says 1 entries");
        assertThatThrownBy(() -> read(compressed("{\"formatVersion\":1}\n[]\n")))
                .hasMessageContaining("no object");
        assertThatThrownBy(() -> read(compressed("{\"formatVersion\":1}\n{\"path\":\"a\"}\n")))
                .hasMessageContaining("the entry a cannot be read");
    }

    @Test
    void newerFormatIsRefusedAndNewerFieldsArePassedOver() throws IOException {
        assertThatThrownBy(() -> read(compressed("{\"formatVersion\":2}\n{\"entries\":0}\n")))
                .hasMessage("the file list is of the newer format 2; upgrade to read it");
        assertThat(read(compressed("""
                        {"formatVersion":1,"also":{"deep":[1,{}]}}
                        {"path":"a","type":"file","size":1,"mode":"0600","uid":1,"gid":2,"modified":"2026-01-02T03:04:05Z","new":[[]]}
                        {"entries":1}
                        """))).hasSize(1);
    }

    private static TarEntry entry(RawName name, TarEntry.Type type, long size, RawName link) {
        return new TarEntry(name, type, 0644, 999, 998, size, TIME, link, 0, 0);
    }

    private static byte[] compressed(String text) {
        return Zstd.compress(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] write(List<TarEntry> entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (FileIndexWriter writer = new FileIndexWriter(bytes)) {
            for (TarEntry entry : entries) {
                writer.add(entry);
            }
            writer.finish();
        }
        return bytes.toByteArray();
    }

    private static List<IndexedFile> read(byte[] list) throws IOException {
        List<IndexedFile> files = new ArrayList<>();
        FileIndexReader.read(new ByteArrayInputStream(list), files::add);
        return files;
    }
}
