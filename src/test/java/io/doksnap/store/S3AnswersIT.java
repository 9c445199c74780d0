package io.doksnap.store;

import static io.doksnap.store.ObjectStoreContract.assertKind;
import static io.doksnap.store.ScriptedS3.PART;
import static io.doksnap.store.ScriptedS3.good;
import static io.doksnap.store.ScriptedS3.store;
import static io.doksnap.store.ScriptedS3.uploadOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doksnap.store.StoreException.Kind;
import io.doksnap.testing.ScriptedServer;
import io.doksnap.testing.ScriptedServer.Answer;
import io.doksnap.testing.ScriptedServer.Request;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What servers were seen to answer, and what becomes of it. */
@Timeout(60)
class S3AnswersIT {
    @Test
    void serverThatIsBusyTenTimesIsAskedAgain() throws Exception {
        AtomicInteger busy = new AtomicInteger(10);
        try (ScriptedServer server = ScriptedServer.start(request -> busy.getAndDecrement() > 0
                        ? Answer.error(503, "SlowDown", "Please reduce your request rate.")
                        : good(request));
                ObjectStore store = store(server.endpoint(), false)) {
            store.put("object", new byte[3]);
            assertThat(server.requests()).hasSize(11);
        }
    }

    @Test
    void serverThatIsAlwaysBusyIsGivenUp() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(
                        request -> Answer.error(503, "SlowDown", "Please reduce your request rate."));
                ObjectStore store = store(server.endpoint(), false)) {
            assertThatThrownBy(() -> store.put("object", new byte[3])).hasMessageContaining("503 SlowDown");
            assertThat(server.requests()).hasSize(12);
        }
    }

    @Test
    void refusedEncryptionIsDroppedOnceAndForAll() throws Exception {
        try (ScriptedServer server =
                        ScriptedServer.start(request -> request.headers().containsKey("x-amz-server-side-encryption")
                                ? Answer.error(
                                        501,
                                        "NotImplemented",
                                        "A header you provided implies functionality that is not implemented")
                                : good(request));
                ObjectStore store = store(server.endpoint(), true)) {
            store.put("one", new byte[3]);
            store.put("two", new byte[3]);
            uploadOf(store, 2 * PART + 1);
            assertThat(server.requests().stream()
                            .filter(request -> request.headers().containsKey("x-amz-server-side-encryption")))
                    .hasSize(1);
        }
    }

    @Test
    void encryptionIsAskedForWhereItIsWanted() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(ScriptedS3::good);
                ObjectStore store = store(server.endpoint(), true)) {
            store.put("one", new byte[3]);
            uploadOf(store, 2 * PART + 1);
            assertThat(server.requests().stream()
                            .filter(request -> "AES256".equals(request.headers().get("x-amz-server-side-encryption")))
                            .map(Request::method))
                    .containsExactly("PUT", "POST");
        }
    }

    @Test
    void refusalThatHasNothingToDoWithEncryptionIsReported() throws Exception {
        try (ScriptedServer server =
                        ScriptedServer.start(request -> Answer.error(400, "InvalidRequest", "Bad bucket name"));
                ObjectStore store = store(server.endpoint(), true)) {
            assertThatThrownBy(() -> store.put("one", new byte[3])).hasMessageContaining("Bad bucket name");
            assertThat(server.requests()).hasSize(2);
        }
    }

    @Test
    void requestsCarryNoTrailersAndTheMd5OfTheirBody() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(ScriptedS3::good);
                ObjectStore store = store(server.endpoint(), false)) {
            store.put("one", new byte[3]);
            uploadOf(store, 2 * PART + 1);
            List<Request> puts = server.requests().stream()
                    .filter(request -> request.method().equals("PUT"))
                    .toList();
            assertThat(puts).hasSize(5);
            assertThat(puts.stream().filter(put -> !put.headers().containsKey("content-md5")))
                    .as("the one that tries out whether a wrong SHA-256 is noticed")
                    .hasSize(1);
            assertThat(puts).allSatisfy(put -> {
                assertThat(put.headers()).doesNotContainKeys("x-amz-trailer", "transfer-encoding", "expect");
                assertThat(put.headers().get("x-amz-content-sha256")).matches("[0-9a-f]{64}");
            });
        }
    }

    @Test
    void bucketOfAnotherRegionIsNamedWithThatRegion() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(request -> Answer.error(301, "PermanentRedirect", "elsewhere")
                        .with("x-amz-bucket-region", "eu-central-1"));
                ObjectStore store = store(server.endpoint(), false)) {
            assertThatThrownBy(() -> store.find("object")).hasMessageContaining("eu-central-1");
            assertThatThrownBy(() -> store.put("object", new byte[3])).hasMessageContaining("eu-central-1");
        }
    }

    @Test
    void missingPermissionIsNamed() throws Exception {
        try (ScriptedServer server =
                        ScriptedServer.start(request -> Answer.error(403, "AccessDenied", "Access Denied"));
                ObjectStore store = store(server.endpoint(), false)) {
            assertKind(Kind.ACCESS_DENIED, () -> store.list("", object -> {}));
            assertThatThrownBy(() -> store.list("", object -> {})).hasMessageContaining("s3:ListBucket");
            assertThatThrownBy(() -> store.delete("object")).hasMessageContaining("s3:DeleteObject");
            assertThatThrownBy(() -> store.put("object", new byte[3])).hasMessageContaining("s3:PutObject");
            assertThatThrownBy(() -> store.discardUploads("")).hasMessageContaining("s3:ListBucketMultipartUploads");
        }
    }

    @Test
    void objectLockIsToldFromAMissingPermission() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(request -> request.is("GET", "?retention")
                        ? Answer.of(
                                200,
                                "<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>2099-01-01T00:00:00Z</RetainUntilDate>"
                                        + "</Retention>")
                        : Answer.error(403, "AccessDenied", "Access Denied"));
                ObjectStore store = store(server.endpoint(), false)) {
            assertKind(Kind.LOCKED, () -> store.delete("object"));
            assertThatThrownBy(() -> store.delete("object")).hasMessageContaining("2099-01-01");
        }
    }

    @Test
    void legalHoldIsNamed() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(request -> request.is("GET", "?legal-hold")
                        ? Answer.of(200, "<LegalHold><Status>ON</Status></LegalHold>")
                        : Answer.error(403, "AccessDenied", "Access Denied"));
                ObjectStore store = store(server.endpoint(), false)) {
            assertKind(Kind.LOCKED, () -> store.delete("object"));
            assertThatThrownBy(() -> store.delete("object")).hasMessageContaining("legal hold");
        }
    }

    @Test
    void clocksThatDifferAreNamedAtOnce() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(
                        request -> Answer.error(403, "RequestTimeTooSkewed", "The difference is too large.")
                                .with("Date", "Mon, 23 Nov 2026 08:00:00 GMT"));
                ObjectStore store = store(server.endpoint(), false)) {
            assertThatThrownBy(() -> store.list("", object -> {}))
                    .hasMessageContaining("clock")
                    .hasMessageContaining("08:00:00");
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void clockOfOneServerIsNotTakenForThatOfAnother() throws Exception {
        clocksThatDifferAreNamedAtOnce();
        List<String> times = new ArrayList<>();
        try (ScriptedServer server = ScriptedServer.start(request -> {
                    times.add(String.valueOf(request.headers().get("x-amz-date")));
                    return Answer.error(403, "AccessDenied", "no");
                });
                ObjectStore store = store(server.endpoint(), false)) {
            assertThatThrownBy(() -> store.list("", object -> {})).isInstanceOf(StoreException.class);
        }
        Instant sent =
                Instant.from(DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssX").parse(times.get(0)));
        assertThat(Duration.between(sent, Instant.now()).abs()).isLessThan(Duration.ofMinutes(5));
    }

    @Test
    void wrongRegionIsNamedHoweverTheServerSaysIt() throws Exception {
        for (Answer answer : List.of(
                Answer.error(400, "AuthorizationHeaderMalformed", "the region 'us-east-1' is wrong"),
                Answer.error(400, "IllegalLocationConstraintException", "wrong"),
                Answer.error(307, "TemporaryRedirect", "elsewhere"),
                Answer.error(301, "PermanentRedirect", "elsewhere"))) {
            try (ScriptedServer server = ScriptedServer.start(request -> answer);
                    ObjectStore store = store(server.endpoint(), false)) {
                assertThatThrownBy(() -> store.put("object", new byte[3]))
                        .hasMessageContaining("check the endpoint and the region");
                assertThat(server.requests()).hasSize(1);
            }
        }
    }

    @Test
    void objectInAnArchiveIsNamed() throws Exception {
        try (ScriptedServer server =
                        ScriptedServer.start(request -> Answer.error(403, "InvalidObjectState", "not accessible"));
                ObjectStore store = store(server.endpoint(), false)) {
            assertThatThrownBy(() -> store.read("object").close()).hasMessageContaining("restore it first");
        }
    }

    @Test
    void fullServerIsNamed() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(
                        request -> Answer.error(507, "XMinioStorageFull", "Storage backend has reached its minimum"));
                ObjectStore store = store(server.endpoint(), false)) {
            assertKind(Kind.DISK_FULL, () -> store.put("object", new byte[3]));
        }
    }

    @Test
    void listingThatFailsOnItsSecondPageThrows() throws Exception {
        try (ScriptedServer server =
                        ScriptedServer.start(request -> request.target().contains("continuation-token")
                                ? Answer.error(500, "InternalError", "oops")
                                : Answer.of(
                                        200,
                                        "<ListBucketResult><IsTruncated>true</IsTruncated>"
                                                + "<NextContinuationToken>t</NextContinuationToken>"
                                                + "<Contents><Key>pre/fix/one</Key><Size>1</Size>"
                                                + "<LastModified>2026-01-01T00:00:00Z</LastModified></Contents>"
                                                + "</ListBucketResult>"));
                ObjectStore store = store(server.endpoint(), false)) {
            List<String> seen = new ArrayList<>();
            assertThatThrownBy(() -> store.list("", object -> seen.add(object.key())))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("500 InternalError");
            assertThat(seen).containsExactly("one");
        }
    }

    @Test
    void listingThatLeavesThePrefixThrows() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(request -> Answer.of(
                        200,
                        "<ListBucketResult><Contents><Key>foreign/object</Key><Size>1</Size>"
                                + "<LastModified>2026-01-01T00:00:00Z</LastModified></Contents></ListBucketResult>"));
                ObjectStore store = store(server.endpoint(), false)) {
            assertKind(Kind.REFUSED, () -> store.list("", object -> {}));
        }
    }

    @Test
    void serverThatCannotListUploadsIsNoFailure() throws Exception {
        for (int status : new int[] {404, 405, 501}) {
            try (ScriptedServer server = ScriptedServer.start(request -> Answer.error(status, "NotImplemented", "no"));
                    ObjectStore store = store(server.endpoint(), false)) {
                assertThat(store.discardUploads("")).isZero();
            }
        }
    }

    @Test
    void bodyThatEndsEarlyAgainAndAgainIsNeverTakenForTheWhole() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(request -> request.headers()
                                .containsKey("range")
                        ? Answer.of(206, "").with("Content-Length", "95").thenBreakOff()
                        : Answer.of(200, "12345")
                                .with("Content-Length", "100")
                                .with("ETag", "\"e\"")
                                .thenBreakOff());
                ObjectStore store = store(server.endpoint(), false);
                InputStream in = store.read("object")) {
            assertKind(Kind.UNREACHABLE, in::readAllBytes);
            assertThat(server.requests().get(1).headers())
                    .containsEntry("range", "bytes=5-")
                    .containsEntry("if-match", "\"e\"");
        }
    }

    @Test
    void serverThatIgnoresRangesCannotDamageADownload() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(request ->
                        Answer.of(200, "12345").with("Content-Length", "100").thenBreakOff());
                ObjectStore store = store(server.endpoint(), false);
                InputStream in = store.read("object")) {
            assertKind(Kind.MISMATCH, in::readAllBytes);
        }
    }

    @Test
    void openingContactsNobody() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(ScriptedS3::good)) {
            ObjectStore store = store(server.endpoint(), false);
            assertThat(store.location()).isEqualTo("s3://bucket/pre/fix/ at " + server.endpoint());
            store.upload("object").close();
            store.close();
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void prefixIsPutBeforeEveryKey() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(ScriptedS3::good);
                ObjectStore store = store(server.endpoint(), false)) {
            store.put("a b", new byte[3]);
            assertThat(server.requests().get(0).target()).isEqualTo("/bucket/pre/fix/a%20b");
        }
    }
}
