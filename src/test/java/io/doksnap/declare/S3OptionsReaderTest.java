package io.doksnap.declare;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.declare.Declarations.Declared;
import io.doksnap.declare.Declarations.Rejected;
import io.doksnap.declare.Destination.AtRest;
import io.doksnap.declare.Destination.ObjectLock;
import io.doksnap.declare.Destination.S3Options;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class S3OptionsReaderTest {
    @Test
    void bucketNeedsNoneOfThem() {
        assertThat(options("", Map.of())).isEqualTo(S3Options.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource({"AES256, AES256", "aes256, AES256", "aws:kms, KMS", "none, NOT_ASKED"})
    void encryptionAtRestIsAskedForAsWritten(String written, AtRest expected) {
        assertThat(options(", sse: '" + written + "'", Map.of()).atRest()).isEqualTo(expected);
    }

    @Test
    void objectLockIsReadWhole() {
        assertThat(options(", object_lock: {mode: Compliance, days: 7}", Map.of())
                        .objectLock())
                .contains(new ObjectLock(true, 7));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "storage_class: a b|storage_class: 'a b' is no storage class; write one such as STANDARD_IA",
                "storage_class: DEEP_ARCHIVE|storage_class: objects in DEEP_ARCHIVE cannot be read at once, so backups could not even be listed; use GLACIER_IR, or a lifecycle rule that moves old archives and no .json",
                "sse: rot13|sse: 'rot13' is no way to encrypt; write AES256, aws:kms or none",
                "sse_kms_key_id: k|sse_kms_key_id: is used with sse: aws:kms alone; set that, or remove the key",
                "object_lock: {mode: strong, days: 7}|object_lock.mode: 'strong' is no mode; write governance (some may remove objects earlier) or compliance (nobody can)",
                "object_lock: {mode: governance}|object_lock.days: is missing; say how many days nothing can be removed, such as 30",
                "object_lock: {days: 7}|object_lock.mode: is missing; write governance (some may remove objects earlier) or compliance (nobody can)",
                "object_lock: {mode: governance, days: 0}|object_lock.days: 0 is not between 1 and 36500",
                "part_limit: 10001|part_limit: 10001 is not between 10 and 10000",
                "proxy: 'socks5://u:hunter2@p:1'|proxy: is no proxy that can be used; write http://host:port, or"
                        + " http://user:password@host:port with %40 for @ and the like in the password",
                "proxy: 'http://u:hunter2 @p:1'|proxy: is no proxy; write http://host:port, or"
                        + " http://user:password@host:port with %40 for @ and the like in the password"
            })
    void wrongSettingIsNamedWithItsRemedy(String setting, String message) {
        Declarations result = parse(", " + setting, Map.of());
        assertThat(result).isInstanceOf(Rejected.class);
        assertThat(((Rejected) result).problems())
                .extracting(Object::toString)
                .containsExactly("config.yaml:1: s3." + message);
    }

    @ParameterizedTest
    @CsvSource({
        "https://minio:9000, HTTPS_PROXY, , http://proxy:3128",
        "https://minio:9000, https_proxy, , http://proxy:3128",
        "http://minio:9000, HTTPS_PROXY, ,",
        "http://minio:9000, HTTP_PROXY, , http://proxy:3128",
        "s3.amazonaws.com, HTTPS_PROXY, , http://proxy:3128",
        "s3.amazonaws.com, HTTPS_PROXY, .amazonaws.com,",
        "https://minio.example.org, HTTPS_PROXY, 'a.b, example.org:443',",
        "https://minio.example.org, HTTPS_PROXY, '*',",
        "https://minio.example.org, HTTPS_PROXY, '*.example.org',",
        "https://notexample.org, HTTPS_PROXY, example.org, http://proxy:3128",
        "https://127.0.0.1:9000, HTTPS_PROXY, ,",
        "https://localhost:9000, HTTPS_PROXY, ,"
    })
    void usualVariablesNameTheProxy(String endpoint, String variable, String exempt, String expected) {
        Map<String, String> environment = new TreeMap<>(Map.of(variable, "proxy:3128"));
        if (exempt != null) {
            environment.put("NO_PROXY", exempt);
        }
        assertThat(options(", endpoint: '" + endpoint + "'", environment)
                        .proxy()
                        .map(Object::toString)
                        .orElse(null))
                .isEqualTo(expected);
    }

    @Test
    void loginOfAProxyIsTakenApartAndNeverShown() {
        Destination.HttpProxy proxy = options(", proxy: 'http://Me:a%40b%3Ac:d@proxy'", Map.of())
                .proxy()
                .orElseThrow();
        assertThat(proxy).isEqualTo(new Destination.HttpProxy("proxy", 80, Optional.of("Me"), Optional.of("a@b:c:d")));
        assertThat(proxy).hasToString("http://Me:***@proxy:80");
    }

    @Test
    void settingCountsBeforeTheVariables() {
        Map<String, String> environment = Map.of("HTTPS_PROXY", "http://other:1", "NO_PROXY", "*");
        assertThat(options(", proxy: 'http://proxy:3128'", environment).proxy().map(Object::toString))
                .contains("http://proxy:3128");
        assertThat(options(", proxy: none", Map.of("HTTPS_PROXY", "http://other:1"))
                        .proxy())
                .isEmpty();
    }

    private static S3Options options(String settings, Map<String, String> environment) {
        Declarations result = parse(settings, environment);
        assertThat(result).isInstanceOf(Declared.class);
        return ((Destination.S3)
                        ((Declared) result).settings().destination("default").orElseThrow())
                .options();
    }

    private static Declarations parse(String settings, Map<String, String> environment) {
        return new ConfigParser("config.yaml", Path.of("/etc/doksnap"), environment)
                .parse("s3: {bucket: abc" + settings + "}\n");
    }
}
