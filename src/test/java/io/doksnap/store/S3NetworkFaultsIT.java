package io.doksnap.store;

import static io.doksnap.store.ObjectStoreContract.assertKind;
import static io.doksnap.store.ObjectStoreContract.bytes;
import static io.doksnap.store.ObjectStoreContract.sha256;
import static io.doksnap.store.ObjectStoreContract.writeInPieces;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.doksnap.store.StoreException.Kind;
import io.doksnap.testing.FaultyProxy;
import io.doksnap.testing.FaultyProxy.Fault;
import io.doksnap.testing.S3Server;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real S3 server behind a network that breaks. */
@Timeout(60)
class S3NetworkFaultsIT {
    private static final int PART = 5 << 20;
    private static final byte[] CONTENT = bytes(4 * PART + 5);
    private static final S3Limits.Patience QUICK = new S3Limits.Patience(
            Duration.ofSeconds(2),
            Duration.ofSeconds(1),
            Duration.ofMillis(1500),
            Duration.ofSeconds(5),
            12,
            4,
            Duration.ofMillis(5),
            Duration.ofMillis(20));
    private static final AtomicInteger BUCKETS = new AtomicInteger();

    private static S3Server server;

    private final String bucket = "faults-" + BUCKETS.incrementAndGet();

    @BeforeAll
    static void startServer() throws StoreException {
        server = S3Server.start();
        // The first requests load classes; the impatient stores of these tests would take that for silence.
        try (ObjectStore patient = ObjectStores.open(server.newBucket("warm-up"))) {
            patient.put("object", new byte[3]);
            patient.list("", object -> {});
        }
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @Test
    void resetConnectionsCostOnlyThePartsThatWereOnThem() throws Exception {
        try (FaultyProxy proxy = proxy(Fault.resetUpEvery(PART + PART / 2, 3));
                ObjectStore store = storeBehind(proxy)) {
            assertThat(upload(store).sha256()).isEqualTo(sha256(CONTENT));
            assertThat(direct().read("object").readAllBytes()).isEqualTo(CONTENT);
            assertThat(proxy.resets()).isEqualTo(3);
            assertThat(proxy.bytesUp()).isBetween(CONTENT.length + 3 * 16_000L, CONTENT.length + 3 * PART + 100_000L);
        }
    }

    @Test
    void flippedByteIsDetectedAndThePartSentAgain() throws Exception {
        try (FaultyProxy proxy = proxy(Fault.flipUpAfter(PART));
                ObjectStore store = storeBehind(proxy)) {
            assertThat(upload(store).sha256()).isEqualTo(sha256(CONTENT));
            assertThat(direct().read("object").readAllBytes()).isEqualTo(CONTENT);
            assertThat(proxy.bytesUp()).isGreaterThan(CONTENT.length + PART);
        }
    }

    @Test
    void flippedByteInASmallObjectIsDetectedAndItIsSentAgain() throws Exception {
        byte[] small = Arrays.copyOf(CONTENT, 100_000);
        try (FaultyProxy proxy = proxy(Fault.flipUpAfter(20_000));
                ObjectStore store = storeBehind(proxy)) {
            store.put("object", small);
            assertThat(direct().read("object").readAllBytes()).isEqualTo(small);
            assertThat(proxy.bytesUp()).isGreaterThan(2L * small.length);
        }
    }

    @Test
    void completionWhoseAnswerIsLostMakesOneObjectAndNoError() throws Exception {
        try (FaultyProxy proxy = proxy(Fault.loseAnswerTo("POST /" + bucket + "/object?uploadId=", 1));
                ObjectStore store = storeBehind(proxy)) {
            assertThat(upload(store).size()).isEqualTo(CONTENT.length);
            assertThat(direct().read("object").readAllBytes()).isEqualTo(CONTENT);
            assertThat(server.unfinishedUploads(bucket)).isEmpty();
        }
    }

    @Test
    void everyLostAnswerOfAPutIsSentAgain() throws Exception {
        try (FaultyProxy proxy = proxy(Fault.loseAnswerTo("PUT /" + bucket + "/object ", 3));
                ObjectStore store = storeBehind(proxy)) {
            store.put("object", new byte[] {1, 2, 3});
            assertThat(direct().read("object").readAllBytes()).containsExactly(1, 2, 3);
            assertThat(proxy.connections()).isEqualTo(4);
        }
    }

    @Test
    void brokenDownloadGoesOnWhereItBroke() throws Exception {
        try (FaultyProxy proxy = proxy(Fault.none());
                ObjectStore store = storeBehind(proxy)) {
            upload(store);
            proxy.change(Fault.resetDownEvery(PART, 3));
            try (InputStream in = store.read("object")) {
                assertThat(in.readAllBytes()).isEqualTo(CONTENT);
                assertThat(proxy.resets()).isEqualTo(3);
            }
        }
    }

    @Test
    void downloadOfAnObjectThatWasReplacedMeanwhileFails() throws Exception {
        try (FaultyProxy proxy = proxy(Fault.none());
                ObjectStore store = storeBehind(proxy)) {
            upload(store);
            try (InputStream in = store.read("object")) {
                in.readNBytes(PART);
                direct().put("object", new byte[CONTENT.length]);
                proxy.change(Fault.resetDownEvery(PART, 1));
                assertKind(Kind.MISMATCH, in::readAllBytes);
            }
        }
    }

    @Test
    void swallowingEndpointIsUnreachableInBoundedTime() throws Exception {
        try (FaultyProxy proxy = proxy(Fault.swallow());
                ObjectStore store = storeBehind(proxy)) {
            assertUnreachable(() -> store.put("object", new byte[3]));
            assertUnreachable(() -> store.put("object", bytes(PART)));
            assertUnreachable(() -> store.read("object").close());
            assertUnreachable(() -> store.list("", object -> {}));
            assertUnreachable(() -> upload(store));
        }
    }

    @Test
    void endpointThatStopsTakingBytesEndsTheUploadInBoundedTime() throws Exception {
        try (FaultyProxy proxy = proxy(Fault.none());
                ObjectStore store = storeBehind(proxy)) {
            store.put("before", new byte[3]);
            try (Upload upload = store.upload("object")) {
                upload.write(CONTENT, 0, 2 * PART);
                proxy.change(Fault.swallow());
                assertUnreachable(() -> {
                    writeInPieces(upload, CONTENT);
                    upload.commit();
                });
            }
            assertThat(direct().find("object")).isEmpty();
        }
    }

    @Test
    void endpointThatStopsSendingEndsTheDownloadInBoundedTime() throws Exception {
        try (FaultyProxy proxy = proxy(Fault.none());
                ObjectStore store = storeBehind(proxy)) {
            upload(store);
            try (InputStream in = store.read("object")) {
                in.readNBytes(1000);
                proxy.change(Fault.swallow());
                assertUnreachable(in::readAllBytes);
            }
        }
    }

    @Test
    void nobodyListeningIsUnreachableSoon() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        try (ObjectStore store = storeAt(URI.create("http://127.0.0.1:" + port))) {
            assertUnreachable(() -> store.put("object", new byte[3]));
        }
    }

    @Test
    void unknownHostIsUnreachableAndNamed() {
        try (ObjectStore store = storeAt(URI.create("http://no-such-host.invalid"))) {
            StoreException failure = assertUnreachable(() -> store.put("object", new byte[3]));
            assertThat(failure).hasMessageContaining("no-such-host.invalid").hasMessageContaining("unknown");
        }
    }

    @Test
    void tlsWhereThereIsNoneIsUnreachableAndNamed() {
        try (ObjectStore store = storeAt(URI.create("https://127.0.0.1:" + server.port()))) {
            StoreException failure = assertUnreachable(() -> store.put("object", new byte[3]));
            assertThat(failure).hasMessageContaining("TLS");
        }
    }

    @Test
    void wrongCredentialsAreDeniedAtOnceWithoutTellingThem() {
        server.createBucket(bucket);
        for (StoreSettings.Credentials wrong : new StoreSettings.Credentials[] {
            new StoreSettings.Credentials(S3Server.ACCESS_KEY, "wrong-secret-key"),
            new StoreSettings.Credentials("wrong-access-key", "wrong-secret-key")
        }) {
            StoreSettings.S3 right = server.settings(bucket, server.endpoint());
            StoreSettings.S3 settings = new StoreSettings.S3(
                    right.endpoint(), bucket, right.region(), "", true, right.options(), Optional.of(wrong));
            assertThat(settings.toString()).doesNotContain("wrong-secret-key");
            try (ObjectStore store = new S3Store(settings, S3Limits.of(10_000))) {
                for (ThrowingCallable call : new ThrowingCallable[] {
                    () -> store.put("object", new byte[3]),
                    () -> store.find("object"),
                    () -> store.read("object").close(),
                    () -> store.list("", object -> {}),
                    () -> store.delete("object"),
                    () -> store.discardUploads(""),
                    () -> upload(store)
                }) {
                    long start = System.nanoTime();
                    StoreException failure = catchThrowableOfType(StoreException.class, call);
                    assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(Kind.ACCESS_DENIED);
                    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
                    StringWriter trace = new StringWriter();
                    failure.printStackTrace(new PrintWriter(trace));
                    assertThat(trace.toString()).doesNotContain("wrong-secret-key");
                    assertThat(failure)
                            .hasMessageContaining(bucket)
                            .hasMessageMatching(".*(credentials|secret key|access key).*");
                }
            }
        }
    }

    @Test
    void bucketThatDoesNotExistIsNamed() {
        try (ObjectStore store = storeAt(server.endpoint())) {
            for (ThrowingCallable call : new ThrowingCallable[] {
                () -> store.put("object", new byte[3]),
                () -> store.find("object"),
                () -> store.read("object").close(),
                () -> store.list("", object -> {}),
                () -> store.discardUploads(""),
                () -> upload(store)
            }) {
                StoreException failure = catchThrowableOfType(StoreException.class, call);
                assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(Kind.BUCKET_NOT_FOUND);
                assertThat(failure).hasMessageContaining(bucket);
            }
        }
    }

    private FaultyProxy proxy(Fault fault) {
        server.createBucket(bucket);
        return FaultyProxy.before(server.port(), fault);
    }

    private ObjectStore storeBehind(FaultyProxy proxy) {
        return storeAt(proxy.endpoint());
    }

    private ObjectStore storeAt(URI endpoint) {
        return new S3Store(server.settings(bucket, endpoint), new S3Limits(PART, 10, 3, 1000, QUICK));
    }

    private ObjectStore direct() {
        return storeAt(server.endpoint());
    }

    private static CommittedObject upload(ObjectStore store) throws StoreException {
        try (Upload upload = store.upload("object")) {
            writeInPieces(upload, CONTENT);
            return upload.commit();
        }
    }

    private static StoreException assertUnreachable(ThrowingCallable call) {
        long start = System.nanoTime();
        StoreException failure = catchThrowableOfType(StoreException.class, call);
        assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(Kind.UNREACHABLE);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(12));
        return failure;
    }
}
