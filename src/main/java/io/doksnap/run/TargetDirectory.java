package io.doksnap.run;

import io.doksnap.api.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The directory that a restore goes into. One that the restore had to make is gone again when it fails. */
final class TargetDirectory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TargetDirectory.class);

    private final Path path;
    private final Deque<Path> made;

    private TargetDirectory(Path path, Deque<Path> made) {
        this.path = path;
        this.made = made;
    }

    static TargetDirectory existing(Path path) {
        return new TargetDirectory(path, new ArrayDeque<>());
    }

    /** Makes what is missing of a directory. */
    static TargetDirectory create(Path directory) throws RunException {
        Deque<Path> made = new ArrayDeque<>();
        try {
            if (Files.exists(directory) && !Files.isDirectory(directory)) {
                throw new RunException(
                        Reason.TARGET_UNUSABLE, directory + " is a file; name a directory that is new or empty");
            }
            Deque<Path> missing = new ArrayDeque<>();
            for (Path p = directory; p != null && !Files.exists(p); p = p.getParent()) {
                missing.push(p);
            }
            for (Path p : missing) {
                Files.createDirectory(p);
                made.push(p);
            }
            return new TargetDirectory(directory.toRealPath(), made);
        } catch (IOException e) {
            new TargetDirectory(directory, made).close();
            throw new RunException(
                    Reason.TARGET_UNUSABLE,
                    "cannot create " + directory + " (" + Failures.describe(e)
                            + "); name a directory that this user may write to",
                    e);
        }
    }

    Path path() {
        return path;
    }

    /** The restore has succeeded: the directory stays. */
    void keep() {
        made.clear();
    }

    @Override
    public void close() {
        for (Path directory : made) {
            try {
                if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                    Files.delete(directory);
                }
            } catch (IOException e) {
                LOG.debug("{} stays: {}", directory, Failures.describe(e));
                return;
            }
        }
    }
}
