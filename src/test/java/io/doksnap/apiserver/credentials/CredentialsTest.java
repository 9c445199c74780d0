package io.doksnap.apiserver.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doksnap.testing.SettableClock;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept, what is renewed and when, and who is let in. */
class CredentialsTest {
    private static final List<String> NAMES = List.of("localhost", "127.0.0.1", "::1", "backup.example.org");
    private static final URI SERVER = URI.create("https://127.0.0.1:6443");

    @TempDir
    Path directory;

    private final SettableClock clock = SettableClock.at("2026-03-01T00:00:00Z");

    @Test
    void secondStartFindsEverythingAsItWas() throws Exception {
        Credentials first = Credentials.open(directory, NAMES, clock);
        Credentials second = Credentials.open(directory, NAMES, clock);
        assertThat(second.kubeconfig(Access.ADMIN, SERVER)).isEqualTo(first.kubeconfig(Access.ADMIN, SERVER));
        assertThat(certificate(second)).isEqualTo(certificate(first));
    }

    @Test
    void certificateNamesEveryWayToTheServer() throws Exception {
        assertThat(certificate(Credentials.open(directory, NAMES, clock)).getSubjectAlternativeNames())
                .extracting(name -> name.get(1).toString())
                .containsExactlyInAnyOrder("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1", "backup.example.org");
    }

    @Test
    void otherNamesMakeAnotherCertificateButKeepTheAuthority() throws Exception {
        Credentials first = Credentials.open(directory, NAMES, clock);
        Credentials second = Credentials.open(directory, List.of("localhost", "other.example.org"), clock);
        assertThat(certificate(second)).isNotEqualTo(certificate(first));
        assertThat(second.kubeconfig(Access.ADMIN, SERVER)).isEqualTo(first.kubeconfig(Access.ADMIN, SERVER));
    }

    @Test
    void certificateIsRenewedAMonthBeforeItExpiresWhileTheServerRuns() throws Exception {
        Credentials credentials = Credentials.open(directory, NAMES, clock);
        X509Certificate first = certificate(credentials);
        clock.advance(Duration.ofDays(330));
        assertThat(credentials.renew()).isFalse();
        clock.advance(Duration.ofDays(10));
        assertThat(credentials.renew()).isTrue();
        assertThat(certificate(credentials).getNotAfter()).isAfter(first.getNotAfter());
        assertThat(certificate(Credentials.open(directory, NAMES, clock))).isEqualTo(certificate(credentials));
    }

    @Test
    void tokensAndCertificatesTellWhoItIs() throws Exception {
        Credentials credentials = Credentials.open(directory, NAMES, clock);
        String admin = Files.readString(directory.resolve("admin.token")).strip();
        String reader = Files.readString(directory.resolve("read-only.token")).strip();
        assertThat(credentials.byToken(admin)).map(User::access).contains(Access.ADMIN);
        assertThat(credentials.byToken(reader)).map(User::access).contains(Access.READ_ONLY);
        assertThat(credentials.byToken(admin + "x")).isEmpty();
        assertThat(credentials.byToken("")).isEmpty();

        KeyAndCertificate client = KeyAndCertificate.parse(Files.readString(directory.resolve("admin.pem")))
                .orElseThrow();
        assertThat(credentials.byCertificate(client.certificate()))
                .map(User::access)
                .contains(Access.ADMIN);
        assertThat(credentials.byCertificate(certificate(credentials))).isEmpty();
        CertificateAuthority stranger = CertificateAuthority.create(clock.instant());
        assertThat(credentials.byCertificate(
                        stranger.client(Access.ADMIN, clock.instant()).certificate()))
                .isEmpty();
    }

    @Test
    void filesAreForTheirOwnerOnly() throws Exception {
        Path state = directory.resolve("api");
        Credentials.open(state, NAMES, clock);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state)))
                .isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(state)) {
            assertThat(files)
                    .hasSize(5)
                    .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .isEqualTo("rw-------"));
        }
    }

    @Test
    void damagedFileIsMadeAnew() throws Exception {
        Credentials.open(directory, NAMES, clock);
        Files.writeString(directory.resolve("server.pem"), "-----BEGIN PRIVATE KEY-----\nhalf");
        assertThat(certificate(Credentials.open(directory, NAMES, clock)).getNotAfter())
                .isAfter(clock.instant());
    }

    @Test
    void kubeconfigCanBeMadeWithoutTheServerOnceItHasRun() throws Exception {
        assertThatThrownBy(() -> Credentials.kubeconfig(directory, Access.ADMIN, SERVER))
                .isInstanceOf(CredentialsException.class)
                .hasMessageContaining("doksnap run");
        Credentials credentials = Credentials.open(directory, NAMES, clock);
        assertThat(Credentials.kubeconfig(directory, Access.READ_ONLY, SERVER))
                .isEqualTo(credentials.kubeconfig(Access.READ_ONLY, SERVER))
                .contains("server: https://127.0.0.1:6443")
                .contains("doksnap-read-only");
    }

    @Test
    void nameThatIsNoneIsRefusedWithTheSettingThatHoldsIt() {
        assertThatThrownBy(() -> Credentials.open(directory, List.of("https://host"), clock))
                .hasMessageContaining("https://host")
                .hasMessageContaining("api.sans");
    }

    @Test
    void secretsAreNotPartOfAnyText() throws Exception {
        Credentials.open(directory, NAMES, clock);
        KeyAndCertificate pair = KeyAndCertificate.parse(Files.readString(directory.resolve("ca.pem")))
                .orElseThrow();
        assertThat(pair.toString()).doesNotContain("PrivateKey").contains("CN=DokSnapShotter API");
    }

    private static X509Certificate certificate(Credentials credentials) throws Exception {
        return (X509Certificate) credentials.serverKeys().getCertificate("server");
    }
}
