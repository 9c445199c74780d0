package io.doksnap.store;

import static io.doksnap.store.ScriptedS3.good;
import static io.doksnap.store.ScriptedS3.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.doksnap.store.StoreException.Kind;
import io.doksnap.testing.ScriptedServer;
import io.doksnap.testing.ScriptedServer.Answer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is no answer of an S3 server, but of a proxy before it, of a web page, or of a part of the server that knows nothing of buckets. */
@Timeout(60)
class S3StrangeAnswersIT {
    private static final String PAGE = "<!DOCTYPE html><html><body><h1>It works!</h1><hr></body></html>";
    private static final String TIDY_PAGE = "<html><head><title>Console</title></head><body>Log in</body></html>";

    /** Several calls, as each takes a different way through the client. */
    private static final List<Call> CALLS = List.of(
            store -> store.list("", object -> {}),
            store -> store.read("object").close(),
            store -> store.delete("object"),
            store -> store.put("object", new byte[3]));

    @FunctionalInterface
    private interface Call {
        void on(ObjectStore store) throws Exception;
    }

    @Test
    void pageThatSaysNotFoundIsNoMissingObject() throws Exception {
        for (Call call : CALLS) {
            try (ScriptedServer server = ScriptedServer.start(request -> Answer.of(404, PAGE));
                    ObjectStore store = store(server.endpoint(), false)) {
                StoreException failure = catchThrowableOfType(StoreException.class, () -> call.on(store));
                assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
                assertThat(failure).hasMessageContaining("404").hasMessageContaining("check that the endpoint");
                assertThat(server.requests()).hasSizeLessThanOrEqualTo(3);
            }
        }
    }

    @Test
    void webPageIsNoEmptyBucketAndNoStoredObject() throws Exception {
        for (String page : List.of(PAGE, TIDY_PAGE, "", "OK")) {
            try (ScriptedServer server = ScriptedServer.start(request -> Answer.of(200, page));
                    ObjectStore store = store(server.endpoint(), false)) {
                assertThatThrownBy(() -> store.list("", object -> {}))
                        .as("listing: '%s'", page)
                        .isInstanceOf(StoreException.class)
                        .hasMessageContaining("check");
                assertThatThrownBy(() -> store.put("object", new byte[3]))
                        .as("put: '%s'", page)
                        .isInstanceOf(StoreException.class)
                        .hasMessageContaining("check that the endpoint");
            }
        }
    }

    @Test
    void errorPageOfAProxyIsTriedAgain() throws Exception {
        for (int status : new int[] {500, 502, 503, 504, 520}) {
            int[] left = {3};
            try (ScriptedServer server =
                            ScriptedServer.start(request -> left[0]-- > 0 ? Answer.of(status, PAGE) : good(request));
                    ObjectStore store = store(server.endpoint(), false)) {
                store.put("object", new byte[3]);
                assertThat(server.requests()).hasSize(4);
            }
        }
    }

    @Test
    void whatABrokenServerMayYetCarryOutIsUndecidedAlsoWhereItRefusesLater() throws Exception {
        assertThat(isUndecidedAfter(403)).isFalse();
        assertThat(isUndecidedAfter(400)).isFalse();
        assertThat(isUndecidedAfter(507)).isFalse();
        assertThat(isUndecidedAfter(500)).isTrue();
        assertThat(isUndecidedAfter(429)).isTrue();
        assertThat(isUndecidedAfter(503, 403)).isTrue();
        assertThat(isUndecidedAfter(408, 507)).isTrue();
    }

    /** What it says of a put that is answered like this, the last answer again and again. */
    private static boolean isUndecidedAfter(int... statuses) throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (ScriptedServer server = ScriptedServer.start(
                        request -> Answer.of(statuses[Math.min(asked.getAndIncrement(), statuses.length - 1)], PAGE));
                ObjectStore store = store(server.endpoint(), false)) {
            return catchThrowableOfType(StoreException.class, () -> store.put("object", new byte[3]))
                    .isUndecided();
        }
    }

    @Test
    void listingThatBeginsAgainBreaksOff() throws Exception {
        for (int cycle : new int[] {1, 2, 3}) {
            AtomicInteger pages = new AtomicInteger();
            try (ScriptedServer server =
                            ScriptedServer.start(request -> page(request, pages.incrementAndGet() % cycle));
                    ObjectStore store = store(server.endpoint(), false)) {
                assertThatThrownBy(() -> store.list("", object -> {}))
                        .isInstanceOf(StoreException.class)
                        .hasMessageContaining("broke off");
                assertThatThrownBy(() -> store.discardUploads(""))
                        .isInstanceOf(StoreException.class)
                        .hasMessageContaining("broke off");
                assertThat(server.requests()).hasSizeLessThan(30);
            }
        }
    }

    private static Answer page(ScriptedServer.Request request, int page) {
        return Answer.of(
                200,
                request.target().contains("uploads")
                        ? "<ListMultipartUploadsResult><Bucket>b</Bucket><IsTruncated>true</IsTruncated><NextKeyMarker>k</NextKeyMarker>"
                                + "<NextUploadIdMarker>u" + page
                                + "</NextUploadIdMarker></ListMultipartUploadsResult>"
                        : "<ListBucketResult><Name>b</Name><KeyCount>0</KeyCount><IsTruncated>true</IsTruncated><NextContinuationToken>t"
                                + page + "</NextContinuationToken></ListBucketResult>");
    }

    @Test
    void errorWithoutACodeIsNamedByItsStatus() throws Exception {
        for (String body : List.of("", "<Error></Error>", "<Error><Message>m</Message></Error>", "{\"error\": 1}")) {
            try (ScriptedServer server = ScriptedServer.start(request -> Answer.of(400, body));
                    ObjectStore store = store(server.endpoint(), false)) {
                assertThatThrownBy(() -> store.delete("object"))
                        .as(body)
                        .isInstanceOf(StoreException.class)
                        .hasMessageContaining("the store answered 400; ");
            }
        }
    }

    @Test
    void unknownAccessKeyIsThatAndNoMissingObjectEvenWith404() throws Exception {
        for (Call call : CALLS) {
            try (ScriptedServer server = ScriptedServer.start(
                            request -> Answer.error(404, "XAdminUserNotFound", "The specified user does not exist."));
                    ObjectStore store = store(server.endpoint(), false)) {
                StoreException failure = catchThrowableOfType(StoreException.class, () -> call.on(store));
                assertThat(failure.kind()).isEqualTo(Kind.ACCESS_DENIED);
                assertThat(failure).hasMessageContaining("AWS_ACCESS_KEY_ID");
            }
        }
    }

    @Test
    void redirectNamesTheServerItLeadsToAndNothingMore() throws Exception {
        for (int status : new int[] {301, 302, 303, 307, 308}) {
            try (ScriptedServer server = ScriptedServer.start(request -> Answer.of(status, PAGE)
                            .with("Location", "https://other.example.com:8443/bucket/?X-Amz-Signature=secret"));
                    ObjectStore store = store(server.endpoint(), false)) {
                for (Call call : CALLS) {
                    assertThatThrownBy(() -> call.on(store))
                            .isInstanceOf(StoreException.class)
                            .hasMessageContaining("https://other.example.com:8443:")
                            .hasMessageContaining("set the endpoint")
                            .hasMessageNotContaining("secret");
                }
                assertThat(server.requests()).hasSizeLessThanOrEqualTo(6);
            }
        }
    }

    @Test
    void regionThatIsExpectedIsSaidAsTheServerSaysIt() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(request -> Answer.error(
                        400, "AuthorizationHeaderMalformed", "the region 'us-east-1' is wrong; expecting 'garage'"));
                ObjectStore store = store(server.endpoint(), false)) {
            assertThatThrownBy(() -> store.list("", object -> {})).hasMessageContaining("expecting 'garage'");
        }
    }
}
