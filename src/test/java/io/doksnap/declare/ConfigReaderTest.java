package io.doksnap.declare;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.api.BackupPolicySpec.ScheduleSpec;
import io.doksnap.declare.Declarations.Declared;
import io.doksnap.declare.Declarations.Rejected;
import io.doksnap.declare.Destination.HttpProxy;
import io.doksnap.docker.EngineTls;
import io.doksnap.policy.Compression;
import io.doksnap.policy.EncryptionChoice;
import io.doksnap.policy.EncryptionMethod;
import io.doksnap.policy.Hook;
import io.doksnap.policy.HookStep;
import io.doksnap.policy.HookStep.OnError;
import io.doksnap.policy.Hooks;
import io.doksnap.policy.Policy;
import io.doksnap.policy.Retention;
import io.doksnap.policy.Source;
import io.doksnap.schedule.CronSchedule;
import io.doksnap.schedule.Schedule;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigReaderTest {
    private static final String KEY = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabc\n-----END PGP PUBLIC KEY BLOCK-----";

    @TempDir
    Path directory;

    @Test
    void configurationOfTheOriginalIsAcceptedAsItStands() throws Exception {
        Map<String, String> environment = Map.of(
                "AWS_ACCESS_KEY_ID", "AKIA",
                "AWS_SECRET_ACCESS_KEY", "hunter2",
                "GPG_PUBLIC_KEY", KEY,
                "DOKSNAP_API_KEY", "letmein");
        Declared declared = declared(new ConfigReader().read(resource("original.yaml"), environment));

        assertThat(declared.warnings()).isEmpty();
        Destination.S3 s3 =
                (Destination.S3) declared.settings().destination("default").orElseThrow();
        assertThat(s3.endpoint()).isEmpty();
        assertThat(s3.bucket()).isEqualTo("my-backups");
        assertThat(s3.region()).isEqualTo("us-east-1");
        assertThat(s3.prefix()).isEmpty();
        assertThat(s3.pathStyle()).isFalse();
        assertThat(s3.options()).isEqualTo(Destination.S3Options.DEFAULT);
        assertThat(s3.credentials().orElseThrow().accessKeyId().line()).isEqualTo("AKIA");
        assertThat(s3.credentials().orElseThrow().secretAccessKey().line()).isEqualTo("hunter2");
        EncryptionSettings.Gpg gpg =
                (EncryptionSettings.Gpg) declared.settings().encryption();
        assertThat(gpg.publicKeys().get(0).bytes()).isEqualTo(KEY.getBytes(StandardCharsets.UTF_8));
        StatusServerSettings status = declared.settings().statusServer();
        assertThat(status.enabled()).isTrue();
        assertThat(status.port()).isEqualTo(4567);
        assertThat(status.bind()).isEqualTo("0.0.0.0");
        assertThat(status.apiKey()).isPresent();
        assertThat(declared.settings().docker().host()).isEqualTo("unix:///var/run/docker.sock");
        assertThat(declared.settings().timeZone()).isEqualTo(ZoneOffset.UTC);

        Policy policy = declared.policies().get(0);
        assertThat(policy.name()).isEqualTo("myapp");
        assertThat(policy.sources()).containsExactly(new Source.Volume("myapp", "myapp_data", List.of()));
        assertThat(policy.schedule().orElseThrow())
                .isEqualTo(Schedule.of(CronSchedule.parse("0 2 * * *", ZoneOffset.UTC)));
        assertThat(policy.retention())
                .isEqualTo(new Retention(
                        OptionalInt.of(7),
                        OptionalInt.of(7),
                        OptionalInt.of(4),
                        OptionalInt.of(12),
                        OptionalInt.empty()));
        assertThat(policy.hooks())
                .isEqualTo(new Hooks(
                        List.of(HookStep.of(new Hook.Docker(Hook.Action.STOP, "myapp"))),
                        List.of(HookStep.of(new Hook.Docker(Hook.Action.START, "myapp"))),
                        List.of()));
        assertThat(policy.encryption()).isEqualTo(new EncryptionChoice.OperatorDefault());
        assertThat(policy.destinations()).containsExactly("default");
        assertThat(policy.timeout()).isEqualTo(Duration.ofHours(12));
    }

    @Test
    void everySettingIsRead() throws Exception {
        Path file = resource("everything.yaml");
        Declared declared = declared(new ConfigReader().read(file, Map.of()));

        assertThat(declared.warnings()).isEmpty();
        Settings settings = declared.settings();
        assertThat(settings.host()).contains("server1");
        assertThat(settings.dataDirectory()).contains(file.resolveSibling("state"));
        assertThat(settings.timeZone()).isEqualTo(ZoneId.of("Europe/Berlin"));
        assertThat(settings.destinations())
                .containsOnly(Map.entry(
                        "default",
                        new Destination.S3(
                                Optional.of(URI.create("http://minio:9000")),
                                "my-backups",
                                "eu-central-1",
                                "host1/daily/",
                                false,
                                new Destination.S3Options(
                                        Optional.of("STANDARD_IA"),
                                        Destination.AtRest.KMS,
                                        Optional.of("arn:aws:kms:eu-central-1:1:key/2"),
                                        Optional.of(new Destination.ObjectLock(false, 30)),
                                        1000,
                                        Optional.of(file.resolveSibling("ca.pem")),
                                        Optional.of(new HttpProxy("proxy", 3128, Optional.empty(), Optional.empty()))),
                                Optional.empty())));
        assertThat(settings.encryption().method()).contains(EncryptionMethod.AES256);
        assertThat(settings.docker().host()).isEqualTo("tcp://127.0.0.1:2375");
        assertThat(settings.docker().allowedPaths().listed())
                .containsExactly(Path.of("/mnt/data"), Path.of("/etc/dokploy"));
        assertThat(settings.statusServer().enabled()).isFalse();
        assertThat(settings.statusServer().port()).isEqualTo(8080);
        assertThat(settings.statusServer().requireAuth()).isTrue();
        assertThat(settings.statusServer().apiKey().orElseThrow().line()).isEqualTo("12345678");
        assertThat(settings.unreadableSecrets())
                .containsExactly("everything.yaml:20: encryption.password_file: there is no file "
                        + file.resolveSibling("password.txt") + "; create it, or correct the path");

        var shop = declared.apps().get(0);
        assertThat(shop.resource().metadata().name()).matches("shop-db-[0-9a-f]{6}");
        assertThat(shop.resource().spec().displayName()).isEqualTo("Shop_DB");
        assertThat(shop.resource().spec().schedule())
                .isEqualTo(new ScheduleSpec("daily", "America/New_York", null, null, null));
        assertThat(shop.policy().name()).isEqualTo("Shop_DB");
        assertThat(shop.policy().sources())
                .containsExactly(new Source.Volume("Shop_DB", "shop_db", List.of("*.log", "cache/**")));
        assertThat(shop.policy().hooks())
                .isEqualTo(new Hooks(
                        List.of(
                                HookStep.of(new Hook.Docker(Hook.Action.PAUSE, "shop")),
                                new HookStep(new Hook.Local(List.of("sync")), Duration.ofHours(1), OnError.FAIL)),
                        List.of(HookStep.of(new Hook.Docker(Hook.Action.UNPAUSE, "shop"))),
                        List.of()));
        assertThat(shop.policy().compression()).isEqualTo(Compression.NONE);
        assertThat(shop.policy().allowEmpty()).isTrue();
        assertThat(shop.policy().timeout()).isEqualTo(Duration.ofMinutes(90));
        assertThat(shop.policy().retention().keepLast()).hasValue(1000);
        assertThat(shop.policy().retention().yearly()).hasValue(100);
    }

    @Test
    void mergedSettingsYieldToWhatTheAppSaysItself() throws Exception {
        Policy site = declared(new ConfigReader().read(resource("everything.yaml"), Map.of()))
                .policies()
                .get(1);

        assertThat(site.name()).isEqualTo("site");
        assertThat(site.sources())
                .containsExactly(new Source.Directory(
                        "site", Path.of("/etc/dokploy/compose/site/files"), List.of("*.log", "cache/**")));
        assertThat(site.retention().keepLast()).hasValue(3);
        assertThat(site.retention().daily()).hasValue(365);
        assertThat(site.hooks().isEmpty()).isTrue();
    }

    @Test
    void everyProblemIsToldAtOnceWithItsLine() throws Exception {
        Declarations result = new ConfigReader().read(resource("wrong.yaml"), Map.of("TZ", "Mars/Phobos"));

        assertThat(result.toString()).doesNotContain("hunter2");
        assertThat(lines(result))
                .containsExactly(
                        "environment: TZ: 'Mars/Phobos' is no time zone; use an IANA name such as Europe/Berlin"
                                + " (or set defaults.timezone, which wins over TZ)",
                        "wrong.yaml:1: s3.bucket: is missing; name the bucket that takes the backups",
                        "wrong.yaml:2: s3.endpoint: holds credentials; remove them, and set AWS_ACCESS_KEY_ID and"
                                + " AWS_SECRET_ACCESS_KEY instead",
                        "wrong.yaml:3: s3.buckets: unknown setting; did you mean 'bucket'?",
                        "wrong.yaml:5: storage.directory: s3 (line 1) and storage.directory are both set;"
                                + " keep one of them",
                        "wrong.yaml:7: encryption.method: 'pgp' is unknown; known here: gpg, aes256, age, none",
                        "wrong.yaml:9: status_server.port: must be 1 to 65535, and is 70000",
                        "wrong.yaml:11: apps[0].name: 'my app' is no valid name; use letters, digits, '_' and '-',"
                                + " at most 63 of them",
                        "wrong.yaml:12: apps[0].type: 'volumes' is unknown; did you mean 'volume'?",
                        "wrong.yaml:14: apps[0].schedule: '60 2 * * *': minute '60' is wrong; use 0 to 59, *, lists such"
                                + " as 1,5, ranges such as 1-5, or steps such as */5",
                        "wrong.yaml:17: apps[1].source: '/home/me' lies in /home, which is never backed up; list /home/me"
                                + " under docker.allowed_paths if you mean it",
                        "wrong.yaml:18: apps[1].schedul: unknown setting; did you mean 'schedule'?",
                        "wrong.yaml:19: apps[1].retention.daily: expected a whole number such as 7, found 'many'",
                        "wrong.yaml:19: apps[1].retention.weekly: expected a number, found a list",
                        "wrong.yaml:19: apps[1].retention.keep_last: must be 1 to 1000, and is -1; leave it out to switch"
                                + " it off",
                        "wrong.yaml:20: apps[1].timeout: '90' is no length of time; write one such as 90s, 5m, 12h or"
                                + " 1h30m, at most 366d",
                        "wrong.yaml:21: apps[2].name: 'Shop' is already the name of the app in line 15 (case does not"
                                + " count); rename one of them",
                        "wrong.yaml:21: apps[2].source: is missing; name a volume, or the path of a directory",
                        "wrong.yaml:23: apps[2].timezone: 'Europe/Berln' is no time zone; did you mean 'Europe/Berlin'?",
                        "wrong.yaml:24: apps[2].schedule: '0 0 31 2 *' never fires: no month that it names has such a"
                                + " day; correct the day or the month",
                        "wrong.yaml:28: apps[2].hooks.pre_backup[1].start: unknown setting; known here: docker, exec, local,"
                                + " on_error, run, timeout",
                        "wrong.yaml:28: apps[2].hooks.pre_backup[1]: says nothing to do; write one of exec, docker and"
                                + " local, or remove it",
                        "wrong.yaml:29: destination: unknown setting; did you mean 'destinations'?");
    }

    @Test
    void exampleIsAcceptedAndEveryCommentedSettingInItIsKnown() throws Exception {
        Map<String, String> environment = Map.of("GPG_PUBLIC_KEY", KEY);
        Declared declared = declared(new ConfigReader().read(Path.of("config.yaml.example"), environment));
        assertThat(declared.warnings()).isEmpty();
        assertThat(declared.policies()).hasSize(1);

        Path file = write(ExampleFile.everything());
        Declared full = declared(new ConfigReader().read(file, Map.of("DOKSNAP_API_KEY", "x")));
        assertThat(full.policies()).extracting(Policy::name).containsExactly("myapp", "website", "shop");
        assertThat(full.settings().docker().allowedPaths().listed()).containsExactly(Path.of("/mnt/data"));
        assertThat(full.settings().host()).contains("server1");
    }

    @Test
    void withoutAFileBackupsGoToTheDataDirectoryWhateverItIsCalled() {
        Declared usual = declared(new ConfigReader().withoutFile(Path.of("/it's here: {a}"), Map.of()));
        assertThat(usual.settings().dataDirectory()).contains(Path.of("/it's here: {a}"));
        assertThat(usual.settings().destinations())
                .isEqualTo(Map.of("default", new Destination.Directory(Path.of("/it's here: {a}/backups"))));
        assertThat(usual.apps()).isEmpty();
        assertThat(usual.warnings())
                .singleElement()
                .asString()
                .startsWith("environment: encryption: is not configured, so archives are stored as they are");

        Declared elsewhere =
                declared(new ConfigReader().withoutFile(Path.of("/a"), Map.of("DOKSNAP_DATA_DIR", "/elsewhere")));
        assertThat(elsewhere.settings().destinations())
                .isEqualTo(Map.of("default", new Destination.Directory(Path.of("/elsewhere/backups"))));
    }

    @Test
    void exampleOfTheEnvironmentNamesNoUnknownVariable() throws Exception {
        Map<String, String> environment = Files.readString(Path.of(".env.example"))
                .lines()
                .map(line -> line.replaceFirst("^# ", ""))
                .filter(line -> line.matches("[A-Z_]+=.*"))
                .map(line -> line.split("=", 2))
                .filter(pair -> !pair[0].endsWith("_FILE"))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        assertThat(environment).hasSizeGreaterThan(8);
        Declared declared =
                declared(new ConfigReader().read(write("storage: {directory: backups}\napps: []\n"), environment));
        assertThat(declared.settings().host()).contains("server1");
        assertThat(declared.settings().dataDirectory()).contains(Path.of("/var/lib/doksnap"));
        assertThat(declared.settings().timeZone()).isEqualTo(ZoneId.of("Europe/Berlin"));
        assertThat(declared.settings().docker().host()).isEqualTo("tcp://127.0.0.1:2375");
        assertThat(declared.warnings()).noneMatch(warning -> warning.toString().contains("environment"));
    }

    @Test
    void missingFileSaysWhatToDo() {
        Path file = directory.resolve("config.yaml");
        assertThat(lines(new ConfigReader().read(file, Map.of())))
                .containsExactly("config.yaml: there is no file " + file
                        + "; copy config.yaml.example there, or name the file you mean");
    }

    @Test
    void directoryInPlaceOfTheFileIsNamedForWhatItIs() throws IOException {
        Path file = Files.createDirectory(directory.resolve("config.yaml"));
        assertThat(lines(new ConfigReader().read(file, Map.of())))
                .containsExactly(
                        "config.yaml: " + file + " is a directory; name the file in it (Docker makes a directory"
                                + " where a mounted file is missing)");
    }

    @Test
    void fileLargerThanOneMebibyteIsRefused() throws IOException {
        Path file = write("#".repeat((1 << 20) + 1));
        assertThat(lines(new ConfigReader().read(file, Map.of())))
                .containsExactly("config.yaml: " + file + " is larger than 1 MiB; is it the right file?");
    }

    @Test
    void fileOfExactlyOneMebibyteIsRead() throws IOException {
        String text = "storage: {directory: backups}\n";
        Path file = write(text + "#".repeat((1 << 20) - text.length()));
        assertThat(new ConfigReader().read(file, Map.of())).isInstanceOf(Declared.class);
    }

    @Test
    void textThatIsNotUtf8IsRefusedAtItsLine() throws IOException {
        Path file = directory.resolve("config.yaml");
        Files.write(file, "host: a\nbucket: M\u00fcll\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(lines(new ConfigReader().read(file, Map.of())))
                .containsExactly("config.yaml:2: is not UTF-8 from here on; save the file as UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"storage: {directory: caf", "storage: {directory: b"})
    void textCutOffInTheMiddleOfACharacterIsRefused(String start) throws IOException {
        Path file = directory.resolve("config.yaml");
        byte[] cut = (start + "\u00e9").getBytes(StandardCharsets.UTF_8);
        Files.write(file, Arrays.copyOf(cut, cut.length - 1));
        assertThat(lines(new ConfigReader().read(file, Map.of())))
                .containsExactly("config.yaml:1: is not UTF-8 from here on; save the file as UTF-8");
    }

    @Test
    void byteOrderMarkIsIgnored() throws IOException {
        Path file = write("\uFEFFstorage: {directory: backups}\n");
        assertThat(new ConfigReader().read(file, Map.of())).isInstanceOf(Declared.class);
    }

    @Test
    void certificatesForTheEngineAreThoseOfTheFileElseThoseOfTheDockerCommand() throws Exception {
        Map<String, String> environment =
                Map.of("DOCKER_TLS_VERIFY", "1", "DOCKER_CERT_PATH", "/certs", "DOCKER_HOST", "tcp://h:2376");
        String rest = "storage: {directory: backups}\napps: []\n";
        assertThat(declared(new ConfigReader().read(write(rest), environment))
                        .settings()
                        .docker()
                        .tls())
                .contains(new EngineTls(
                        Path.of("/certs/ca.pem"),
                        Optional.of(new EngineTls.Own(Path.of("/certs/cert.pem"), Path.of("/certs/key.pem")))));
        Path file = write("docker: {host: \"tcp://h\", tls: {ca: my/ca.pem}}\n" + rest);
        assertThat(declared(new ConfigReader().read(file, environment))
                        .settings()
                        .docker()
                        .tls())
                .contains(new EngineTls(file.resolveSibling("my/ca.pem"), Optional.empty()));
        assertThat(declared(new ConfigReader().read(write(rest), Map.of()))
                        .settings()
                        .docker()
                        .tls())
                .isEmpty();
        assertThat(lines(new ConfigReader().read(write("docker: {tls: {cert: c}}\n" + rest), Map.of())))
                .singleElement()
                .asString()
                .contains("names no certificate authority");
        assertThat(lines(new ConfigReader().read(write("docker: {tls: {ca: a, cert: c}}\n" + rest), Map.of())))
                .singleElement()
                .asString()
                .contains("needs both cert and key");
        assertThat(declared(new ConfigReader().read(write("docker: {host: \"ssh://me@h:22\"}\n" + rest), Map.of()))
                        .settings()
                        .docker()
                        .host())
                .isEqualTo("ssh://me@h:22");
        assertThat(lines(new ConfigReader().read(write("docker: {host: \"ssh://me:geheim@h\"}\n" + rest), Map.of())))
                .singleElement()
                .asString()
                .contains("no password")
                .doesNotContain("geheim");
    }

    private Path write(String text) throws IOException {
        return Files.writeString(directory.resolve("config.yaml"), text);
    }

    private static Path resource(String name) throws URISyntaxException {
        return Path.of(
                Objects.requireNonNull(ConfigReaderTest.class.getResource(name)).toURI());
    }

    private static Declared declared(Declarations result) {
        assertThat(result).isInstanceOf(Declared.class);
        return (Declared) result;
    }

    private static List<String> lines(Declarations result) {
        assertThat(result).isInstanceOf(Rejected.class);
        return ((Rejected) result)
                .problems().stream().map(ConfigProblem::toString).toList();
    }
}
