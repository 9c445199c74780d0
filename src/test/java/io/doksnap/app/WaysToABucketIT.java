package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.testing.Command;
import io.doksnap.testing.ConnectProxy;
import io.doksnap.testing.Doksnap;
import io.doksnap.testing.Needs;
import io.doksnap.testing.S3Server;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A bucket behind TLS with a certificate that nobody knows, and behind a proxy, as whoever types commands sees it. */
@Timeout(180)
class WaysToABucketIT {
    /** Only the proxy knows where that is. */
    private static final String NAME = "s3.example.invalid";

    private static final String LOGIN = "me:p@ss:word";
    private static final String URL_LOGIN = "me:p%40ss:word";

    @TempDir
    private static Path shared;

    private static S3Server server;

    @TempDir
    private Path home;

    private Scene scene;

    @BeforeAll
    static void startServer() {
        Needs.command("openssl");
        Command.sh("exec 2>/dev/null; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
                        + " -subj /CN=own -addext subjectAltName=DNS:" + NAME + ",IP:127.0.0.1"
                        + " -keyout own.key -out own.pem && openssl pkcs12 -export -passout pass:secret -inkey own.key"
                        + " -in own.pem -out own.p12")
                .in(shared)
                .output();
        server = S3Server.startWithTls(shared.resolve("own.p12"), "secret");
        server.createBucket(Scene.BUCKET);
    }

    @AfterAll
    static void stopServer() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void makeScene() throws Exception {
        scene = Scene.withDirectory(home);
        Files.writeString(scene.data.resolve("note"), "ours\n");
    }

    @Test
    void certificateOfItsOwnIsRefusedWithTheRemedyAndTakenOnceItsFileIsNamed() throws Exception {
        configure(server.secureEndpoint().toString(), "");
        Doksnap.Result refused = scene.doksnap().run("backup", "shop");
        assertThat(refused.code()).isEqualTo(ExitCode.DESTINATION);
        assertThat(refused.err().lines())
                .singleElement()
                .asString()
                .contains("DestinationUnreachable", server.secureEndpoint().toString(), "ca_file");

        configure(server.secureEndpoint().toString(), "  ca_file: " + shared.resolve("own.pem") + "\n");
        backupAndBack(scene.doksnap());
    }

    @Test
    void plainHttpToAPortThatSpeaksTlsIsNamed() throws Exception {
        configure("http://127.0.0.1:" + server.secureEndpoint().getPort(), "");
        Doksnap.Result refused = scene.doksnap().run("list");
        assertThat(refused.code()).isEqualTo(ExitCode.DESTINATION);
        assertThat(refused.err().lines()).singleElement().asString().contains("https");
    }

    @Test
    void everythingGoesThroughTheTunnelOfAProxyThatWantsALogin() throws Exception {
        try (ConnectProxy proxy = new ConnectProxy(server.secureEndpoint().getPort(), Optional.of(LOGIN))) {
            String authority = "  ca_file: " + shared.resolve("own.pem") + "\n";
            configure(
                    "https://" + NAME,
                    authority + "  proxy: http://" + URL_LOGIN + "@127.0.0.1:" + proxy.port() + "\n");
            backupAndBack(scene.doksnap());
            assertThat(proxy.asked())
                    .contains("CONNECT " + NAME + ":443 HTTP/1.1")
                    .allMatch(line -> line.startsWith("CONNECT " + NAME + ":443 "));
            // Two processes that make more than ten requests together; a tunnel for each was as many refusals first.
            assertThat(proxy.asked())
                    .filteredOn(line -> !line.endsWith("-> 407"))
                    .hasSizeLessThanOrEqualTo(6);
            assertThat(proxy.asked())
                    .filteredOn(line -> line.endsWith("-> 407"))
                    .hasSizeLessThanOrEqualTo(4);

            configure("https://" + NAME, authority);
            Doksnap byVariable =
                    scene.doksnap().environment("HTTPS_PROXY", "http://" + URL_LOGIN + "@127.0.0.1:" + proxy.port());
            assertThat(byVariable.run("list").code()).isZero();
            Doksnap wrong = scene.doksnap().environment("HTTPS_PROXY", "http://me:guess-7@127.0.0.1:" + proxy.port());
            Doksnap.Result refused = wrong.run("list");
            assertThat(refused.code()).isEqualTo(ExitCode.DESTINATION);
            assertThat(refused.err().lines())
                    .singleElement()
                    .asString()
                    .contains("through the proxy http://me:***@127.0.0.1:" + proxy.port(), "407")
                    .doesNotContain("guess-7");
            int before = proxy.asked().size();
            Doksnap.Result past =
                    byVariable.environment("NO_PROXY", ".example.invalid").run("list");
            assertThat(past.err()).contains("host name is unknown");
            assertThat(proxy.asked()).hasSize(before);
        }
    }

    @Test
    void proxyThatDoesNotRunIsNamed() throws Exception {
        configure("https://" + NAME, "  proxy: http://127.0.0.1:1\n");
        Doksnap.Result refused = scene.doksnap().run("list");
        assertThat(refused.code()).isEqualTo(ExitCode.DESTINATION);
        assertThat(refused.err()).contains("through the proxy http://127.0.0.1:1: ");
    }

    private void configure(String endpoint, String more) throws Exception {
        scene.configure("s3:\n  endpoint: " + endpoint + "\n  bucket: " + Scene.BUCKET + "\n  prefix: "
                + home.getFileName() + "/\n" + more + "encryption:\n  method: none\n");
    }

    private void backupAndBack(Doksnap doksnap) {
        Doksnap.Result backup = doksnap.run("backup", "shop");
        assertThat(backup.code()).as(backup.all()).isZero();
        Doksnap.Result restore = doksnap.run("restore", "shop", "--to-directory", "back");
        assertThat(restore.code()).as(restore.all()).isZero();
        assertThat(home.resolve("back/note")).hasContent("ours");
    }
}
