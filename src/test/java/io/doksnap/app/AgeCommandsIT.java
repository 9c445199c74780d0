package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.testing.Command;
import io.doksnap.testing.Doksnap;
import io.doksnap.testing.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Encryption with age through the whole program, and back with it as well as with stock tools alone. */
@Timeout(180)
class AgeCommandsIT {
    @TempDir
    private Path home;

    private Scene scene;

    @BeforeEach
    void makeScene() throws IOException {
        scene = Scene.withDirectory(home);
        Files.writeString(scene.data.resolve("note"), "good\n");
        scene.noise("noise", 1, 1);
    }

    @Test
    void keyPairOfKeygenProtectsABackupThatStockToolsAndRestoreOpen() throws IOException {
        Needs.command("age");
        Doksnap.Result keygen = scene.doksnap()
                .run(
                        "keygen",
                        "--method",
                        "age",
                        "--public-key-file",
                        home.resolve("recipients.txt").toString());
        assertThat(keygen.code()).isZero();
        Path identity = Files.writeString(home.resolve("identity.txt"), keygen.out());
        scene.app("    compression: gzip\n")
                .configure(
                        "storage:\n  directory: store\nencryption:\n  method: age\n  recipients_file: recipients.txt\n");
        assertThat(succeeds("backup", "shop")).contains("encrypted (age)");

        Doksnap.Result without = scene.doksnap().run("restore", "shop", "--to-directory", "new");
        assertThat(without.code()).isEqualTo(3);
        assertThat(without.err()).contains("needs an identity of age; give it with --identity KEYFILE (of age1");
        succeeds("restore", "shop", "--to-directory", "new", "--identity", identity.toString());
        mustBeRestored("new");

        String key = archive(".tar.gz.age");
        Command.sh("mkdir stock; age -d -i identity.txt 'store/" + key + "' | gzip -d | tar x -p -C stock")
                .in(home)
                .output();
        mustBeRestored("stock");
    }

    @Test
    void passphraseOfTheEnvironmentProtectsAndOpensABackup() throws IOException {
        scene.configure("storage:\n  directory: store\nencryption:\n  method: age\n");
        Doksnap protectedBy = scene.doksnap().environment("AGE_PASSPHRASE", "correct horse");
        assertThat(protectedBy.run("backup", "shop").code()).isZero();
        assertThat(protectedBy.run("restore", "shop", "--to-directory", "new").code())
                .isZero();
        mustBeRestored("new");

        Doksnap.Result wrong = scene.doksnap()
                .environment("AGE_PASSPHRASE", "battery staple")
                .run("restore", "shop", "--to-directory", "other");
        assertThat(wrong.code()).isEqualTo(3);
        assertThat(wrong.err())
                .contains("the passphrase does not open this archive")
                .doesNotContain("battery");
        assertThat(home.resolve("other")).doesNotExist();
    }

    @Test
    void recipientThatCannotBeUsedIsNamedAtItsPlaceBeforeAnythingIsStored() throws IOException {
        scene.configure("storage:\n  directory: store\nencryption:\n  method: age\n  recipients: [age1nobody]\n");
        Doksnap.Result backup = scene.doksnap().run("backup", "shop");
        assertThat(backup.code()).isEqualTo(3);
        assertThat(backup.err())
                .contains("'age1nobody' in config.yaml:5: encryption.recipients[0] is no X25519 recipient of age");
        assertThat(scene.keys()).isEmpty();
    }

    private String archive(String extension) {
        List<String> found =
                scene.keys().stream().filter(key -> key.endsWith(extension)).toList();
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private void mustBeRestored(String directory) throws IOException {
        assertThat(TreeListing.of(scene.data).differences(TreeListing.of(home.resolve(directory))))
                .isEmpty();
    }

    private String succeeds(String... arguments) {
        Doksnap.Result result = scene.doksnap().run(arguments);
        assertThat(result.code()).as(result.err()).isZero();
        return result.out();
    }
}
