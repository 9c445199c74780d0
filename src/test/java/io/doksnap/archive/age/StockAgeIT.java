package io.doksnap.archive.age;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.testing.Command;
import io.doksnap.testing.Needs;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Files between us and the real age, both ways. */
class StockAgeIT {
    private static final byte[] PLAIN = new byte[200_003];
    private static final AgeKeyPair OURS = AgeKeyPair.generate();

    @TempDir
    Path temp;

    private Path identity = Path.of("");

    @BeforeEach
    void writeIdentity() throws IOException {
        Needs.command("age");
        Needs.command("age-keygen");
        new Random(42).nextBytes(PLAIN);
        identity = Files.writeString(temp.resolve("identity"), OURS.identityFile(Instant.now()));
    }

    @TestFactory
    Stream<DynamicTest> ageOpensOursAndWeOpenTheirsOfAnyLength() {
        return Stream.of(0, 1, 65_535, 65_536, 65_537, 131_072, 200_003)
                .map(length -> DynamicTest.dynamicTest(length + " bytes", () -> {
                    byte[] plain = Arrays.copyOf(PLAIN, length);
                    assertThat(age("-d", "-i", identity.toString())
                                    .input(encrypt(plain, OURS.publicKey()))
                                    .output())
                            .isEqualTo(plain);
                    byte[] theirs = age("-r", OURS.publicKey()).input(plain).output();
                    assertThat(decrypt(theirs, AgeIdentity.read(Files.readAllBytes(identity), "key", new char[0])))
                            .isEqualTo(plain);
                }));
    }

    @Test
    void keysOfAgeKeygenAreTakenBothWays() throws IOException {
        byte[] theirs = Command.of("age-keygen").output();
        String recipient =
                new String(Command.of("age-keygen", "-y").input(theirs).output(), StandardCharsets.US_ASCII);
        List<AgeRecipient> recipients = AgeRecipient.read(recipient.getBytes(StandardCharsets.US_ASCII), "recipient");
        byte[] file = encrypt(PLAIN, OURS.publicKey(), recipients.get(0).publicKey());
        assertThat(decrypt(file, AgeIdentity.read(theirs, "key", new char[0]))).isEqualTo(PLAIN);
        Path key = Files.write(temp.resolve("theirs"), theirs);
        assertThat(age("-d", "-i", key.toString()).input(file).output()).isEqualTo(PLAIN);
        assertThat(new String(
                                Command.of("age-keygen", "-y", identity.toString())
                                        .output(),
                                StandardCharsets.US_ASCII)
                        .strip())
                .isEqualTo(OURS.publicKey());
    }

    @Test
    void severalRecipientsAndArmorOfAgeAreOpened() throws IOException {
        AgeIdentity ours = AgeIdentity.read(Files.readAllBytes(identity), "key", new char[0]);
        String other = AgeKeyPair.generate().publicKey();
        for (String options : List.of("-r OTHER -r OURS", "-a -r OURS", "-a -r OURS -r OTHER")) {
            String[] words = options.replace("OTHER", other)
                    .replace("OURS", OURS.publicKey())
                    .split(" ", -1);
            assertThat(decrypt(age(words).input(PLAIN).output(), ours))
                    .as(options)
                    .isEqualTo(PLAIN);
        }
    }

    @Test
    void passphraseIsTakenBothWays() throws IOException {
        Needs.command("script");
        Files.write(temp.resolve("ours.age"), encryptWithPassphrase("correct horse"));
        atTerminal("age -d -o back ours.age", "correct horse\n");
        assertThat(temp.resolve("back")).hasBinaryContent(PLAIN);

        Files.write(temp.resolve("plain"), PLAIN);
        atTerminal("age -p -o theirs.age plain", "correct horse\ncorrect horse\n");
        AgeIdentity passphrase = AgeIdentity.ofPassphrase("correct horse".toCharArray());
        assertThat(decrypt(Files.readAllBytes(temp.resolve("theirs.age")), passphrase))
                .isEqualTo(PLAIN);
    }

    @Test
    void identityFileThatAgeEncryptedIsOpened() throws IOException {
        Needs.command("script");
        atTerminal("age -p -a -o locked identity", "open sesame\nopen sesame\n");
        byte[] locked = Files.readAllBytes(temp.resolve("locked"));
        AgeIdentity opened = AgeIdentity.read(locked, "locked", "open sesame".toCharArray());
        assertThat(decrypt(encrypt(PLAIN, OURS.publicKey()), opened)).isEqualTo(PLAIN);
    }

    /** age reads passphrases from a terminal only, so it gets one. */
    private void atTerminal(String command, String typed) {
        Command.of("script", "-q", "-e", "-c", command, "/dev/null")
                .in(temp)
                .input(typed.getBytes(StandardCharsets.US_ASCII))
                .output();
    }

    private static Command age(String... arguments) {
        return Command.of("age").with(arguments);
    }

    private static byte[] encrypt(byte[] plain, String... recipients) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (OutputStream out = AgeEncryption.toRecipients(
                Stream.of(recipients).map(AgeRecipient::new).toList(), file)) {
            out.write(plain);
        }
        return file.toByteArray();
    }

    private static byte[] encryptWithPassphrase(String passphrase) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (OutputStream out = AgeEncryption.withPassphrase(passphrase.toCharArray(), file)) {
            out.write(PLAIN);
        }
        return file.toByteArray();
    }

    private static byte[] decrypt(byte[] file, AgeIdentity identity) throws IOException {
        return AgeDecryption.open(new ByteArrayInputStream(file), identity).readAllBytes();
    }
}
