package io.doksnap.testing;

import io.doksnap.archive.stage.BufferPipe;
import io.doksnap.archive.stage.PipeInput;
import io.doksnap.archive.stage.PipeOutput;
import io.doksnap.archive.tar.Excludes;
import io.doksnap.archive.tar.TarReader;
import io.doksnap.archive.tar.TarWriter;
import io.doksnap.archive.tar.TreeArchiver;
import io.doksnap.archive.tar.TreeExtractor;
import io.doksnap.archive.tar.TreeStats;
import io.doksnap.docker.DockerException;
import io.doksnap.docker.HelperContainer;
import io.doksnap.docker.HelperContainers;
import io.doksnap.docker.Volume;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Helper containers of a fake engine: what they send can be changed on the way, and what they are sent is unpacked whole, or where there is no room in part. */
public final class FakeHelpers implements HelperContainers {
    private final Map<String, Leftover> there = new LinkedHashMap<>();
    private final List<String> made = new ArrayList<>();
    private UnaryOperator<byte[]> sent = tar -> tar;
    private boolean full;
    private Runnable whenFull = () -> {};
    private int ids;

    /** Changes what is sent of a volume. */
    public void send(UnaryOperator<byte[]> changed) {
        this.sent = changed;
    }

    /** Whether there is no room for more than a part. */
    public void setFull(boolean full) {
        this.full = full;
    }

    /** There is no room for more than a part, and something happens at that moment. */
    public void fillUp(Runnable happens) {
        this.full = true;
        this.whenFull = happens;
    }

    /** One that somebody left. */
    public void leave(String owner, Instant created) {
        String id = "left" + ++ids;
        there.put(id, new Leftover(id, "doksnap-" + id, owner, created));
    }

    /** Whom those that are there belong to. */
    public List<String> owners() {
        return there.values().stream().map(Leftover::owner).toList();
    }

    /** What was made so far: whom it belonged to, and what for. */
    public List<String> made() {
        return List.copyOf(made);
    }

    @Override
    public HelperContainer create(Volume volume, Access access, String owner) {
        String id = "helper" + ++ids;
        there.put(id, new Leftover(id, "doksnap-" + id, owner, Instant.EPOCH));
        made.add(access + " " + volume.name() + " for " + owner);
        return new Helper(id, volume);
    }

    @Override
    public List<Leftover> all() {
        return List.copyOf(there.values());
    }

    @Override
    public void remove(Leftover leftover) {
        there.remove(leftover.id());
    }

    private final class Helper implements HelperContainer {
        private final String id;
        private final Volume volume;

        Helper(String id, Volume volume) {
            this.id = id;
            this.volume = volume;
        }

        @Override
        public String root() {
            return "doksnap-" + id;
        }

        @Override
        public InputStream read() throws DockerException {
            Path around = null;
            try {
                around = Files.createTempDirectory(volume.mountpoint().getParent(), "around");
                Path root = around.resolve(root());
                Files.move(volume.mountpoint(), root, StandardCopyOption.ATOMIC_MOVE);
                try {
                    return new ByteArrayInputStream(sent.apply(tar(around)));
                } finally {
                    Files.move(root, volume.mountpoint(), StandardCopyOption.ATOMIC_MOVE);
                    Files.delete(around);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** As the engine does it: without the directory around the root. */
        private byte[] tar(Path around) throws IOException {
            BufferPipe pipe = new BufferPipe(1 << 10, 64 << 10);
            PipeOutput output = new PipeOutput(pipe);
            new TreeArchiver(new TarWriter(output), Excludes.NONE, new TreeStats.Collector()).archive(around);
            output.close();
            pipe.finish();
            byte[] whole = new PipeInput(pipe).readAllBytes();
            return Arrays.copyOfRange(whole, firstHeader(whole), whole.length);
        }

        /** Our archives begin with the root itself, and maybe its records. */
        private int firstHeader(byte[] tar) {
            int block = 512;
            int at = tar[156] == 'x' ? 2 * block + block : block;
            return at;
        }

        @Override
        public void write(InputStream tar) throws IOException {
            byte[] whole = tar.readAllBytes();
            if (full) {
                Files.writeString(volume.mountpoint().resolve("part"), "of it");
                whenFull.run();
                throw new DockerException(DockerException.Kind.REFUSED, "no space left on device.", null);
            }
            Path around = Files.createTempDirectory(volume.mountpoint().getParent(), "around");
            new TreeExtractor(new TarReader(new ByteArrayInputStream(whole)), around, false, new TreeStats.Collector())
                    .extract();
            try (Stream<Path> children = Files.list(around.resolve(root()))) {
                for (Path child : children.toList()) {
                    Files.move(child, volume.mountpoint().resolve(child.getFileName()));
                }
            }
            Files.delete(around.resolve(root()));
            Files.delete(around);
        }

        @Override
        public void close() {
            there.remove(id);
        }
    }
}
