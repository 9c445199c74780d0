package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.testing.Doksnap;
import io.doksnap.testing.Gpg;
import io.doksnap.testing.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What people get wrong, as they see it: one line that names the thing, the place and the remedy, the documented exit code, and nothing left behind. */
@Timeout(120)
class WrongInputIT {
    private static final String KEY = "[0-9A-F]{40}";
    private static final String PLACE = "config\\.yaml:5: encryption\\.public_key_file";

    @TempDir
    private Path home;

    private Scene scene;

    @BeforeEach
    void scene() throws IOException {
        scene = Scene.withDirectory(home);
        Files.writeString(scene.data.resolve("note"), "hello\n");
    }

    @Test
    void configurationThatIsADirectoryOrFarTooLargeIsNamed() throws IOException {
        Path config = home.resolve("config.yaml");
        Files.writeString(config, "#".repeat(2 << 20));
        fails(3, Pattern.quote("error: config.yaml: " + config + " is larger than 1 MiB; ") + ".*", "backup", "shop");
        Files.delete(config);
        Files.createDirectory(config);
        fails(3, Pattern.quote("error: config.yaml: " + config + " is a directory; ") + ".*", "backup", "shop");
    }

    @Test
    void expiredAndRevokedKeysAreNamedByValidateAndByBackup() throws IOException {
        scene.configure("storage:\n  directory: store\nencryption:\n  method: gpg\n  public_key_file: key.asc\n");
        Path key = home.resolve("key.asc");
        try (Gpg gpg = Gpg.withoutKeys()) {
            String[] parameters = {
                "Key-Type: EDDSA", "Key-Curve: ed25519", "Subkey-Type: ECDH", "Subkey-Curve: Curve25519"
            };
            String[] expiring = Arrays.copyOf(parameters, parameters.length + 2);
            expiring[parameters.length] = "Creation-Date: 20200101T000000";
            expiring[parameters.length + 1] = "Expire-Date: 1d";
            gpg.generate("old@example.com", expiring);
            Files.write(key, gpg.publicKey("old@example.com"));
            String expired = "error: the key " + KEY + " \\(old@example.com\\) in " + PLACE
                    + " expired on 2020-01-02T\\S+; extend it, or use another one";
            fails(3, expired, "validate");
            fails(3, expired, "backup", "shop");
            gpg.generate("bad@example.com", parameters);
            gpg.revoke("bad@example.com");
            Files.write(key, gpg.publicKey("bad@example.com"));
            String revoked =
                    "error: the key " + KEY + " \\(bad@example.com\\) in " + PLACE + " is revoked; use another one";
            fails(3, revoked, "validate");
            fails(3, revoked, "backup", "shop");
        }
        nothingIsStored();
    }

    @Test
    void passwordThatDoesNotFitNamesTheVariableToSet() throws IOException {
        scene.configure("storage:\n  directory: store\nencryption:\n  method: aes256\n");
        Doksnap doksnap = scene.doksnap().environment("ENCRYPTION_PASSWORD", "right");
        assertThat(doksnap.run("backup", "shop").code()).isZero();
        doksnap.environment("ENCRYPTION_PASSWORD", "wrong");
        String wrong =
                "the password does not open this archive; set ENCRYPTION_PASSWORD to the one that it was encrypted with";
        fails(
                3,
                Pattern.quote("error: shop: restore failed (KeyMissing): " + wrong),
                doksnap,
                "restore",
                "shop",
                "--to-directory",
                "new");
        fails(
                3,
                "error: shop: \\S+ " + Pattern.quote("could not be verified (KeyUnavailable): " + wrong),
                doksnap,
                "verify",
                "--level",
                "full");
        doksnap.environment("ENCRYPTION_PASSWORD", "");
        fails(
                3,
                "error: shop: restore failed .KeyMissing.: the archive of shop needs a password; set ENCRYPTION_PASSWORD",
                doksnap,
                "restore",
                "shop",
                "--to-directory",
                "new");
        assertThat(home.resolve("new")).doesNotExist();
    }

    @Test
    void sourceThatThisUserMayNotReadIsNamedWithTheRemedy() throws Exception {
        Needs.root();
        Needs.command("setpriv");
        Files.setAttribute(home, "unix:mode", 0777);
        Files.setAttribute(scene.data, "unix:mode", 0700);
        Doksnap nobody = scene.doksnap().asNobody();
        fails(
                1,
                Pattern.quote("error: shop: backup failed (ReadFailed): cannot read " + scene.data
                        + " (permission denied); run as a user who may read it, usually root"),
                nobody,
                "backup",
                "shop");
        nothingIsStored();
    }

    private void fails(int code, String line, String... arguments) {
        fails(code, line, scene.doksnap(), arguments);
    }

    private static void fails(int code, String line, Doksnap doksnap, String... arguments) {
        Doksnap.Result result = doksnap.run(arguments);
        assertThat(result.code()).as(result.toString()).isEqualTo(code);
        assertThat(result.out()).isEmpty();
        assertThat(result.err().lines()).singleElement().asString().matches(line);
    }

    private void nothingIsStored() throws IOException {
        assertThat(scene.keys()).isEmpty();
        assertThat(scene.staged()).isEmpty();
        assertThat(scene.openRuns()).isEmpty();
    }
}
