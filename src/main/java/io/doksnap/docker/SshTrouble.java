package io.doksnap.docker;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why there is no way to an engine through ssh.
 *
 * @param what for a person, without a full stop
 * @param remedy whole sentences
 */
record SshTrouble(URI host, String what, String remedy) {
    /** ssh's own failures, whatever they are; every other code is the command's on the other host. */
    private static final int SSH_FAILED = 255;

    private static final int NO_SUCH_COMMAND = 127;
    private static final int LAST_LINES = 2;
    private static final int LONGEST = 300;

    /** What the end of an ssh means; empty where it is a good one. */
    static Optional<SshTrouble> of(SshHost host, int exitCode, String printed) {
        String words = lastLines(printed);
        return switch (exitCode) {
            case 0 -> Optional.empty();
            case SSH_FAILED ->
                Optional.of(words.isEmpty() ? brokenOff(host) : failed(host, "ssh says \"" + words + "\""));
            case NO_SUCH_COMMAND ->
                Optional.of(new SshTrouble(
                        host.uri(),
                        "there is no docker command for that user on " + host.name() + " (" + words + ")",
                        "Install the Docker CLI there (docker-ce-cli or docker.io), 18.09 or newer."));
            default ->
                Optional.of(new SshTrouble(
                        host.uri(),
                        "docker on " + host.name()
                                + (words.isEmpty() ? " ended with code " + exitCode : " says \"" + words + "\""),
                        "Start Docker there (systemctl start docker), and let that user use it (usermod -aG"
                                + " docker NAME)."));
        };
    }

    static SshTrouble brokenOff(SshHost host) {
        return failed(host, "the connection broke off");
    }

    static SshTrouble slow(SshHost host, Duration within) {
        return failed(host, "ssh got no connection within " + within.toSeconds() + " s");
    }

    private static SshTrouble failed(SshHost host, String what) {
        return new SshTrouble(
                host.uri(),
                what,
                "Make sure that `" + host.trial() + "` works on this host for user " + System.getProperty("user.name")
                        + " and asks nothing: with a key that " + host.name()
                        + " lets in, and with its host key in known_hosts (docs/remote-engines.md).");
    }

    DockerException exception() {
        return exception("", null);
    }

    DockerException exception(String purpose, @Nullable Throwable cause) {
        return new DockerException(
                DockerException.Kind.UNAVAILABLE,
                "The Docker Engine at " + host + " cannot be reached" + (purpose.isEmpty() ? "" : " to " + purpose)
                        + ": " + what + ". " + remedy,
                cause);
    }

    /** ssh says at the end what it comes down to, after a box of warnings. */
    private static String lastLines(String printed) {
        List<String> lines = printed.replaceAll("[^\\P{Cntrl}\\n]", "")
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        String last = String.join(" ", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
        String end = last.length() > LONGEST ? "..." + last.substring(last.length() - LONGEST) : last;
        return end.endsWith(".") ? end.substring(0, end.length() - 1) : end;
    }
}
