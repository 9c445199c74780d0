package io.doksnap.run;

import java.io.IOException;
import java.io.OutputStream;

/** Where an archive is written to; nothing of it becomes part of a snapshot before it is committed. Used by one thread. */
abstract class ArchiveSink extends OutputStream {
    /** It is whole: it may be committed in every destination that is left. */
    abstract void commit() throws IOException;

    /** Gives up what was not committed; changes nothing after a commit. */
    @Override
    public abstract void close();
}
