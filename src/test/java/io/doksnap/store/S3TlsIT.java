package io.doksnap.store;

import static io.doksnap.store.ObjectStoreContract.bytes;
import static io.doksnap.store.ObjectStoreContract.sha256;
import static io.doksnap.store.ObjectStoreContract.writeInPieces;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.doksnap.store.StoreException.Kind;
import io.doksnap.store.StoreSettings.S3Options;
import io.doksnap.testing.S3Server;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server whose certificate comes from an authority that only a file names. */
@Timeout(120)
class S3TlsIT {
    private static final String PASSWORD = "changeit";
    private static final int PART = 5 << 20;

    @TempDir
    private static Path directory;

    private static S3Server server;

    @BeforeAll
    static void startServer() throws Exception {
        keytool("-genkeypair", "-keystore", "ca.p12", "-alias", "ca", "-dname", "CN=Test CA", "-ext", "bc:c");
        keytool("-exportcert", "-keystore", "ca.p12", "-alias", "ca", "-rfc", "-file", "ca.pem");
        keytool("-genkeypair", "-keystore", "server.p12", "-alias", "server", "-dname", "CN=127.0.0.1");
        keytool("-certreq", "-keystore", "server.p12", "-alias", "server", "-file", "server.csr");
        keytool(
                "-gencert",
                "-keystore",
                "ca.p12",
                "-alias",
                "ca",
                "-ext",
                "san=ip:127.0.0.1",
                "-infile",
                "server.csr",
                "-outfile",
                "server.crt");
        keytool("-importcert", "-keystore", "server.p12", "-alias", "ca", "-file", "ca.pem", "-noprompt");
        keytool("-importcert", "-keystore", "server.p12", "-alias", "server", "-file", "server.crt");
        server = S3Server.startWithTls(directory.resolve("server.p12"), PASSWORD);
        server.createBucket("bucket");
    }

    @AfterAll
    static void stopServer() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void authorityOfTheFileIsTrusted() throws Exception {
        byte[] content = bytes(2 * PART + 1);
        try (ObjectStore store = store(Optional.of(directory.resolve("ca.pem")))) {
            store.put("small", new byte[3]);
            try (Upload upload = store.upload("large")) {
                writeInPieces(upload, content);
                assertThat(upload.commit().sha256()).isEqualTo(sha256(content));
            }
            try (InputStream in = store.read("large")) {
                assertThat(in.readAllBytes()).isEqualTo(content);
            }
            List<String> keys = new ArrayList<>();
            store.list("", object -> keys.add(object.key()));
            assertThat(keys).containsExactly("large", "small");
        }
    }

    @Test
    void unknownAuthorityIsRefusedAndTheRemedyNamed() {
        try (ObjectStore store = store(Optional.empty())) {
            StoreException failure = catchThrowableOfType(StoreException.class, () -> store.put("small", new byte[3]));
            assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
            assertThat(failure).hasMessageContaining("TLS").hasMessageContaining("ca_file");
        }
    }

    private static ObjectStore store(Optional<Path> authorities) {
        S3Options plain = S3Options.PLAIN;
        S3Options options = new S3Options(
                plain.storageClass(),
                plain.atRest(),
                plain.kmsKey(),
                plain.objectLock(),
                plain.partLimit(),
                authorities,
                plain.proxy());
        StoreSettings.S3 http = server.settings("bucket", server.secureEndpoint());
        return new S3Store(
                new StoreSettings.S3(
                        http.endpoint(), http.bucket(), http.region(), "", true, options, http.credentials()),
                new S3Limits(PART, 10, 3, 1000, S3Limits.Patience.STANDARD));
    }

    private static void keytool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(Arrays.asList(arguments));
        command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
        if (arguments[0].equals("-genkeypair")) {
            command.addAll(List.of("-keyalg", "EC", "-validity", "2"));
        }
        Path output = directory.resolve("keytool.out");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as("%s: %s", command, output).isZero();
    }
}
