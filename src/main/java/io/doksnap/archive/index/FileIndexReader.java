package io.doksnap.archive.index;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.doksnap.archive.tar.RawName;
import io.doksnap.archive.tar.TarEntry;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads a file list as {@link FileIndexWriter} writes it. Nothing is held whole. */
public final class FileIndexReader {
    /** The version that this program writes, and the newest that it reads. */
    public static final int FORMAT_VERSION = 1;

    private FileIndexReader() {}

    /** Receives the entries. */
    @FunctionalInterface
    public interface Visitor {
        /** Takes the next entry; an exception ends the reading. */
        void visit(IndexedFile file) throws IOException;
    }

    /**
     * Visits every entry, in the archive's order.
     *
     * @param compressed the decrypted list; read to its end, and closed
     * @throws IOException when it is damaged, ends too early or is of a newer format; what was visited until then was good
     */
    public static void read(InputStream compressed, Visitor visitor) throws IOException {
        try (InputStream plain = new ZstdInputStreamNoFinalizer(compressed);
                JsonParser json = new JsonFactory().createParser(plain)) {
            Line first = Line.next(json);
            if (first == null || first.formatVersion < 1) {
                throw damaged("it does not begin as one");
            }
            if (first.formatVersion > FORMAT_VERSION) {
                throw new IOException(
                        "the file list is of the newer format " + first.formatVersion + "; upgrade to read it");
            }
            long entries = 0;
            for (Line line = Line.next(json); line != null; line = Line.next(json)) {
                if (line.entries >= 0) {
                    if (line.entries != entries || Line.next(json) != null) {
                        throw damaged("it says " + line.entries + " entries and holds others");
                    }
                    return;
                }
                entries++;
                visitor.visit(line.file());
            }
            throw damaged("it ends too early");
        } catch (JsonProcessingException e) {
            throw damaged("a line is no JSON");
        }
    }

    private static IOException damaged(String why) {
        return new IOException("the file list is damaged: " + why);
    }

    /** One line as it stands there; fields of later versions are passed over. */
    private static final class Line {
        private long formatVersion;
        private long entries = -1;
        private @Nullable RawName path;
        private RawName link = RawName.EMPTY;
        private String type = "";
        private long size;
        private String mode = "";
        private long uid;
        private long gid;
        private String modified = "";

        static @Nullable Line next(JsonParser json) throws IOException {
            JsonToken start = json.nextToken();
            if (start == null) {
                return null;
            }
            if (start != JsonToken.START_OBJECT) {
                throw damaged("a line is no object");
            }
            Line line = new Line();
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String field = json.currentName();
                json.nextToken();
                line.take(field, json);
            }
            return line;
        }

        private void take(String field, JsonParser json) throws IOException {
            switch (field) {
                case "formatVersion" -> formatVersion = json.getLongValue();
                case "entries" -> entries = json.getLongValue();
                case "path" -> path = RawName.of(json.getText());
                case "pathBytes" -> path = RawName.of(json.getBinaryValue());
                case "link" -> link = RawName.of(json.getText());
                case "linkBytes" -> link = RawName.of(json.getBinaryValue());
                case "type" -> type = json.getText();
                case "size" -> size = json.getLongValue();
                case "mode" -> mode = json.getText();
                case "uid" -> uid = json.getLongValue();
                case "gid" -> gid = json.getLongValue();
                case "modified" -> modified = json.getText();
                default -> json.skipChildren();
            }
        }

        IndexedFile file() throws IOException {
            if (path == null) {
                throw damaged("an entry has no path");
            }
            try {
                return new IndexedFile(
                        path,
                        TarEntry.Type.valueOf(type.toUpperCase(Locale.ROOT)),
                        size,
                        Integer.parseInt(mode, 8),
                        uid,
                        gid,
                        Instant.parse(modified),
                        link);
            } catch (IllegalArgumentException | DateTimeException e) {
                throw damaged("the entry " + path + " cannot be read");
            }
        }
    }
}
