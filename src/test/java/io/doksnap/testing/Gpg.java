package io.doksnap.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The real gpg, with a home of its own that goes with it. */
public final class Gpg implements AutoCloseable {
    private final Path home;

    private Gpg(Path home) {
        this.home = home;
    }

    /** A gpg without any keys. */
    public static Gpg withoutKeys() {
        Needs.command("gpg");
        Needs.command("gpgconf");
        try {
            // Short, since the agent's socket lies in it, and a socket's path has at most 107 bytes.
            return new Gpg(Files.createTempDirectory(
                    Path.of("/tmp"),
                    "gpg",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** gpg with these arguments, which asks nobody anything. */
    public Command command(String... arguments) {
        List<String> words = new ArrayList<>(List.of(
                "gpg",
                "--homedir",
                home.toString(),
                "--batch",
                "--yes",
                "--no-tty",
                "--pinentry-mode",
                "loopback",
                "--trust-model",
                "always",
                "--passphrase",
                "",
                "--quiet"));
        words.addAll(List.of(arguments));
        return Command.of(words.toArray(String[]::new));
    }

    /** Makes a key with an encryption subkey from {@code --generate-key} parameters; returns its fingerprint. */
    public String generate(String userId, String... parameters) {
        List<String> lines = new ArrayList<>(List.of(parameters));
        lines.add("Name-Email: " + userId);
        if (lines.stream().noneMatch(line -> line.startsWith("Passphrase:"))) {
            lines.add("%no-protection");
        }
        if (lines.stream().noneMatch(line -> line.startsWith("Expire-Date:"))) {
            lines.add("Expire-Date: 0");
        }
        lines.add("%commit\n");
        command("--generate-key")
                .input(String.join("\n", lines).getBytes(StandardCharsets.US_ASCII))
                .output();
        return fingerprint(userId);
    }

    /** The fingerprint of the primary key. */
    public String fingerprint(String userId) {
        String listing =
                new String(command("--with-colons", "--list-keys", userId).output(), StandardCharsets.UTF_8);
        return listing.lines()
                .filter(line -> line.startsWith("fpr:"))
                .map(line -> line.split(":", -1)[9])
                .findFirst()
                .orElseThrow();
    }

    /** The armored public key. */
    public byte[] publicKey(String userId) {
        return command("--armor", "--export", userId).output();
    }

    /** The armored private key. */
    public byte[] privateKey(String userId) {
        return command("--armor", "--export-secret-keys", userId).output();
    }

    /** Revokes a key, with the certificate that was made with it. */
    public void revoke(String userId) {
        Path certificate = home.resolve("openpgp-revocs.d").resolve(fingerprint(userId) + ".rev");
        try {
            // A colon keeps it from being imported by mistake.
            String usable = Files.readString(certificate).replace(":-----BEGIN", "-----BEGIN");
            command("--import")
                    .input(usable.getBytes(StandardCharsets.US_ASCII))
                    .output();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Decrypts a message. */
    public byte[] decrypt(byte[] message) {
        return command("--decrypt").input(message).output();
    }

    @Override
    public void close() {
        Command.of("gpgconf", "--homedir", home.toString(), "--kill", "all").run();
        try (Stream<Path> files = Files.walk(home)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException | UncheckedIOException ignored) {
            // The agent takes its own sockets away.
        }
    }
}
