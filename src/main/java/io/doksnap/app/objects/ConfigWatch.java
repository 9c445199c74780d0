package io.doksnap.app.objects;

import io.doksnap.declare.Declarations;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Says when a configuration file has changed, by its content: so it does not matter whether it was edited, replaced, or reached through a link that
 * was moved, as in a volume of a ConfigMap. A file that is gone has changed, too. Used by one thread.
 */
public final class ConfigWatch {
    private static final int MOST_BYTES = (1 << 20) + 1;

    private final Path file;
    private final Supplier<Declarations> reader;
    private byte @Nullable [] content;

    /**
     * Creates a watch, which takes the file as it is now for known.
     *
     * @param reader reads the file
     */
    public ConfigWatch(Path file, Supplier<Declarations> reader) {
        this.file = file;
        this.reader = reader;
        this.content = content();
    }

    /** What the file says, if it says something else than the last time; also where that makes no sense. */
    public Optional<Declarations> poll() {
        byte[] now = content();
        if (Arrays.equals(now, content)) {
            return Optional.empty();
        }
        content = now;
        return Optional.of(reader.get());
    }

    private byte @Nullable [] content() {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(MOST_BYTES);
        } catch (IOException e) {
            return null;
        }
    }
}
