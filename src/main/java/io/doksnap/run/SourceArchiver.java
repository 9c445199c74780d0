package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.archive.ArchiveWriter;
import io.doksnap.archive.tar.EntryVisitor;
import io.doksnap.archive.tar.Excludes;
import io.doksnap.archive.tar.TreeStats;
import io.doksnap.docker.DockerException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** Archives a source, each kind in its own way. */
final class SourceArchiver {
    private final ArchiveWriter writer;
    private final EngineVolumes volumes;
    private final EngineVolumes.Owner owner;
    private final Dumps dumps;

    /**
     * Creates an archiver for one run.
     *
     * @param owner whom helper containers belong to
     */
    SourceArchiver(ArchiveWriter writer, EngineVolumes volumes, EngineVolumes.Owner owner, Dumps dumps) {
        this.writer = writer;
        this.volumes = volumes;
        this.owner = owner;
        this.dumps = dumps;
    }

    /** What its archive is called in a store. */
    String object(ReadableSource source) {
        return source instanceof ReadableSource.Command command
                ? source.name() + writer.extension(command.format().extension())
                : source.name() + writer.extension();
    }

    /** Which kind of dump it is, as the manifest says it; empty for everything else. */
    String dump(ReadableSource source) {
        return source instanceof ReadableSource.Command command
                ? command.format().text()
                : "";
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
        Excludes excludes = Excludes.of(source.source().exclude());
        if (source instanceof ReadableSource.Tree tree) {
            return writer.write(tree.path(), excludes, progress, index, sink);
        }
        if (source instanceof ReadableSource.EngineVolume volume) {
            try {
                return writer.write(volumes.content(volume.volume(), owner, excludes, progress, index), progress, sink);
            } catch (DockerException e) {
                throw EngineVolumes.failure(e, Reason.READ_FAILED);
            }
        }
        ReadableSource.Command command = (ReadableSource.Command) source;
        ArchiveWriter.Result dump = writer.write(dumps.content(command.source(), progress), progress, sink);
        // As a restore counts it: the dump is one file, in no directory.
        TreeStats one = new TreeStats(1, 0, dump.plainBytes(), List.of());
        return new ArchiveWriter.Result(one, dump.plainBytes(), dump.plainSha256());
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
