package io.doksnap.app;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.doksnap.archive.index.IndexedFile;
import io.doksnap.archive.tar.TarEntry;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;

/** Files on their way to the standard output, one after the other: there may be millions. */
interface FileOutput extends AutoCloseable {

    void add(IndexedFile file) throws IOException;

    /** There are no more, and none is missing. */
    void finish() throws IOException;

    /** Without {@link #finish}, what was printed stays without its end, so that nobody takes it for all. */
    @Override
    void close() throws IOException;

    /** A line for each. */
    static FileOutput lines(boolean details, PrintStream out) {
        return new FileOutput() {
            @Override
            public void add(IndexedFile file) {
                out.println(details ? FileLines.detailed(file) : FileLines.brief(file));
            }

            @Override
            public void finish() {
                out.flush();
            }

            @Override
            public void close() {
                out.flush();
            }
        };
    }

    /** One document. */
    static FileOutput json(String snapshot, String source, PrintStream out) throws IOException {
        JsonGenerator json = new JsonFactory()
                .disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT)
                .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
                .createGenerator(out);
        json.writeStartObject();
        json.writeStringField("snapshot", snapshot);
        json.writeStringField("source", source);
        json.writeArrayFieldStart("files");
        return new FileOutput() {
            @Override
            public void add(IndexedFile file) throws IOException {
                json.writeRaw('\n');
                json.writeStartObject();
                json.writeStringField("path", file.path().toString());
                json.writeStringField(
                        "type", file.type().toString().toLowerCase(Locale.ROOT).replace('_', '-'));
                json.writeNumberField("size", file.size());
                json.writeStringField("mode", String.format(Locale.ROOT, "%04o", file.mode()));
                json.writeNumberField("uid", file.uid());
                json.writeNumberField("gid", file.gid());
                json.writeStringField("modified", file.modified().toString());
                if (file.type() == TarEntry.Type.SYMBOLIC_LINK || file.type() == TarEntry.Type.HARD_LINK) {
                    json.writeStringField("link", file.link().toString());
                }
                json.writeEndObject();
            }

            @Override
            public void finish() throws IOException {
                json.writeEndArray();
                json.writeEndObject();
                json.writeRaw('\n');
            }

            @Override
            public void close() throws IOException {
                json.close();
                out.flush();
            }
        };
    }
}
