package io.doksnap.declare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doksnap.declare.Declarations.Declared;
import io.doksnap.declare.Declarations.Rejected;
import io.doksnap.policy.EncryptionMethod;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
    private static final String ARMORED =
            "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabc\n-----END PGP PUBLIC KEY BLOCK-----";
    private static final String S3 = "s3: {endpoint: 'minio:9000', bucket: abc}\n";
    private static final String STORAGE = "storage: {directory: backups}\n";

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({
        "s3.amazonaws.com, , us-east-1, false",
        "https://s3.amazonaws.com/, , us-east-1, false",
        "s3.eu-central-1.amazonaws.com, , eu-central-1, false",
        "s3-us-west-2.amazonaws.com, , us-west-2, false",
        "bucket.vpce-1a.s3.us-east-1.vpce.amazonaws.com, https://bucket.vpce-1a.s3.us-east-1.vpce.amazonaws.com, us-east-1, false",
        "s3.cn-north-1.amazonaws.com.cn, https://s3.cn-north-1.amazonaws.com.cn, us-east-1, false",
        "minio, https://minio, us-east-1, true",
        "minio:9000, https://minio:9000, us-east-1, true",
        "http://127.0.0.1:9000, http://127.0.0.1:9000, us-east-1, true",
        "'http://[::1]:9000/', 'http://[::1]:9000', us-east-1, true",
        "fake-amazonaws.com, https://fake-amazonaws.com, us-east-1, true",
    })
    void endpointIsAHostAHostWithPortOrAUrl(String endpoint, String uri, String region, boolean pathStyle) {
        Destination.S3 s3 = s3("s3: {endpoint: '" + endpoint + "', bucket: abc}\n", Map.of());
        assertThat(s3.endpoint().map(Object::toString).orElse(null)).isEqualTo(uri);
        assertThat(s3.region()).isEqualTo(region);
        assertThat(s3.pathStyle()).isEqualTo(pathStyle);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ftp://minio|s3.endpoint: 'ftp' is no way to reach S3; write http:// or https://",
                "a b|s3.endpoint: is no server; write a host, host:port, or a URL such as https://minio.example.org:9000",
                "my_minio:9000|s3.endpoint: 'my_minio:9000' names no server; write a host (letters, digits, '-', '.'), host:port, or a URL",
                "minio:99999|s3.endpoint: 'minio:99999' names no server; write a host (letters, digits, '-', '.'), host:port, or a URL",
                "https://minio/abc|s3.endpoint: has more than the server's name; put the bucket into s3.bucket and a folder into s3.prefix",
                "https://minio?x=y|s3.endpoint: has more than the server's name; put the bucket into s3.bucket and a folder into s3.prefix",
                "https://u:hunter2@minio|s3.endpoint: holds credentials; remove them, and set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY instead",
            })
    void endpointThatIsNoneIsRefused(String endpoint, String message) {
        assertThat(problems("s3: {endpoint: '" + endpoint + "', bucket: abc}\n", Map.of()))
                .containsExactly("config.yaml:1: " + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bucket: a/b|s3.bucket: 'a/b' holds a '/'; name the bucket alone, and put a folder into s3.prefix",
                "bucket: ab|s3.bucket: 'ab' is no name of a bucket; it has 3 to 63 lower case letters, digits, '-' and '.'",
                "bucket: abc, prefix: a/../b|s3.prefix: holds an empty part, '.' or '..'; write plain folders such as backups/host1",
                "bucket: abc, region: eu central|s3.region: 'eu central' is no region; write one such as us-east-1",
                "bucket: abc, endpoint: s3.eu-west-1.amazonaws.com, region: eu-west-2|s3.region: 'eu-west-2' differs from the region of s3.endpoint, eu-west-1; correct one of them",
                "bucket: abc, secret_key: hunter2|s3.secret_key: credentials do not belong into the file; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
            })
    void bucketPrefixAndRegionAreChecked(String settings, String message) {
        assertThat(problems("s3: {" + settings + "}\n", Map.of())).containsExactly("config.yaml:1: " + message);
    }

    @Test
    void accessKeyWithoutItsSecretIsAProblemAndTheReverseToo() {
        assertThat(problems(S3, Map.of("AWS_ACCESS_KEY_ID", "AKIA")))
                .containsExactly(
                        "environment: AWS_ACCESS_KEY_ID: is set, and AWS_SECRET_ACCESS_KEY is not; set both, or"
                                + " neither to use the SDK's");
        assertThat(problems(S3, Map.of("AWS_SECRET_ACCESS_KEY_FILE", "/x", "AWS_ACCESS_KEY_ID", "")))
                .containsExactly("environment: AWS_SECRET_ACCESS_KEY_FILE: is set, and AWS_ACCESS_KEY_ID is not; set"
                        + " both, or neither to use the SDK's");
    }

    @Test
    void credentialsAreLeftToTheSdkWhereNoneAreSet() throws Exception {
        assertThat(s3(S3, Map.of()).credentials()).isEmpty();
        assertThat(s3(S3, Map.of("AWS_SESSION_TOKEN", "t")).credentials()).isEmpty();
        Map<String, String> temporary =
                Map.of("AWS_ACCESS_KEY_ID", "ASIA", "AWS_SECRET_ACCESS_KEY", "s", "AWS_SESSION_TOKEN", "t");
        Destination.Credentials found = s3(S3, temporary).credentials().orElseThrow();
        assertThat(found.sessionToken().orElseThrow().line()).isEqualTo("t");
    }

    @Test
    void variableAndItsFileTogetherAreAProblem() {
        Map<String, String> both = Map.of("GPG_PUBLIC_KEY", ARMORED, "GPG_PUBLIC_KEY_FILE", "/key");
        assertThat(problems(S3, both))
                .containsExactly("environment: GPG_PUBLIC_KEY: both GPG_PUBLIC_KEY and GPG_PUBLIC_KEY_FILE are set;"
                        + " unset one of them");
    }

    @Test
    void secretFileIsReadAgainAtEveryUse() throws Exception {
        Path file = Files.writeString(directory.resolve("password"), "first\n");
        Map<String, String> environment = Map.of("ENCRYPTION_PASSWORD_FILE", file.toString());
        EncryptionSettings.Password password =
                (EncryptionSettings.Password) declared(STORAGE + "encryption: {method: aes256}\n", environment)
                        .settings()
                        .encryption();
        assertThat(password.password().line()).isEqualTo("first");
        Files.writeString(file, "second\r\n");
        assertThat(password.password().line()).isEqualTo("second");
    }

    @Test
    void keyFileOfTheConfigurationIsRelativeToItAndReadAsItIs() throws Exception {
        byte[] binary = {(byte) 0x99, 1, 0, '\n', (byte) 0xff};
        Files.write(directory.resolve("public.gpg"), binary);
        EncryptionSettings.Gpg gpg = (EncryptionSettings.Gpg)
                encryption(S3 + "encryption: {public_key_file: public.gpg, key_id: 0123456789}\n", Map.of());
        assertThat(gpg.publicKeys().get(0).bytes()).isEqualTo(binary);
        assertThat(gpg.keyId()).contains("0123456789");
    }

    @Test
    void keyOnOneLineGetsItsLineBreaksBack() throws Exception {
        Map<String, String> environment = Map.of("GPG_PUBLIC_KEY", ARMORED.replace("\n", "\\n"));
        EncryptionSettings.Gpg gpg = (EncryptionSettings.Gpg) encryption(S3, environment);
        assertThat(new String(gpg.publicKeys().get(0).bytes(), StandardCharsets.UTF_8))
                .isEqualTo(ARMORED);
    }

    @Test
    void pathInPlaceOfAKeyIsAProblem() {
        assertThat(problems(S3, Map.of("GPG_PUBLIC_KEY", "/keys/public.asc")))
                .containsExactly(
                        "environment: GPG_PUBLIC_KEY: holds no armored key (it starts with -----BEGIN PGP PUBLIC"
                                + " KEY BLOCK-----); to name a file, set GPG_PUBLIC_KEY_FILE");
    }

    @Test
    void environmentWinsOverTheFileAndSaysSo() {
        Declared declared = declared(
                S3 + "encryption: {public_key_file: x.asc, key_id: A}\nhost: a\ndata_dir: b\n",
                Map.of(
                        "GPG_PUBLIC_KEY", ARMORED,
                        "GPG_KEY_ID", "B",
                        "DOKSNAP_HOST", "c",
                        "DOKSNAP_DATA_DIR", "/d",
                        "TZ", ":Europe/Paris"));
        EncryptionSettings.Gpg gpg =
                (EncryptionSettings.Gpg) declared.settings().encryption();
        assertThat(gpg.keyId()).contains("B");
        assertThat(declared.settings().host()).contains("c");
        assertThat(declared.settings().dataDirectory()).contains(Path.of("/d"));
        assertThat(declared.settings().timeZone()).isEqualTo(ZoneId.of("Europe/Paris"));
        assertThat(declared.warnings())
                .extracting(ConfigProblem::toString)
                .contains("config.yaml:2: encryption.public_key_file: is not used, because GPG_PUBLIC_KEY in the"
                        + " environment wins");
    }

    @Test
    void bucketWithoutAKeyIsAMissingKeyThatNamesKeygen() {
        EncryptionSettings.Missing missing = (EncryptionSettings.Missing) encryption(S3, Map.of());
        assertThat(missing.method()).contains(EncryptionMethod.GPG);
        assertThat(missing.reason())
                .isEqualTo("config.yaml: encryption: there is no public key to encrypt to; set GPG_PUBLIC_KEY or"
                        + " encryption.public_key_file ('doksnap keygen' makes a key pair), or say"
                        + " encryption.method: none to store archives as they are");
    }

    @Test
    void keyIdOrPasswordAloneIsAMissingKeyThatSaysWhy() {
        assertThat(((EncryptionSettings.Missing) encryption(S3, Map.of("GPG_KEY_ID", "AB"))).reason())
                .contains("'gpg --armor --export AB' prints the key");
        assertThat(((EncryptionSettings.Missing) encryption(STORAGE, Map.of("ENCRYPTION_PASSWORD", "x"))).reason())
                .contains("to use it, set encryption.method to aes256");
        EncryptionSettings.Missing password =
                (EncryptionSettings.Missing) encryption(STORAGE + "encryption: {method: aes256}\n", Map.of());
        assertThat(password.wanted()).isEqualTo(EncryptionMethod.AES256);
        assertThat(password.reason()).contains("set ENCRYPTION_PASSWORD").contains("doksnap keygen");
    }

    @Test
    void directoryWithoutAnyKeyIsStoredPlainWithAWarning() {
        Declared declared = declared(STORAGE, Map.of());
        assertThat(declared.settings().destination("default"))
                .contains(new Destination.Directory(directory.resolve("backups")));
        assertThat(declared.settings().encryption()).isInstanceOf(EncryptionSettings.Unset.class);
        assertThat(declared.settings().encryption().method()).isEmpty();
        assertThat(declared.warnings())
                .extracting(ConfigProblem::toString)
                .contains("config.yaml: encryption: is not configured, so archives are stored as they are; set"
                        + " GPG_PUBLIC_KEY ('doksnap keygen' makes a key pair), or say method: none");
    }

    @Test
    void directoryWithAKeyIsEncrypted() {
        assertThat(encryption(STORAGE, Map.of("GPG_PUBLIC_KEY", ARMORED))).isInstanceOf(EncryptionSettings.Gpg.class);
        assertThat(encryption(STORAGE + "encryption:\n", Map.of())).isInstanceOf(EncryptionSettings.Missing.class);
    }

    @Test
    void explicitNoneIsTakenAtItsWord() {
        EncryptionSettings none = encryption(S3 + "encryption: {method: none}\n", Map.of());
        assertThat(none.method()).contains(EncryptionMethod.NONE);
        Declared declared = declared(S3 + "encryption: {method: none}\n", Map.of("ENCRYPTION_PASSWORD", "hunter2"));
        assertThat(declared.warnings())
                .extracting(ConfigProblem::toString)
                .contains("config.yaml:2: encryption.method: is none, so archives are stored as they are although"
                        + " ENCRYPTION_PASSWORD is set");
    }

    @Test
    void noSecretIsEverPrinted() {
        Declared declared = declared(
                S3 + "encryption: {method: aes256}\nstatus_server: {api_key: hunter2}\n",
                Map.of(
                        "AWS_ACCESS_KEY_ID", "hunter2",
                        "AWS_SECRET_ACCESS_KEY", "hunter2",
                        "ENCRYPTION_PASSWORD", "hunter2"));
        assertThat(declared.toString())
                .contains("Secret[environment: ENCRYPTION_PASSWORD]")
                .doesNotContain("hunter2");
    }

    @Test
    void unreadableSecretsAreToldByNameOfTheSetting() throws Exception {
        Path empty = Files.createFile(directory.resolve("empty"));
        Path large = Files.write(directory.resolve("large"), new byte[(1 << 20) + 1]);
        Settings settings = declared(
                        S3 + "encryption: {public_key_file: missing.asc}\n",
                        Map.of(
                                "AWS_ACCESS_KEY_ID_FILE", empty.toString(),
                                "AWS_SECRET_ACCESS_KEY_FILE", directory.toString(),
                                "DOKSNAP_API_KEY_FILE", large.toString()))
                .settings();
        assertThat(settings.unreadableSecrets())
                .containsExactly(
                        "config.yaml:2: encryption.public_key_file: there is no file "
                                + directory.resolve("missing.asc") + "; create it, or correct the path",
                        "environment: AWS_ACCESS_KEY_ID_FILE: is empty; put the key or password there",
                        "environment: AWS_SECRET_ACCESS_KEY_FILE: " + directory
                                + " cannot be read: it is a directory; name the file that holds the secret",
                        "environment: DOKSNAP_API_KEY_FILE: " + large
                                + " is larger than 1 MiB, so it is no key; name another file");
    }

    @Test
    void aStatusServerNeedsANewStartForWhatItWasBegunWithAlone() throws Exception {
        String usual = STORAGE + "status_server: {require_auth: true, api_key: one}\n";
        StatusServerSettings begun = declared(usual, Map.of()).settings().statusServer();
        assertThat(begun.servesLike(
                        declared("\n\n" + usual, Map.of()).settings().statusServer()))
                .isTrue();
        for (String other : List.of(
                usual.replace("one", "two"),
                usual.replace("true", "false"),
                STORAGE + "status_server: {port: 4568, require_auth: true, api_key: one}\n",
                STORAGE + "status_server: {bind: 0.0.0.0, require_auth: true, api_key: one}\n",
                STORAGE + "status_server: {enabled: false}\n")) {
            assertThat(begun.servesLike(declared(other, Map.of()).settings().statusServer()))
                    .as(other)
                    .isFalse();
        }
        Path key = Files.writeString(directory.resolve("key"), "one");
        StatusServerSettings inFile = declared(
                        STORAGE + "status_server: {require_auth: true}\n",
                        Map.of("DOKSNAP_API_KEY_FILE", key.toString()))
                .settings()
                .statusServer();
        assertThat(begun.servesLike(inFile)).isTrue();
    }

    @Test
    void passwordOfSeveralLinesIsRefusedAtUse() {
        Secret secret = Secret.of(Place.variable("ENCRYPTION_PASSWORD"), "a\nb");
        assertThatThrownBy(secret::line)
                .isInstanceOf(SecretException.class)
                .hasMessage("environment: ENCRYPTION_PASSWORD: has more than one line; a password or access key is one"
                        + " line");
    }

    @ParameterizedTest
    @CsvSource({"shop, shop", "Shop, shop", "a-b-1, a-b-1"})
    void kubernetesNameIsTheNameInLowerCase(String written, String name) {
        assertThat(KubernetesName.of(written)).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource({"shop_db, shop-db-[0-9a-f]{6}", "_, policy-[0-9a-f]{6}", "-a-, a-[0-9a-f]{6}"})
    void whatKubernetesForbidsBecomesADashWithAHash(String written, String pattern) {
        assertThat(KubernetesName.of(written)).matches(pattern).isEqualTo(KubernetesName.of(written));
        assertThat(KubernetesName.of("shop_db")).isNotEqualTo(KubernetesName.of("shop__db"));
        assertThat(KubernetesName.of("x_".repeat(31)))
                .hasSizeLessThanOrEqualTo(63)
                .matches("[a-z0-9-]*[a-z0-9]");
    }

    private EncryptionSettings encryption(String text, Map<String, String> environment) {
        return declared(text, environment).settings().encryption();
    }

    private Destination.S3 s3(String text, Map<String, String> environment) {
        return (Destination.S3)
                declared(text, environment).settings().destination("default").orElseThrow();
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
