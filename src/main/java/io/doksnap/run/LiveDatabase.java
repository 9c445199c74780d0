package io.doksnap.run;

import io.doksnap.archive.ArchiveWriter;
import io.doksnap.archive.tar.EntryVisitor;
import io.doksnap.archive.tar.TarEntry;
import io.doksnap.archive.tar.TreeStats;
import io.doksnap.docker.Container;
import io.doksnap.docker.Container.State;
import io.doksnap.docker.DockerEngine;
import io.doksnap.docker.DockerException;
import io.doksnap.docker.Mount;
import io.doksnap.policy.Policy;
import io.doksnap.policy.Source;
import io.doksnap.policy.Source.DumpKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that a source is the data directory of a database whose server ran while it was read: what was stored then may not
 * start when it is restored. It is told after the source was read and before its workload goes on, so that whatever kept the server still, by
 * whichever means, is seen by what the engine says of it.
 */
final class LiveDatabase implements EntryVisitor {
    private static final Logger LOG = LoggerFactory.getLogger(LiveDatabase.class);

    /** Images keep their data at the root of the volume, or in a directory or two of it ({@code 18/docker/PG_VERSION}). */
    private static final int DEEPEST = 3;

    /** As deploy/Dockerfile sets it. */
    private static final String TITLE = "org.opencontainers.image.title";

    private static final Map<String, Kind> MARKS = Map.of(
            "PG_VERSION", new Kind("PostgreSQL", "postgres", Set.of(DumpKind.POSTGRES)),
            "ibdata1", new Kind("MySQL or MariaDB", "mysql", Set.of(DumpKind.MYSQL, DumpKind.MARIADB)),
            "WiredTiger", new Kind("MongoDB", "mongo", Set.of(DumpKind.MONGO)),
            "appendonlydir", new Kind("Redis", "redis", Set.of(DumpKind.REDIS)),
            "appendonly.aof", new Kind("Redis", "redis", Set.of(DumpKind.REDIS)));

    private final EntryVisitor next;
    private @Nullable Kind seen;

    /** A database, and how policies call its dump. */
    private record Kind(String name, String dump, Set<DumpKind> dumps) {}

    /** Looks at what passes, and passes it on. */
    LiveDatabase(EntryVisitor next) {
        this.next = next;
    }

    @Override
    public void visit(TarEntry entry) throws IOException {
        if (seen == null) {
            seen = kind(entry.name().toString());
        }
        next.visit(entry);
    }

    private static @Nullable Kind kind(String name) {
        String relative = name.startsWith("./") ? name.substring(2) : name;
        String path = relative.endsWith("/") ? relative.substring(0, relative.length() - 1) : relative;
        Kind kind = MARKS.get(path.substring(path.lastIndexOf('/') + 1));
        return kind != null && path.chars().filter(c -> c == '/').count() < DEEPEST ? kind : null;
    }

    /** The same result, with a warning where there is reason for one. */
    ArchiveWriter.Result judge(ArchiveWriter.Result result, ReadableSource source, Policy policy, DockerEngine docker) {
        Optional<String> warning = warning(source, policy, docker);
        if (warning.isEmpty()) {
            return result;
        }
        List<String> warnings = new ArrayList<>(result.stats().warnings());
        warnings.add(warning.get());
        TreeStats stats = new TreeStats(
                result.stats().files(),
                result.stats().directories(),
                result.stats().contentBytes(),
                warnings);
        return new ArchiveWriter.Result(stats, result.plainBytes(), result.plainSha256());
    }

    private Optional<String> warning(ReadableSource source, Policy policy, DockerEngine docker) {
        Kind kind = seen;
        if (kind == null || isDumped(kind, policy)) {
            return Optional.empty();
        }
        try {
            return docker.containers().all().stream()
                    .filter(container -> container.state() == State.RUNNING && !isThisProgram(container))
                    .filter(container -> container.mounts().stream().anyMatch(mount -> isMounted(mount, source)))
                    .map(Container::name)
                    .findFirst()
                    .map(name -> source.name() + " is the data of " + kind.name() + ", read while " + name
                            + " ran, so a server may not start on what was stored: set quiesce to stop"
                            + " (label doksnap.quiesce=stop), or take a dump instead (doksnap.dump=" + kind.dump()
                            + ")");
        } catch (DockerException e) {
            LOG.debug("nobody knows whether {} is in use", source.place(), e);
            return Optional.empty();
        }
    }

    private static boolean isThisProgram(Container container) {
        return "DokSnapShotter".equals(container.labels().get(TITLE));
    }

    private static boolean isDumped(Kind kind, Policy policy) {
        return policy.sources().stream()
                .anyMatch(source ->
                        source instanceof Source.Dump dump && kind.dumps().contains(dump.kind()));
    }

    private static boolean isMounted(Mount mount, ReadableSource source) {
        if (mount.readOnly()) {
            return false;
        }
        if (source instanceof ReadableSource.EngineVolume volume) {
            return mount.type() == Mount.Type.VOLUME && mount.source().equals(volume.volume());
        }
        Path path = ((ReadableSource.Tree) source).path();
        return switch (mount.type()) {
            case VOLUME -> !mount.source().isEmpty() && path.endsWith(Path.of(mount.source(), "_data"));
            case BIND ->
                isOfTheServer(path, Path.of(mount.source()))
                        || Path.of(mount.source()).startsWith(path);
            default -> false;
        };
    }

    /** Whoever mounts the volumes of all, or all of the host, looks after a host, and is no database's server. */
    private static boolean isOfTheServer(Path path, Path mounted) {
        Path volume = path.endsWith("_data") ? path.getParent() : null;
        return path.startsWith(mounted)
                && mounted.getParent() != null
                && (volume == null || mounted.startsWith(volume));
    }
}
