package io.doksnap.docker;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The directories of private sockets, also those that a killed process left. */
final class SshDirectories {
    private static final Logger LOG = LoggerFactory.getLogger(SshDirectories.class);

    private static final String BEGINNING = "doksnap-ssh-";
    private static final Pattern NAME = Pattern.compile(BEGINNING + "([0-9]{1,10})-.*");

    private SshDirectories() {}

    /** A directory that only this user may enter, for a socket. */
    static Path create() throws IOException {
        return Files.createTempDirectory(BEGINNING + ProcessHandle.current().pid() + "-");
    }

    /** Removes directories that {@link #create} made for processes of this user which are gone, and in which nobody listens at the socket any more. */
    static void remove(String socket) {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        try (DirectoryStream<Path> found = Files.newDirectoryStream(temporary, BEGINNING + "*")) {
            for (Path directory : found) {
                if (isOurs(directory) && !processLives(directory) && isDead(directory.resolve(socket))) {
                    clear(directory);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.debug("cannot look for old sockets in {}", temporary, e);
        }
    }

    private static boolean isOurs(Path directory) throws IOException {
        return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
                && Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS)
                        .getName()
                        .equals(System.getProperty("user.name"));
    }

    /** Of this or another container, where they share the directory: so that it lives no more has yet to be seen by {@link #isDead}. */
    private static boolean processLives(Path directory) {
        Matcher name = NAME.matcher(String.valueOf(directory.getFileName()));
        return !name.matches()
                || ProcessHandle.of(Long.parseLong(name.group(1))).isPresent();
    }

    /** One that has no socket yet is about to get it. */
    private static boolean isDead(Path socket) {
        if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try (SocketChannel answered = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return !answered.isConnected();
        } catch (IOException e) {
            return true;
        }
    }

    static void clear(Path directory) throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(directory)) {
            for (Path file : left) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(directory);
    }
}
