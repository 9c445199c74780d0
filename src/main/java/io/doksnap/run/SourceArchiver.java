package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.archive.ArchiveWriter;
import io.doksnap.archive.tar.EntryVisitor;
import io.doksnap.archive.tar.Excludes;
import io.doksnap.archive.tar.TreeStats;
import java.io.IOException;
import java.io.OutputStream;

/** Archives a source, each kind in its own way. */
final class SourceArchiver {
    private final ArchiveWriter writer;

    SourceArchiver(ArchiveWriter writer) {
        this.writer = writer;
    }

    /** What its archive is called in a store. */
    String object(ReadableSource source) {
        return source.name() + writer.extension();
    }

    /** Whether there is a list of the files in it. */
    boolean hasIndex(ReadableSource source) {
        return !(source instanceof ReadableSource.Command);
    }

    /**
     * Reads the source to its end and writes its archive; interrupting the thread ends it early.
     *
     * @param progress counts meanwhile
     * @param index sees every entry, where there is a list of the files
     * @param sink stays open
     */
    ArchiveWriter.Result write(
            ReadableSource source, TreeStats.Collector progress, EntryVisitor index, OutputStream sink)
            throws IOException, RunException {
        if (source instanceof ReadableSource.Tree tree) {
            Excludes excludes = Excludes.of(tree.source().exclude());
            return writer.write(tree.path(), excludes, progress, index, sink);
        }
        throw new RunException(
                Reason.SOURCE_NOT_FOUND,
                "the source " + source.name() + " is read through the Docker Engine, which this version cannot do;"
                        + " name a volume of this host or a directory instead");
    }

    /**
     * Refuses what was read to its end and still is no backup.
     *
     * @param allowEmpty whether nothing at all will do
     */
    void checkContent(ReadableSource source, ArchiveWriter.Result result, boolean allowEmpty) throws RunException {
        if (result.stats().files() == 0 && !allowEmpty) {
            throw new RunException(
                    Reason.EMPTY_SOURCE,
                    "the source " + source.name() + " (" + source.place()
                            + ") holds no file; if that is right, set allow_empty: true");
        }
    }
}
