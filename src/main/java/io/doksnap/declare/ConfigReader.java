package io.doksnap.declare;

import io.doksnap.declare.Declarations.Declared;
import io.doksnap.declare.Declarations.Rejected;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code config.yaml} and the environment: all that was declared, or every problem at once. */
public final class ConfigReader {
    private static final int MOST_BYTES = 1 << 20;

    /** Where backups go in a data directory for want of another place. */
    private static final String STORE = "backups";

    /** Reads a file. Never throws for anything that is in it, or that keeps it from being read: that is a rejection. */
    public Declarations read(Path file, Map<String, String> environment) {
        Path absolute = file.toAbsolutePath().normalize();
        String name = name(absolute);
        byte[] bytes;
        try (InputStream in = Files.newInputStream(absolute)) {
            bytes = in.readNBytes(MOST_BYTES + 1);
        } catch (IOException unreadable) {
            return rejected(Place.wholeFile(name), complaint(absolute, unreadable));
        }
        if (bytes.length > MOST_BYTES) {
            return rejected(Place.wholeFile(name), absolute + " is larger than 1 MiB; is it the right file?");
        }
        CharBuffer text = CharBuffer.allocate(bytes.length);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CoderResult result = decoder.decode(in, text, true);
        if (result.isError()) {
            int line = 1;
            for (int i = 0; i < in.position(); i++) {
                line += bytes[i] == '\n' ? 1 : 0;
            }
            return rejected(new Place(name, line, 0, ""), "is not UTF-8 from here on; save the file as UTF-8");
        }
        String decoded = text.flip().toString();
        return new ConfigParser(name, directory(absolute), environment)
                .parse(decoded.startsWith("\uFEFF") ? decoded.substring(1) : decoded);
    }

    /**
     * What can be told of a file that {@link #read} rejects: what it says legibly of where state and the Docker Engine are, and for all else what is
     * usual. For what cannot wait until somebody has corrected the file, and nothing more.
     */
    public Settings legible(Path file, Map<String, String> environment) {
        Path absolute = file.toAbsolutePath().normalize();
        String text = "";
        try (InputStream in = Files.newInputStream(absolute)) {
            text = new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            // What is usual, then.
        }
        String state = text.lines()
                .filter(line -> line.startsWith("data_dir:"))
                .findFirst()
                .map(line -> line + "\n")
                .orElse("");
        for (String part : List.of(text, state + dockerLines(text), state)) {
            Optional<Settings> settings =
                    new ConfigParser(name(absolute), directory(absolute), environment).legible(part);
            if (settings.isPresent()) {
                return settings.get();
            }
        }
        return new ConfigParser(name(absolute), directory(absolute), environment)
                .legible("{}")
                .orElseThrow();
    }

    /** The lines of that setting, also of a text that is no YAML elsewhere. */
    private static String dockerLines(String text) {
        StringBuilder block = new StringBuilder();
        boolean inside = false;
        for (String line : text.lines().toList()) {
            if (!line.isEmpty() && " \t#}]".indexOf(line.charAt(0)) < 0) {
                inside = line.startsWith("docker:");
            }
            if (inside) {
                block.append(line).append('\n');
            }
        }
        return block.toString();
    }

    private static String name(Path absolute) {
        Path name = absolute.getFileName();
        return name == null ? absolute.toString() : name.toString();
    }

    private static Path directory(Path absolute) {
        return absolute.getParent() == null ? absolute : absolute.getParent();
    }

    /**
     * What counts where there is no file: no app, everything as it is usual, and a place for backups in the data directory.
     *
     * @param dataDirectory where state is kept if the environment names no other place; absolute
     */
    public Declarations withoutFile(Path dataDirectory, Map<String, String> environment) {
        Path usual = dataDirectory.toAbsolutePath().normalize();
        Path directory = new Environment(environment, new Problems())
                .path("DOKSNAP_DATA_DIR")
                .orElse(usual);
        String quoted = directory.toString().replace("'", "''");
        Declarations read = new ConfigParser("environment", directory, environment)
                .parse("{data_dir: '" + quoted + "', storage: {directory: " + STORE + "}, apps: []}");
        return read instanceof Declared declared
                ? new Declared(
                        declared.settings(),
                        declared.apps(),
                        declared.warnings().stream()
                                .filter(warning -> !warning.path().equals("apps"))
                                .toList())
                : read;
    }

    private static String complaint(Path file, IOException unreadable) {
        if (unreadable instanceof NoSuchFileException) {
            return "there is no file " + file + "; copy config.yaml.example there, or name the file you mean";
        }
        if (unreadable instanceof AccessDeniedException) {
            return "this user may not read " + file + "; change its owner or its mode";
        }
        if (Files.isDirectory(file)) {
            return file
                    + " is a directory; name the file in it (Docker makes a directory where a mounted file is missing)";
        }
        return file + " cannot be read: " + unreadable.getMessage();
    }

    private static Rejected rejected(Place place, String message) {
        return new Rejected(List.of(new ConfigProblem(place, message)));
    }
}
