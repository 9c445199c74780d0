package io.doksnap.store;

import static io.doksnap.store.ScriptedS3.good;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.doksnap.store.StoreException.Kind;
import io.doksnap.store.StoreSettings.Credentials;
import io.doksnap.store.StoreSettings.CredentialsSource;
import io.doksnap.store.StoreSettings.S3Options;
import io.doksnap.testing.FaultyProxy;
import io.doksnap.testing.FaultyProxy.Fault;
import io.doksnap.testing.ScriptedServer;
import io.doksnap.testing.ScriptedServer.Answer;
import io.doksnap.testing.ScriptedServer.Request;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where credentials come from, and what becomes of them when they are refused. */
@Timeout(60)
class S3CredentialsIT {
    private static final String METADATA = "aws.ec2MetadataServiceEndpoint";

    @AfterEach
    void forgetMetadata() {
        System.clearProperty(METADATA);
    }

    @Test
    void replacedCredentialsAreReadOnceMoreAndUsed() throws Exception {
        Credentials[] now = new Credentials[1];
        for (int status : new int[] {401, 403}) {
            now[0] = new Credentials("old", "s");
            try (ScriptedServer server = ScriptedServer.start(request -> signedBy(request, "new")
                            ? good(request)
                            : Answer.error(status, "InvalidAccessKeyId", "unknown"));
                    ObjectStore store = store(server, () -> now[0])) {
                assertThatThrownBy(() -> store.put("one", new byte[3]))
                        .hasMessageMatching(".*(credentials|access key).*");
                assertThat(server.requests()).hasSize(1);
                now[0] = new Credentials("new", "s");
                store.put("one", new byte[3]);
                store.put("two", new byte[3]);
                assertThat(server.requests()).hasSize(4);
            }
        }
    }

    @Test
    void credentialsThatCannotBeReadAreOneClearLine() throws Exception {
        CredentialsSource unreadable = () -> {
            throw new IOException("AWS_SECRET_ACCESS_KEY_FILE: there is no file /run/secrets/key; create it");
        };
        try (ScriptedServer server = ScriptedServer.start(ScriptedS3::good);
                ObjectStore store = store(server, unreadable)) {
            StoreException failure = catchThrowableOfType(StoreException.class, () -> store.put("one", new byte[3]));
            assertThat(failure.kind()).isEqualTo(Kind.ACCESS_DENIED);
            assertThat(failure).hasMessageContaining("there is no file /run/secrets/key; create it");
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void sessionTokenIsSentAndItsEndNamed() throws Exception {
        Credentials session = new Credentials("ASIA", "s", Optional.of("the-token"));
        assertThat(session.toString()).doesNotContain("the-token");
        try (ScriptedServer server = ScriptedServer.start(
                        request -> "the-token".equals(request.headers().get("x-amz-security-token"))
                                ? Answer.error(400, "ExpiredToken", "The provided token has expired.")
                                : good(request));
                ObjectStore store = store(server, session)) {
            StoreException failure = catchThrowableOfType(StoreException.class, () -> store.put("one", new byte[3]));
            assertThat(failure.kind()).isEqualTo(Kind.ACCESS_DENIED);
            assertThat(failure).hasMessageContaining("renew");
        }
    }

    @Test
    void roleOfTheInstanceIsUsedWhereNothingElseIsSet() throws Exception {
        try (ScriptedServer metadata = ScriptedServer.start(S3CredentialsIT::instance);
                ScriptedServer server = ScriptedServer.start(ScriptedS3::good);
                ObjectStore store = store(server.endpoint())) {
            System.setProperty(METADATA, metadata.endpoint().toString());
            store.put("one", new byte[3]);
            assertThat(server.requests()).singleElement().satisfies(request -> {
                assertThat(signedBy(request, "ASIAROLE")).isTrue();
                assertThat(request.headers()).containsEntry("x-amz-security-token", "role-token");
            });
        }
    }

    @Test
    void machineWithoutAnyCredentialsSaysSoSoon() throws Exception {
        try (ScriptedServer nobody = ScriptedServer.start(request -> Answer.of(404, ""));
                FaultyProxy swallowing = FaultyProxy.before(1, Fault.swallow());
                ScriptedServer server = ScriptedServer.start(ScriptedS3::good)) {
            for (URI metadata : new URI[] {nobody.endpoint(), swallowing.endpoint()}) {
                System.setProperty(METADATA, metadata.toString());
                try (ObjectStore store = store(server.endpoint())) {
                    long start = System.nanoTime();
                    StoreException failure =
                            catchThrowableOfType(StoreException.class, () -> store.put("one", new byte[3]));
                    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(12));
                    assertThat(failure.kind()).isEqualTo(Kind.ACCESS_DENIED);
                    assertThat(failure)
                            .hasMessageContaining("AWS_ACCESS_KEY_ID")
                            .hasMessageNotContaining("\n");
                }
            }
            assertThat(server.requests()).isEmpty();
        }
    }

    private static Answer instance(Request request) {
        if (request.is("PUT", "/latest/api/token")) {
            return Answer.of(200, "metadata-token");
        }
        return request.target().endsWith("/the-role")
                ? Answer.of(
                        200,
                        "{\"Code\":\"Success\",\"Type\":\"AWS-HMAC\",\"AccessKeyId\":\"ASIAROLE\","
                                + "\"SecretAccessKey\":\"s\",\"Token\":\"role-token\","
                                + "\"LastUpdated\":\"2026-01-01T00:00:00Z\",\"Expiration\":\"2099-01-01T00:00:00Z\"}")
                : Answer.of(200, "the-role");
    }

    private static boolean signedBy(Request request, String accessKey) {
        return request.headers().getOrDefault("authorization", "").contains("Credential=" + accessKey + "/");
    }

    private static ObjectStore store(ScriptedServer server, CredentialsSource credentials) {
        return ScriptedS3.store(server.endpoint(), S3Options.PLAIN, credentials);
    }

    private static ObjectStore store(URI endpoint) {
        return new S3Store(
                new StoreSettings.S3(
                        Optional.of(endpoint), "bucket", "us-east-1", "", true, S3Options.PLAIN, Optional.empty()),
                ScriptedS3.LIMITS);
    }
}
