package io.doksnap.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SshHostTest {
    private static SshHost host(String written) {
        return SshHost.parse(written).orElseThrow();
    }

    @Test
    void allThatIsWrittenIsHandedToSshAsItsOptions() {
        SshHost host = host("ssh://backup@db_1:2222/run/user/1000/docker.sock");
        assertThat(host)
                .isEqualTo(new SshHost(
                        Optional.of("backup"),
                        "db_1",
                        OptionalInt.of(2222),
                        Optional.of("/run/user/1000/docker.sock")));
        assertThat(host.destination()).containsExactly("-l", "backup", "-p", "2222", "--", "db_1");
        assertThat(host.dial())
                .containsExactly("docker", "--host", "unix:///run/user/1000/docker.sock", "system", "dial-stdio");
    }

    @Test
    void trialNeverWaitsForAnInputAndAsksTheSocketThatIsMeant() {
        assertThat(host("ssh://backup@db_1:2222/run/user/1000/docker.sock").trial())
                .isEqualTo("ssh -n -oBatchMode=yes -l backup -p 2222 -- db_1"
                        + " docker --host unix:///run/user/1000/docker.sock version");
        assertThat(host("ssh://db1").trial()).isEqualTo("ssh -n -oBatchMode=yes -- db1 docker version");
    }

    @Test
    void whatIsNotWrittenIsLeftToTheConfigurationOfSsh() {
        assertThat(host("ssh://db1/").destination()).containsExactly("--", "db1");
        assertThat(host("ssh://db1").dial()).containsExactly("docker", "system", "dial-stdio");
        assertThat(host("ssh://[2001:db8::1]").destination()).containsExactly("--", "2001:db8::1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ssh://",
                "ssh://-oProxyCommand=x",
                "ssh://-l@host",
                "ssh://u:password@host",
                "ssh://host:70000",
                "ssh://host/$(id)",
                "ssh://host/a;b",
                "ssh://a b",
                "ssh://host?x",
                "ssh://host\n",
                "tcp://host:22"
            })
    void nothingThatCouldBecomeAnOptionOrACommandIsTaken(String written) {
        assertThat(SshHost.parse(written)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ssh://db1", "ssh://u@db1:1", "ssh://[::1]:22/run/docker.sock"})
    void isWrittenAsItWasRead(String written) {
        assertThat(host(written).uri()).hasToString(written);
    }
}
