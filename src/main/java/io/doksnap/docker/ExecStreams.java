package io.doksnap.docker;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/**
 * What a command inside a container reads, and where what it prints goes.
 *
 * @param input what it reads; is read by another thread, and closed when the command has ended. The command is not told where it ends, as the
 *     engine's connection cannot be closed on one side: what it reads has to say so itself, as {@code \q} does to psql. So an input that is
 *     cut off never looks whole.
 * @param output takes its standard output, on the calling thread alone; stays open
 */
public record ExecStreams(Optional<InputStream> input, OutputStream output) {
    /** A command that reads nothing. */
    public static ExecStreams to(OutputStream output) {
        return new ExecStreams(Optional.empty(), output);
    }
}
