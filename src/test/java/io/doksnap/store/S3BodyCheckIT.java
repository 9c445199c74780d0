package io.doksnap.store;

import static io.doksnap.store.ScriptedS3.PART;
import static io.doksnap.store.ScriptedS3.good;
import static io.doksnap.store.ScriptedS3.store;
import static io.doksnap.store.ScriptedS3.uploadOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.testing.ScriptedServer;
import io.doksnap.testing.ScriptedServer.Answer;
import io.doksnap.testing.ScriptedServer.Request;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parts carry what the server really compares with their bytes. */
@Timeout(60)
class S3BodyCheckIT {
    private static final int TRIAL_AND_PARTS = 1 + 3;

    private final AtomicInteger asked = new AtomicInteger();

    @ParameterizedTest
    @ValueSource(strings = {"XAmzContentSHA256Mismatch", "SignatureDoesNotMatch", "BadDigest"})
    void serverThatNoticesAWrongSha256GetsNoMd5(String code) throws Exception {
        try (ScriptedServer server = ScriptedServer.start(
                        request -> isFirst(request) ? Answer.error(400, code, "no") : good(request));
                ObjectStore store = store(server.endpoint(), false)) {
            uploadOf(store, 2 * PART + 1);
            uploadOf(store, 2 * PART + 1);
            assertThat(parts(server))
                    .as("asked only once")
                    .hasSize(TRIAL_AND_PARTS + 3)
                    .allSatisfy(part -> assertThat(part.headers()).doesNotContainKey("content-md5"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"InvalidRequest", "AccessDenied", "NotImplemented"})
    void otherRefusalIsNoSignThatItNotices(String code) throws Exception {
        try (ScriptedServer server = ScriptedServer.start(
                        request -> isFirst(request) ? Answer.error(400, code, "no") : good(request));
                ObjectStore store = store(server.endpoint(), false)) {
            uploadOf(store, 2 * PART + 1);
            assertThat(parts(server).subList(1, TRIAL_AND_PARTS))
                    .allSatisfy(part -> assertThat(part.headers()).containsKey("content-md5"));
        }
    }

    @Test
    void serverThatIsBusyIsAskedAgainByTheNextUpload() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(request -> isFirst(request)
                        ? Answer.error(503, "SlowDown", "no")
                        : isTrial(request) ? Answer.error(400, "XAmzContentSHA256Mismatch", "no") : good(request));
                ObjectStore store = store(server.endpoint(), false)) {
            uploadOf(store, 2 * PART + 1);
            uploadOf(store, 2 * PART + 1);
            List<Request> parts = parts(server);
            assertThat(parts).hasSize(2 * TRIAL_AND_PARTS);
            assertThat(parts.subList(1, TRIAL_AND_PARTS))
                    .allSatisfy(part -> assertThat(part.headers()).containsKey("content-md5"));
            assertThat(parts.subList(TRIAL_AND_PARTS, 2 * TRIAL_AND_PARTS))
                    .allSatisfy(part -> assertThat(part.headers()).doesNotContainKey("content-md5"));
        }
    }

    @Test
    void changedBodyIsSentAgainAlsoWhereTheServerCallsItAWrongSignature() throws Exception {
        AtomicInteger changed = new AtomicInteger(3);
        try (ScriptedServer server = ScriptedServer.start(request ->
                        isTrial(request) || (request.is("PUT", "partNumber=2") && changed.getAndDecrement() > 0)
                                ? Answer.error(403, "SignatureDoesNotMatch", "no")
                                : good(request));
                ObjectStore store = store(server.endpoint(), false)) {
            uploadOf(store, 2 * PART + 1);
            assertThat(parts(server)).hasSize(TRIAL_AND_PARTS + 3);
        }
    }

    private boolean isFirst(Request request) {
        return isTrial(request) && asked.getAndIncrement() == 0;
    }

    private static boolean isTrial(Request request) {
        return request.is("PUT", "partNumber=1") && "1".equals(request.headers().get("content-length"));
    }

    private static List<Request> parts(ScriptedServer server) {
        return server.requests().stream()
                .filter(request -> request.is("PUT", "partNumber="))
                .toList();
    }
}
