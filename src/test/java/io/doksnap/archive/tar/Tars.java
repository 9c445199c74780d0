package io.doksnap.archive.tar;

import io.doksnap.archive.stage.BufferPipe;
import io.doksnap.archive.stage.PipeInput;
import io.doksnap.archive.stage.PipeOutput;
import io.doksnap.archive.stage.Stages;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Archives in memory, for tests. */
final class Tars {
    private Tars() {}

    @FunctionalInterface
    interface Writing {
        void to(TarWriter out) throws IOException;
    }

    /** What a writer writes; the buffers are small and of an odd size, so that every boundary gets its turn. */
    static byte[] written(Writing writing) throws IOException {
        BufferPipe pipe = new BufferPipe(3, 1009);
        try (Stages stages = new Stages();
                PipeInput in = new PipeInput(pipe)) {
            stages.start("test-tar", pipe, () -> {
                PipeOutput out = new PipeOutput(pipe);
                writing.to(new TarWriter(out));
                out.close();
            });
            return in.readAllBytes();
        }
    }

    static byte[] archived(Path tree) throws IOException {
        return archived(tree, Excludes.NONE, new TreeStats.Collector());
    }

    static byte[] archived(Path tree, Excludes excludes, TreeStats.Collector stats) throws IOException {
        return written(out -> new TreeArchiver(out, excludes, stats).archive(tree));
    }

    static void extract(byte[] tar, Path target, boolean setOwners) throws IOException {
        new TreeExtractor(new TarReader(new ByteArrayInputStream(tar)), target, setOwners, new TreeStats.Collector())
                .extract();
    }

    /** All entries with their content, as our reader reads them. */
    static List<Read> read(byte[] tar) throws IOException {
        List<Read> all = new ArrayList<>();
        TarReader in = new TarReader(new ByteArrayInputStream(tar));
        for (TarEntry entry = in.next(); entry != null; entry = in.next()) {
            byte[] content = new byte[(int) entry.size()];
            int filled = 0;
            for (int n = in.read(content, 0, content.length);
                    n > 0;
                    n = in.read(content, filled, content.length - filled)) {
                filled += n;
            }
            all.add(new Read(entry, content));
        }
        return all;
    }

    static TarEntry file(RawName name, long size) {
        return entry(name, TarEntry.Type.FILE, size, RawName.EMPTY);
    }

    static TarEntry file(String name, long size) {
        return file(RawName.of(name), size);
    }

    static TarEntry directory(String name) {
        return entry(RawName.of(name), TarEntry.Type.DIRECTORY, 0, RawName.EMPTY);
    }

    static TarEntry link(TarEntry.Type type, String name, String target) {
        return entry(RawName.of(name), type, 0, RawName.of(target));
    }

    static TarEntry entry(RawName name, TarEntry.Type type, long size, RawName link) {
        int mode = type == TarEntry.Type.DIRECTORY ? 0755 : 0644;
        return new TarEntry(name, type, mode, 0, 0, size, Instant.ofEpochSecond(1_700_000_000), link, 0, 0);
    }

    @SuppressWarnings("ArrayRecordComponent")
    record Read(TarEntry entry, byte[] content) {}
}
