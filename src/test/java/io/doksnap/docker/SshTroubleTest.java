package io.doksnap.docker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SshTroubleTest {
    private static final SshHost DB1 = SshHost.parse("ssh://backup@db1").orElseThrow();

    private static String message(int exitCode, String printed) {
        return String.valueOf(SshTrouble.of(DB1, exitCode, printed)
                .orElseThrow()
                .exception("list containers", null)
                .getMessage());
    }

    @Test
    void goodEndIsNoTrouble() {
        assertThat(SshTrouble.of(DB1, 0, "a warning")).isEmpty();
    }

    @Test
    void endOfABoxOfWarningsIsOneLine() {
        String box = """
            @@@@@@@@@@@@@@@@@@@@@@@@@@@
            @    WARNING: CHANGED!    @
            Host key for db1 has changed and you have requested strict checking.\r
            Host key verification failed.\r
            """;
        assertThat(message(255, box))
                .contains("ssh://backup@db1 cannot be reached to list containers: ssh says \"Host key for db1 has"
                        + " changed and you have requested strict checking. Host key verification failed\". Make"
                        + " sure that `ssh -n -oBatchMode=yes -l backup -- db1 docker version` works")
                .doesNotContain("@@")
                .doesNotContain("\r")
                .doesNotContain("\n");
    }

    @Test
    void remedyDependsOnWhoFailed() {
        assertThat(message(255, "")).contains("the connection broke off").contains("known_hosts");
        assertThat(message(127, "sh: docker: not found"))
                .contains("no docker command")
                .contains("Install the Docker CLI");
        assertThat(message(1, "permission denied"))
                .contains("docker on db1 says \"permission denied\"")
                .contains("usermod");
        assertThat(message(1, "")).contains("docker on db1 ended with code 1");
    }

    @Test
    void whatIsLongOrHoldsControlCharactersIsMadeReadable() {
        assertThat(message(1, "x".repeat(5000) + "\u001b[31mred"))
                .hasSizeLessThan(700)
                .contains("xxx[31mred");
    }
}
