package io.doksnap.app;

import io.doksnap.docker.DockerContext;
import io.doksnap.docker.DockerEngine;
import io.doksnap.docker.DockerEngines;
import io.doksnap.docker.DockerException;
import io.doksnap.docker.EngineInfo;
import io.doksnap.docker.EngineTls;
import io.doksnap.docker.Volume;
import java.io.IOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the quickstart keeps everything: one folder, and a Docker volume beside it where an engine can be used. */
final class QuickstartPlace implements AutoCloseable {
    static final String VOLUME = "doksnap-quickstart";

    private static final String MARKER = ".made-by-doksnap-quickstart";
    private static final String VOLUME_MARKER = ".made-a-docker-volume";
    private static final Duration DEADLINE = Duration.ofSeconds(5);

    private final Path folder;
    private final Map<String, String> environment;
    private @Nullable DockerEngine docker;

    QuickstartPlace(Path folder, Map<String, String> environment) {
        this.folder = folder;
        this.environment = environment;
    }

    /**
     * Where the sample data goes.
     *
     * @param inVolume whether it is the Docker volume {@link #VOLUME}
     * @param because why, to be read after a dash
     */
    record Source(Path directory, boolean inVolume, String because) {}

    Path folder() {
        return folder;
    }

    /** Whether an earlier quickstart lies here. */
    boolean exists() {
        return Files.exists(folder.resolve(MARKER));
    }

    /** Makes the folder, which must be new or empty. */
    void create() throws IOException, CommandException {
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS) && !isEmptyDirectory()) {
            throw new CommandException(
                    ExitCode.USAGE, folder + " exists, and no quickstart made it; name another place with --directory");
        }
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.FAILED, "cannot make the folder " + folder + "; name another place with --directory");
        }
        Files.createFile(folder.resolve(MARKER));
    }

    private boolean isEmptyDirectory() throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
            return !children.iterator().hasNext();
        }
    }

    /** Chooses and makes the place of the sample data. */
    Source source() throws IOException {
        String reason;
        try {
            DockerEngine engine = engine();
            EngineInfo info = engine.info();
            if (engine.findVolume(VOLUME).isPresent()) {
                reason = "a Docker volume named " + VOLUME + " exists that this quickstart did not make";
            } else {
                Files.createFile(folder.resolve(VOLUME_MARKER));
                Volume volume = engine.createVolume(VOLUME);
                if (Files.isWritable(volume.mountpoint())) {
                    return new Source(volume.mountpoint(), true, "Docker Engine " + info.version() + " answers");
                }
                removeVolume();
                reason = "Docker Engine " + info.version() + " answers, but this user may not write to "
                        + volume.mountpoint() + " (run as root for a volume)";
            }
        } catch (DockerException e) {
            reason = e.kind() == DockerException.Kind.UNAVAILABLE
                    ? "no Docker Engine answers here"
                    : String.valueOf(e.getMessage());
        }
        Path directory = Files.createDirectory(folder.resolve("sample-data"));
        return new Source(directory, false, reason);
    }

    /** Removes everything that a quickstart made here. */
    void remove() throws IOException {
        removeVolume();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                // The marker last, so that a removal that was cut off can be repeated.
                if (!file.equals(folder.resolve(MARKER))) {
                    Files.delete(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                    throws IOException {
                if (failure != null) {
                    throw failure;
                }
                if (directory.equals(folder)) {
                    Files.deleteIfExists(folder.resolve(MARKER));
                }
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    boolean hasVolume() {
        return Files.exists(folder.resolve(VOLUME_MARKER), LinkOption.NOFOLLOW_LINKS);
    }

    private void removeVolume() throws IOException {
        if (hasVolume()) {
            engine().removeVolume(VOLUME);
            Files.delete(folder.resolve(VOLUME_MARKER));
        }
    }

    private DockerEngine engine() throws DockerException {
        if (docker == null) {
            URI host = DockerEngines.hostFrom(environment);
            Optional<DockerContext> context = DockerContext.current(environment);
            docker = DockerEngines.connect(
                    host, EngineTls.from(environment).or(() -> context.flatMap(DockerContext::tls)), DEADLINE);
        }
        return docker;
    }

    @Override
    public void close() {
        if (docker != null) {
            docker.close();
        }
    }
}
