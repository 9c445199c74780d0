package io.doksnap.archive.index;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import io.doksnap.archive.tar.RawName;
import io.doksnap.archive.tar.TarEntry;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;

/** Writes a file list, an entry at a time. Not for several threads. */
public final class FileIndexWriter implements AutoCloseable {
    private static final int LEVEL = 3;
    private static final int MODE_DIGITS = 4;

    private final ZstdOutputStreamNoFinalizer compressed;
    private final JsonGenerator json;
    private long entries;

    /**
     * Creates a writer.
     *
     * @param out receives the compressed list; it is closed by {@link #finish}, and by {@link #close}
     */
    public FileIndexWriter(OutputStream out) throws IOException {
        compressed = new ZstdOutputStreamNoFinalizer(out, LEVEL);
        compressed.setChecksum(true);
        json = new JsonFactory().createGenerator(compressed).setPrettyPrinter(new MinimalPrettyPrinter("\n"));
        json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        json.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
        json.writeStartObject();
        json.writeNumberField("formatVersion", FileIndexReader.FORMAT_VERSION);
        json.writeEndObject();
    }

    /** Adds the next entry of the archive. */
    public void add(TarEntry entry) throws IOException {
        IndexedFile file = IndexedFile.of(entry);
        json.writeStartObject();
        name("path", file.path());
        json.writeStringField("type", file.type().name().toLowerCase(Locale.ROOT));
        if (file.type() == TarEntry.Type.FILE) {
            json.writeNumberField("size", file.size());
        }
        json.writeStringField("mode", octal(file.mode()));
        json.writeNumberField("uid", file.uid());
        json.writeNumberField("gid", file.gid());
        json.writeStringField("modified", file.modified().toString());
        if (file.link().length() > 0) {
            name("link", file.link());
        }
        json.writeEndObject();
        entries++;
    }

    /** At least four digits. Not by a formatter, which would cost more than all else here: each file has one. */
    private static String octal(int mode) {
        String digits = Integer.toOctalString(mode);
        return "0".repeat(Math.max(0, MODE_DIGITS - digits.length())) + digits;
    }

    /** A name that is no UTF-8 stands there for people, and once more as its bytes in Base64. */
    private void name(String field, RawName name) throws IOException {
        String text = name.toString();
        json.writeStringField(field, text);
        if (!RawName.of(text).equals(name)) {
            json.writeBinaryField(field + "Bytes", name.toBytes());
        }
    }

    /** Ends the list; without it, it is not whole. */
    public void finish() throws IOException {
        json.writeStartObject();
        json.writeNumberField("entries", entries);
        json.writeEndObject();
        json.writeRaw('\n');
        json.close();
        compressed.close();
    }

    /** Gives up what was not finished. */
    @Override
    public void close() throws IOException {
        compressed.close();
    }
}
