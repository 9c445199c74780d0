package io.doksnap.store;

import static io.doksnap.store.ObjectStoreContract.assertKind;
import static io.doksnap.store.ScriptedS3.PART;
import static io.doksnap.store.ScriptedS3.good;
import static io.doksnap.store.ScriptedS3.options;
import static io.doksnap.store.ScriptedS3.store;
import static io.doksnap.store.ScriptedS3.uploadOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doksnap.store.StoreException.Kind;
import io.doksnap.store.StoreSettings.AtRest;
import io.doksnap.store.StoreSettings.HttpProxy;
import io.doksnap.store.StoreSettings.Login;
import io.doksnap.store.StoreSettings.ObjectLock;
import io.doksnap.store.StoreSettings.S3Options;
import io.doksnap.testing.ScriptedServer;
import io.doksnap.testing.ScriptedServer.Answer;
import io.doksnap.testing.ScriptedServer.Request;
import io.doksnap.testing.SettableClock;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a bucket may need to be told, and how it is told. */
@Timeout(60)
class S3OptionsIT {
    @TempDir
    private Path directory;

    @Test
    void everyObjectCarriesItsTraits() throws Exception {
        S3Options options = new S3Options(
                Optional.of("STANDARD_IA"),
                AtRest.KMS,
                Optional.of("key-1"),
                Optional.of(new ObjectLock(true, 30, SettableClock.at("2026-11-22T02:00:00Z"))),
                1000,
                Optional.empty(),
                Optional.empty());
        try (ScriptedServer server = ScriptedServer.start(ScriptedS3::good);
                ObjectStore store = store(server.endpoint(), options)) {
            store.put("one", new byte[3]);
            uploadOf(store, 2 * PART + 1);
            List<Request> begun = server.requests().stream()
                    .filter(request -> request.is("PUT", "/one") || request.is("POST", "uploads"))
                    .toList();
            assertThat(begun)
                    .hasSize(2)
                    .allSatisfy(request -> assertThat(request.headers())
                            .containsEntry("x-amz-storage-class", "STANDARD_IA")
                            .containsEntry("x-amz-server-side-encryption", "aws:kms")
                            .containsEntry("x-amz-server-side-encryption-aws-kms-key-id", "key-1")
                            .containsEntry("x-amz-object-lock-mode", "COMPLIANCE")
                            .containsEntry("x-amz-object-lock-retain-until-date", "2026-12-22T02:00:00Z"));
            assertThat(server.requests().stream()
                            .filter(request -> request.method().equals("PUT")
                                    && !request.target().endsWith("?retention")))
                    .as("AWS insists on this where there is a lock")
                    .allSatisfy(put -> assertThat(put.headers()).containsKey("content-md5"));
        }
    }

    @Test
    void encryptionThatWasAskedForByNameIsNeverDropped() throws Exception {
        for (AtRest atRest : List.of(AtRest.AES256, AtRest.KMS)) {
            try (ScriptedServer server = ScriptedServer.start(
                            request -> request.headers().containsKey("x-amz-server-side-encryption")
                                    ? Answer.error(501, "NotImplemented", "no")
                                    : good(request));
                    ObjectStore store = store(server.endpoint(), options(atRest))) {
                assertKind(Kind.REFUSED, () -> store.put("one", new byte[3]));
                assertThat(server.requests()).hasSize(1);
            }
        }
    }

    @Test
    void serverOfFewPartsGetsLargerOnes() {
        assertThat(S3Limits.of(10_000).maxObjectBytes()).isEqualTo(10_000L * (8 << 20));
        assertThat(S3Limits.of(1_000).maxObjectBytes()).isEqualTo(1_000L * (16 << 20));
    }

    @Test
    void requestsGoThroughTheProxy() throws Exception {
        S3Options plain = S3Options.PLAIN;
        try (ScriptedServer proxy = ScriptedServer.start(ScriptedS3::good)) {
            S3Options options = new S3Options(
                    plain.storageClass(),
                    plain.atRest(),
                    plain.kmsKey(),
                    plain.objectLock(),
                    plain.partLimit(),
                    plain.authorities(),
                    Optional.of(new HttpProxy(
                            "127.0.0.1", proxy.endpoint().getPort(), Optional.of(new Login("me", "pass:word")))));
            try (ObjectStore store = store(URI.create("http://no-such-host.invalid:9000"), options)) {
                store.put("one", new byte[3]);
                assertThat(proxy.requests())
                        .singleElement()
                        .satisfies(request -> assertThat(request.target())
                                .isEqualTo("http://no-such-host.invalid:9000/bucket/pre/fix/one"))
                        .satisfies(request -> assertThat(request.headers())
                                .containsEntry("proxy-authorization", "Basic bWU6cGFzczp3b3Jk"));
                assertThat(options.toString()).contains("me").doesNotContain("pass:word");
            }
        }
    }

    @Test
    void fileOfAuthoritiesThatIsNoneIsNamed() throws Exception {
        Path noPem = Files.writeString(directory.resolve("no.pem"), "hello");
        for (Path file :
                List.of(directory.resolve("missing.pem"), noPem, Files.createFile(directory.resolve("empty")))) {
            S3Options plain = S3Options.PLAIN;
            S3Options options = new S3Options(
                    plain.storageClass(),
                    plain.atRest(),
                    plain.kmsKey(),
                    plain.objectLock(),
                    plain.partLimit(),
                    Optional.of(file),
                    plain.proxy());
            try (ObjectStore store = store(URI.create("https://127.0.0.1:1"), options)) {
                assertThatThrownBy(() -> store.put("one", new byte[3]))
                        .isInstanceOf(StoreException.class)
                        .hasMessageContaining(file.toString())
                        .hasMessageContaining("ca_file");
            }
        }
    }
}
