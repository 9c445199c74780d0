package io.doksnap.declare;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.declare.Declarations.Declared;
import io.doksnap.declare.Declarations.Rejected;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Destinations and encryptions by name. */
class NamedDestinationsTest {
    private static final String PLAIN = "encryption: {method: none}\n";
    private static final String TWO = PLAIN + "destinations:\n  main: {directory: /mnt/main}\n"
            + "  offsite: {endpoint: 'https://s3.example.org', bucket: abc, prefix: host1}\n";
    private static final String APP = "apps:\n- {name: shop, type: volume, source: shop_data";

    @TempDir
    Path directory;

    @Test
    void destinationsAreReadByNameAndAppsChooseThem() {
        Declared declared = declared(TWO + APP + ", destinations: [offsite, main]}\n", Map.of());
        assertThat(declared.settings().destinations().keySet()).containsExactly("main", "offsite");
        assertThat(declared.settings().destination("main")).contains(new Destination.Directory(Path.of("/mnt/main")));
        assertThat(declared.settings().destination("offsite").orElseThrow())
                .isInstanceOfSatisfying(Destination.S3.class, s3 -> {
                    assertThat(s3.bucket()).isEqualTo("abc");
                    assertThat(s3.prefix()).isEqualTo("host1/");
                });
        assertThat(declared.policies().get(0).destinations()).containsExactly("offsite", "main");
        assertThat(declared(TWO + APP + ", destination: main}\n", Map.of())
                        .policies()
                        .get(0)
                        .destinations())
                .containsExactly("main");
    }

    @Test
    void defaultIsTheUnnamedOneOrTheOneOfThatNameOrTheOnlyOne() {
        Settings unnamed = declared("storage: {directory: a}\n" + TWO + APP + "}\n", Map.of())
                .settings();
        assertThat(unnamed.resolve("default")).contains("default");
        assertThat(unnamed.destinations().keySet()).containsExactly("default", "main", "offsite");
        Settings only = declared(PLAIN + "destinations: {main: {directory: a}}\n" + APP + "}\n", Map.of())
                .settings();
        assertThat(only.resolve("default")).contains("main");
        Settings named = declared(
                        PLAIN + "destinations: {b: {directory: b}, default: {directory: a}}\n" + APP + "}\n", Map.of())
                .settings();
        assertThat(named.destination("default")).contains(new Destination.Directory(directory.resolve("a")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "destinations: [main, ofsite]|7: apps[0].destinations[1]: 'ofsite' is no destination; did you mean"
                        + " 'offsite'?",
                "destination: elsewhere|7: apps[0].destination: 'elsewhere' is no destination; known here: main,"
                        + " offsite",
                "destinations: [main, main]|7: apps[0].destinations[1]: 'main' is named twice; remove one of them",
                "destinations: [main], destination: offsite|7: apps[0].destination: destinations is set, too; keep one"
                        + " of them",
                "timeout: 1h|7: apps[0]: does not say where to store, and no destination is called default; add"
                        + " destinations, such as [main, offsite]",
            })
    void choiceThatCannotBeIsTold(String choice, String problem) {
        assertThat(problems("\n" + TWO + APP + ", " + choice + "}\n", Map.of()))
                .containsExactly("config.yaml:" + problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a: {directory: x}, b: {directory: x}|destinations.b: is the same place as destinations.a (line 2),"
                        + " which would be no second copy; name another place, or remove it",
                "a: {bucket: abc}, b: {bucket: abc, region: eu-west-1}|destinations.b: is the same place as"
                        + " destinations.a (line 2), which would be no second copy; name another place, or remove it",
                "a: {directory: x, bucket: abc}|destinations.a.bucket: unknown setting; known here: directory",
                "a: {endpoint: minio}|destinations.a: says no place; set directory (a path), or bucket and endpoint as"
                        + " in s3",
                "a: {bucket: abc, endpont: minio}|destinations.a.endpont: unknown setting; did you mean 'endpoint'?",
                "'a b': {directory: x}|destinations.a b: 'a b' is no name; use letters, digits, '_' and '-' (and not"
                        + " 'file')",
                "file: {directory: x}|destinations.file: 'file' is no name; use letters, digits, '_' and '-' (and not"
                        + " 'file')",
                "a-b: {directory: x}, a_b: {directory: y}|destinations.a_b: 'a_b' and 'a-b' would share their"
                        + " variables (..._A_B); rename one of them",
                "a: {bucket: abc, secret_key: hunter2}|destinations.a.secret_key: credentials do not belong into the"
                        + " file; set AWS_ACCESS_KEY_ID_A and AWS_SECRET_ACCESS_KEY_A",
            })
    void destinationThatCannotBeIsTold(String destinations, String problem) {
        assertThat(problems(PLAIN + "destinations: {" + destinations + "}\n", Map.of()))
                .containsExactly("config.yaml:2: " + problem);
    }

    @Test
    void nameOfTheDefaultIsTakenWhereThereIsAnUnnamedOne() {
        assertThat(problems(PLAIN + "storage: {directory: a}\ndestinations: {default: {directory: b}}\n", Map.of()))
                .containsExactly(
                        "config.yaml:3: destinations.default: is the default, and so is s3 or storage; keep one of"
                                + " them, or rename this one");
    }

    @Test
    void credentialsAreThoseOfTheDestinationElseTheUsualOnes() throws Exception {
        Files.writeString(directory.resolve("key"), "key-of-file\n");
        Files.writeString(directory.resolve("secret"), "secret-of-file\n");
        Settings settings = declared(
                        PLAIN + "destinations:\n  one-a: {bucket: abc}\n  two: {bucket: def}\n"
                                + "  three: {bucket: ghi, access_key_id_file: key, secret_access_key_file: secret}\n"
                                + APP + ", destinations: [two]}\n",
                        Map.of(
                                "AWS_ACCESS_KEY_ID", "usual",
                                "AWS_SECRET_ACCESS_KEY", "usual-secret",
                                "AWS_ACCESS_KEY_ID_ONE_A", "own",
                                "AWS_SECRET_ACCESS_KEY_ONE_A_FILE",
                                        directory.resolve("secret").toString()))
                .settings();
        assertThat(credentials(settings, "one-a")).containsExactly("own", "secret-of-file");
        assertThat(credentials(settings, "two")).containsExactly("usual", "usual-secret");
        assertThat(credentials(settings, "three")).containsExactly("key-of-file", "secret-of-file");
        assertThat(settings.toString()).doesNotContain("own").doesNotContain("usual-secret");
    }

    @Test
    void halfOfItsOwnCredentialsIsNoReasonToTakeTheUsualOnes() {
        assertThat(problems(
                        PLAIN + "destinations: {offsite: {bucket: abc}}\n",
                        Map.of(
                                "AWS_ACCESS_KEY_ID_OFFSITE", "own",
                                "AWS_ACCESS_KEY_ID", "usual",
                                "AWS_SECRET_ACCESS_KEY", "usual")))
                .containsExactly("environment: AWS_ACCESS_KEY_ID_OFFSITE: is set, and AWS_SECRET_ACCESS_KEY_OFFSITE is"
                        + " not; set both, or neither to use the SDK's");
    }

    @Test
    void encryptionsAreReadByNameEachWithItsOwnVariables() throws Exception {
        Settings settings = declared(
                        "storage: {directory: a}\n"
                                + "encryption: {method: none}\n"
                                + "encryptions:\n"
                                + "  team-key: {method: aes256}\n"
                                + "  other: {method: aes256, password_file: p}\n"
                                + "  gone: {}\n"
                                + APP + "}\n",
                        Map.of("ENCRYPTION_PASSWORD_TEAM_KEY", "hunter2"))
                .settings();
        assertThat(settings.encryption()).isEqualTo(new EncryptionSettings.None());
        assertThat(settings.encryptions().named().keySet()).containsExactly("team-key", "other", "gone");
        assertThat(settings.encryptions().passwords().get(0).line()).isEqualTo("hunter2");
        assertThat(settings.encryptions().find("gone").orElseThrow())
                .isInstanceOfSatisfying(
                        EncryptionSettings.Missing.class,
                        missing -> assertThat(missing.reason())
                                .startsWith("config.yaml:6: encryptions.gone: there is no public key")
                                .contains("set GPG_PUBLIC_KEY_GONE or encryptions.gone.public_key_file"));
        assertThat(settings.toString()).doesNotContain("hunter2");
    }

    @Test
    void appChoosesItsEncryptionByName() {
        String text =
                "storage: {directory: a}\nencryptions: {team: {method: aes256, password_file: p}, b: {method: none}}\n"
                        + APP + ", encryption: ";
        Declared declared = declared(text + "b}\n", Map.of());
        assertThat(declared.settings().encryption(declared.policies().get(0).encryption()))
                .contains(new EncryptionSettings.None());
        assertThat(problems(text + "teem}\n", Map.of()))
                .containsExactly("config.yaml:4: apps[0].encryption: 'teem' is no encryption; did you mean 'team'?");
        assertThat(problems("storage: {directory: a}\n" + APP + ", encryption: x}\n", Map.of()))
                .containsExactly("config.yaml:3: apps[0].encryption: 'x' is no encryption; add it under encryptions, or"
                        + " remove it here");
    }

    @Test
    void onlyEncryptionIsTheUsualOneWhereNothingElseIsSaid() {
        Settings settings = declared(
                        "s3: {bucket: abc}\nencryptions: {team: {method: aes256, password_file: p}}\n" + APP + "}\n",
                        Map.of())
                .settings();
        assertThat(settings.encryption()).isInstanceOf(EncryptionSettings.Password.class);
    }

    @Test
    void previousPasswordsAndKeysOnlyOpen() throws Exception {
        Files.writeString(directory.resolve("old"), "older\n");
        Settings settings = declared(
                        "storage: {directory: a}\nencryption:\n  method: aes256\n  previous:\n"
                                + "  - {password_file: old}\n  - {private_key_file: old.asc}\n" + APP + "}\n",
                        Map.of("ENCRYPTION_PASSWORD", "now", "ENCRYPTION_PASSWORD_PREVIOUS", "before"))
                .settings();
        List<String> passwords = new ArrayList<>();
        for (Secret password : settings.encryptions().passwords()) {
            passwords.add(password.line());
        }
        assertThat(passwords).containsExactly("now", "older", "before");
        assertThat(settings.encryptions().previousKeys()).hasSize(1);
        assertThat(settings.unreadableSecrets())
                .singleElement()
                .asString()
                .startsWith("config.yaml:6: encryption.previous[1].private_key_file: there is no file");
    }

    @Test
    void previousThatHoldsNothingIsTold() {
        assertThat(problems(
                        "storage: {directory: a}\nencryption: {method: none, previous: [{}, {pasword_file: x}]}\n",
                        Map.of()))
                .containsExactly(
                        "config.yaml:2: encryption.previous[0]: holds nothing; set password_file or private_key_file"
                                + " to a path",
                        "config.yaml:2: encryption.previous[1].pasword_file: unknown setting; did you mean"
                                + " 'password_file'?",
                        "config.yaml:2: encryption.previous[1]: holds nothing; set password_file or private_key_file"
                                + " to a path");
    }

    @Test
    void usualProxyLeadsToDestinationsWithANameToo() {
        Settings settings = declared(
                        "destinations: {offsite: {endpoint: 'https://s3.example.org', bucket: abc}}\n" + APP + "}\n",
                        Map.of("HTTPS_PROXY", "proxy:3128", "GPG_PUBLIC_KEY_FILE", "key.asc"))
                .settings();
        Destination.S3 s3 = (Destination.S3) settings.destination("offsite").orElseThrow();
        assertThat(s3.options().proxy()).map(Object::toString).contains("http://proxy:3128");
    }

    private List<String> credentials(Settings settings, String destination) throws SecretException {
        Destination.S3 s3 = (Destination.S3) settings.destination(destination).orElseThrow();
        return List.of(
                s3.credentials().orElseThrow().accessKeyId().line(),
                s3.credentials().orElseThrow().secretAccessKey().line());
    }

    private Declared declared(String text, Map<String, String> environment) {
        Declarations read = new ConfigParser("config.yaml", directory, environment).parse(text);
        assertThat(read).isInstanceOf(Declared.class);
        return (Declared) read;
    }

    private List<String> problems(String text, Map<String, String> environment) {
        Declarations read = new ConfigParser("config.yaml", directory, environment).parse(text);
        return read instanceof Rejected rejected
                ? rejected.problems().stream().map(ConfigProblem::toString).toList()
                : List.of();
    }
}
