package io.doksnap.declare;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.declare.Declarations.Declared;
import io.doksnap.declare.Declarations.Rejected;
import io.doksnap.policy.EncryptionMethod;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgeSettingsTest {
    private static final String STORAGE = "storage: {directory: backups}\n";
    private static final String METHOD = STORAGE + "encryption:\n  method: age\n";

    @TempDir
    Path directory;

    @Test
    void recipientsOfTheFileAndOfARecipientsFileAreAllTaken() throws Exception {
        Files.writeString(directory.resolve("team.txt"), "# team\nage1three\n");
        EncryptionSettings.Age age = (EncryptionSettings.Age)
                encryption(METHOD + "  recipients: [age1one, age1two]\n  recipients_file: team.txt\n", Map.of());
        assertThat(age.method()).contains(EncryptionMethod.AGE);
        assertThat(texts(age)).containsExactly("age1one", "age1two", "# team\nage1three\n");
        assertThat(age.recipients().get(1).place()).hasToString("config.yaml:4: encryption.recipients[1]");
        assertThat(texts((EncryptionSettings.Age) encryption(METHOD + "  recipients: age1one\n", Map.of())))
                .containsExactly("age1one");
    }

    @Test
    void recipientsOfTheEnvironmentWin() throws Exception {
        Declared declared =
                declared(METHOD + "  recipients: [age1one]\n", Map.of("AGE_RECIPIENTS", "age1two,age1three"));
        assertThat(texts((EncryptionSettings.Age) declared.settings().encryption()))
                .containsExactly("age1two,age1three");
        assertThat(declared.warnings().stream().map(ConfigProblem::toString))
                .contains("config.yaml:4: encryption.recipients[0]: is not used, because AGE_RECIPIENTS in the"
                        + " environment wins");
    }

    @Test
    void passphraseComesFromTheEnvironmentOrAFile() throws Exception {
        Files.writeString(directory.resolve("passphrase.txt"), "open sesame\n");
        EncryptionSettings.AgePassphrase inFile =
                (EncryptionSettings.AgePassphrase) encryption(METHOD + "  passphrase_file: passphrase.txt\n", Map.of());
        assertThat(inFile.passphrase().line()).isEqualTo("open sesame");
        EncryptionSettings.AgePassphrase variable =
                (EncryptionSettings.AgePassphrase) encryption(METHOD, Map.of("AGE_PASSPHRASE", "hunter2"));
        assertThat(variable.passphrase().line()).isEqualTo("hunter2");
        assertThat(variable.toString()).doesNotContain("hunter2");
    }

    @Test
    void passphraseDoesNotBelongIntoTheFile() {
        assertThat(problems(METHOD + "  passphrase: hunter2\n", Map.of()))
                .containsExactly("config.yaml:4: encryption.passphrase: a passphrase does not belong into the file; set"
                        + " AGE_PASSPHRASE, or passphrase_file to a path");
    }

    @Test
    void recipientsAndAPassphraseAtOnceAreRefused() {
        assertThat(problems(METHOD + "  recipients: [age1one]\n", Map.of("AGE_PASSPHRASE", "hunter2")))
                .containsExactly("config.yaml:3: encryption.method: age takes recipients or a passphrase, and both are"
                        + " configured (encryption.recipients[0], AGE_PASSPHRASE); remove one of them");
    }

    @Test
    void whatIsNoRecipientIsNamedAndNotShown() {
        assertThat(problems(METHOD + "  recipients: [age1one, AGE-SECRET-KEY-1SECRET]\n", Map.of()))
                .containsExactly(
                        "config.yaml:4: encryption.recipients[1]: is no recipient of age, which begins with age1;"
                                + " 'doksnap keygen --method age' makes a key pair");
    }

    @Test
    void withoutAnyKeyAgeIsMissingOne() {
        EncryptionSettings.Missing missing = (EncryptionSettings.Missing) encryption(METHOD, Map.of());
        assertThat(missing.wanted()).isEqualTo(EncryptionMethod.AGE);
        assertThat(missing.reason())
                .contains("config.yaml:3: encryption.method: there is no recipient", "AGE_RECIPIENTS", "keygen");
    }

    @Test
    void keysOfAnotherMethodAreSaidNotToBeUsed() {
        assertThat(warnings(METHOD, Map.of("AGE_RECIPIENTS", "age1one", "ENCRYPTION_PASSWORD", "hunter2")))
                .contains("environment: ENCRYPTION_PASSWORD: is not used by encryption.method age");
        assertThat(warnings(STORAGE + "encryption: {method: none}\n", Map.of("AGE_RECIPIENTS", "age1one")))
                .contains("environment: AGE_RECIPIENTS: is not used by encryption.method none");
    }

    @Test
    void recipientAloneAsksForTheMethodInsteadOfStoringPlain() {
        EncryptionSettings.Missing missing =
                (EncryptionSettings.Missing) encryption(STORAGE, Map.of("AGE_RECIPIENTS", "age1one"));
        assertThat(missing.wanted()).isEqualTo(EncryptionMethod.GPG);
        assertThat(missing.reason()).contains("to use it, set encryption.method to age");
    }

    private static List<String> texts(EncryptionSettings.Age age) throws SecretException {
        List<String> texts = new ArrayList<>();
        for (Secret secret : age.recipients()) {
            texts.add(new String(secret.bytes(), StandardCharsets.UTF_8));
        }
        return texts;
    }

    private EncryptionSettings encryption(String text, Map<String, String> environment) {
        return declared(text, environment).settings().encryption();
    }

    private List<String> warnings(String text, Map<String, String> environment) {
        return declared(text, environment).warnings().stream()
                .map(ConfigProblem::toString)
                .toList();
    }

    private Declared declared(String text, Map<String, String> environment) {
        Declarations result = new ConfigParser("config.yaml", directory, environment).parse(text);
        assertThat(result).isInstanceOf(Declared.class);
        return (Declared) result;
    }

    private List<String> problems(String text, Map<String, String> environment) {
        Declarations result = new ConfigParser("config.yaml", directory, environment).parse(text);
        assertThat(result).isInstanceOf(Rejected.class);
        return ((Rejected) result)
                .problems().stream().map(ConfigProblem::toString).toList();
    }
}
