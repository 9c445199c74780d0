package io.doksnap.docker;

import java.io.IOException;
import java.io.InputStream;

/** A container that is never started, and gives access to one volume. For one thread. Closing removes it. */
public interface HelperContainer extends AutoCloseable {

    /** The name of the directory at which the volume is mounted, right below the container's root. */
    String root();

    /**
     * Everything in the volume as a tar archive, in which {@link #root()} is the volume's own directory. The engine ends the stream as if all were
     * well where it cannot go on: only the archive's end says that it is whole. Interrupting the thread ends it early with an {@link
     * java.io.InterruptedIOException}; an engine that is silent for longer than its deadline is a {@link DockerException}.
     */
    InputStream read() throws DockerException;

    /**
     * Unpacks a tar archive, whose names begin with {@link #root()}; reads it to its end.
     *
     * @throws DockerException when the engine refuses it or goes away; part of it may be unpacked then
     * @throws IOException what the archive's stream threw
     */
    void write(InputStream tar) throws IOException;

    @Override
    void close() throws DockerException;
}
