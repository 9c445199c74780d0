package io.doksnap.store;

import static io.doksnap.store.ObjectStoreContract.assertKind;
import static io.doksnap.store.ObjectStoreContract.bytes;
import static io.doksnap.store.ScriptedS3.PART;
import static io.doksnap.store.ScriptedS3.good;
import static io.doksnap.store.ScriptedS3.multipartTag;
import static io.doksnap.store.ScriptedS3.store;
import static io.doksnap.store.ScriptedS3.uploadOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doksnap.store.StoreException.Kind;
import io.doksnap.testing.ScriptedServer;
import io.doksnap.testing.ScriptedServer.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An object counts as stored only when the store has all of it; and it counts when the store has it. */
@Timeout(60)
class S3CompletionIT {
    @Test
    void wrongChecksumOfAPartIsAMismatchAfterSeveralAttempts() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(request -> request.is("PUT", "partNumber=2")
                        ? Answer.of(200, "").with("ETag", "\"" + "0".repeat(32) + "\"")
                        : good(request));
                ObjectStore store = store(server.endpoint(), false)) {
            assertKind(Kind.MISMATCH, () -> uploadOf(store, 2 * PART + 1));
            assertThat(server.requests().stream().filter(request -> request.is("PUT", "partNumber=2")))
                    .hasSize(12);
            assertThat(server.requests().stream().filter(request -> request.is("DELETE", "uploadId=")))
                    .hasSize(1);
        }
    }

    @Test
    void checksumOfAnObjectUnderKmsKeysSaysNothing() throws Exception {
        try (ScriptedServer server =
                        ScriptedServer.start(request -> request.method().equals("PUT")
                                ? Answer.of(200, "")
                                        .with("ETag", "\"" + "0".repeat(32) + "\"")
                                        .with("x-amz-server-side-encryption", "aws:kms")
                                : good(request));
                ObjectStore store = store(server.endpoint(), false)) {
            store.put("one", new byte[3]);
            uploadOf(store, 2 * PART + 1);
        }
    }

    @Test
    void completedObjectOfAnotherSizeIsAMismatchAndRemoved() throws Exception {
        try (ScriptedServer server =
                        ScriptedServer.start(request -> request.method().equals("HEAD")
                                ? Answer.of(200, "").with("Content-Length", "17")
                                : good(request));
                ObjectStore store = store(server.endpoint(), false)) {
            assertKind(Kind.MISMATCH, () -> uploadOf(store, 2 * PART + 1));
            assertThat(server.requests().stream()
                            .filter(request -> request.method().equals("DELETE")
                                    && !request.target().contains("?")))
                    .hasSize(1);
        }
    }

    @Test
    void completionThatIsSaidToHaveFailedCountsWhenTheObjectIsThereAllTheSame() throws Exception {
        int size = 2 * PART + 1;
        try (ScriptedServer server = ScriptedServer.start(request -> request.is("POST", "uploadId=")
                        ? Answer.error(404, "NoSuchUpload", "The specified upload does not exist.")
                        : request.method().equals("HEAD")
                                ? good(request).with("ETag", "\"" + multipartTag(bytes(size)) + "\"")
                                : good(request));
                ObjectStore store = store(server.endpoint(), false)) {
            uploadOf(store, size);
            assertThat(server.requests().stream()
                            .filter(request -> request.method().equals("DELETE")))
                    .isEmpty();
        }
    }

    @Test
    void completionThatFailedIsNotExcusedByAnotherObjectOfThatSize() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(request -> request.is("POST", "uploadId=")
                        ? Answer.error(404, "NoSuchUpload", "The specified upload does not exist.")
                        : request.method().equals("HEAD")
                                ? good(request).with("ETag", "\"" + "0".repeat(32) + "-3\"")
                                : good(request));
                ObjectStore store = store(server.endpoint(), false)) {
            assertThatThrownBy(() -> uploadOf(store, 2 * PART + 1)).hasMessageContaining("NoSuchUpload");
        }
    }

    @Test
    void completionThatFailsInsideAGoodAnswerIsAFailure() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(request -> request.is("POST", "uploadId=")
                        ? Answer.of(200, "<Error><Code>InternalError</Code><Message>try again</Message></Error>")
                        : request.method().equals("HEAD") ? Answer.of(404, "") : good(request));
                ObjectStore store = store(server.endpoint(), false)) {
            assertThatThrownBy(() -> uploadOf(store, 2 * PART + 1)).hasMessageContaining("InternalError");
        }
    }

    @Test
    void objectThatOutgrowsThePartLimitIsRefused() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(ScriptedS3::good);
                ObjectStore store = store(server.endpoint(), false)) {
            assertThat(store.maxObjectBytes()).isEqualTo(4 * PART);
            uploadOf(store, 4 * PART);
            assertKind(Kind.REFUSED, () -> uploadOf(store, 4 * PART + 1));
        }
    }
}
