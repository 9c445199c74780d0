package io.doksnap.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * One class of tests at a time has the Docker Engine: integration tests run in two processes, and what an engine has (labels, services, pruning) is seen by all who
 * look. {@link Needs#docker()} takes the turn, and the end of the class gives it back; the others go on with what needs no engine.
 */
public final class EngineTurn implements AfterAllCallback {
    private static final Path FILE = Path.of("target", "engine.turn");

    private static @Nullable FileChannel held;

    /** Waits until no other process has the engine. */
    static synchronized void take() {
        if (held != null) {
            return;
        }
        try {
            Files.createDirectories(FILE.toAbsolutePath().getParent());
            FileChannel file = FileChannel.open(FILE, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            file.lock();
            held = file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        boolean outermost =
                context.getParent().flatMap(ExtensionContext::getTestClass).isEmpty();
        if (outermost) {
            giveBack();
        }
    }

    private static synchronized void giveBack() throws IOException {
        if (held != null) {
            held.close();
            held = null;
        }
    }
}
