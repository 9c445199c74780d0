package io.doksnap.app;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Whether the operator of a data directory answers. Needs nothing but a socket, so that a container engine may ask every few seconds: as a
 * program of its own it takes a tenth of what the whole command line takes.
 */
final class Health {
    /** Where the one listens that works, in the data directory, for other processes of this machine. */
    private static final String FILE = "health";

    /** The same of one that stands by. */
    private static final String STAND_BY = "standby";

    private static final int PATIENCE_MILLIS = 5_000;
    private static final int LONGEST_LINE = 100;

    private Health() {}

    /** Asks the operator of the data directory that {@code DOKSNAP_DATA_DIR} names; for the image's health check. */
    public static void main(String[] args) {
        Path directory = Path.of(System.getenv().getOrDefault("DOKSNAP_DATA_DIR", "/var/lib/doksnap"));
        Optional<String> complaint = complaint(directory);
        complaint.ifPresent(System.err::println);
        QuickExit.with(complaint.isEmpty() ? ExitCode.OK : ExitCode.FAILED);
    }

    /** Notes where the one listens that works: its status server, or a sign of life. */
    static void note(Path directory, URI alive) throws IOException {
        note(directory.resolve(FILE), alive.toString());
    }

    /**
     * Notes where one listens that stands by, and has no status server; empty where it does no more. It need not be in the container in which the
     * one is that works: so it is asked where that one does not answer, and answers only in its own.
     */
    static void noteStandBy(Path directory, Optional<URI> alive) throws IOException {
        note(directory.resolve(STAND_BY), alive.map(URI::toString).orElse(""));
    }

    private static void note(Path file, String address) throws IOException {
        if (address.isEmpty()) {
            Files.deleteIfExists(file);
        } else {
            Files.writeString(file, address + "\n");
        }
    }

    /** What is wrong; empty when it answers, and does not say that a new start would help. */
    static Optional<String> complaint(Path directory) {
        Optional<String> complaint = ofOperator(directory);
        if (complaint.isEmpty()) {
            return complaint;
        }
        try {
            return complaint(read(directory.resolve(STAND_BY))).isEmpty() ? Optional.empty() : complaint;
        } catch (IOException expected) {
            // Nobody stands by.
            return complaint;
        }
    }

    private static Optional<String> ofOperator(Path directory) {
        try {
            return complaint(read(directory.resolve(FILE)));
        } catch (IOException e) {
            return Optional.of(
                    "no operator has begun its work with " + directory + " yet: there is no file health in it");
        }
    }

    private static Optional<String> complaint(URI address) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.getHost(), address.getPort()), PATIENCE_MILLIS);
            if (!"http".equals(address.getScheme())) {
                return Optional.empty();
            }
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write("GET /health HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            String line = line(socket.getInputStream());
            return line.matches("HTTP/1[.]. [234].*") ? Optional.empty() : Optional.of(address + "/health: " + line);
        } catch (IOException e) {
            return Optional.of("nobody answers at " + address + ": " + e.getMessage());
        }
    }

    private static URI read(Path file) throws IOException {
        try {
            return URI.create(Files.readString(file).strip());
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " holds no address", e);
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= ' ' && line.length() < LONGEST_LINE; c = in.read()) {
            line.append((char) c);
        }
        return line.toString();
    }
}
