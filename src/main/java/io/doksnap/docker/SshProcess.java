package io.doksnap.docker;

import io.doksnap.docker.DockerException.Kind;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * One run of the ssh of this host, which brings its keys, its agent, its known hosts and its configuration. Its standard input and output are a
 * connection to the engine; it ends with its input, so it never outlives this process. It asks nobody anything.
 */
final class SshProcess {
    /** So that a dead link ends within 15 s, which is less than a call may take. */
    private static final List<String> OPTIONS = List.of(
            "-T",
            "-a",
            "-x",
            "-oBatchMode=yes",
            "-oServerAliveInterval=5",
            "-oServerAliveCountMax=3",
            "-oLogLevel=ERROR",
            // What a person's configuration may say for working at a terminal.
            "-oClearAllForwardings=yes",
            "-oRemoteCommand=none",
            "-oPermitLocalCommand=no",
            "-oControlPersist=no");

    /** Of our environment, so that none of our secrets gets into another process. */
    private static final Set<String> PASSED_ON = Set.of(
            "PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "SSH_AUTH_SOCK", "XDG_RUNTIME_DIR", "KRB5CCNAME");

    private static final long LAST_WORDS_MILLIS = 500;
    private static final long END_MILLIS = 2_000;

    private final Process process;
    private final OutputTail errors = new OutputTail();
    private final Thread listener;
    private volatile boolean stopped;

    private SshProcess(Process process, String name) {
        this.process = process;
        this.listener = new Thread(this::listen, name);
        listener.setDaemon(true);
        listener.start();
    }

    /**
     * Starts one.
     *
     * @param options before those that every one has
     */
    static SshProcess start(SshHost host, List<String> options) throws DockerException {
        Path ssh = onPath("ssh")
                .orElseThrow(() -> new DockerException(
                        Kind.UNAVAILABLE,
                        "There is no ssh command here to reach the Docker Engine at " + host.uri() + " with. Install"
                                + " the OpenSSH"
                                + " client"
                                + " (openssh-client),"
                                + " or use tcp://"
                                + " with TLS"
                                + " (docs/remote-engines.md).",
                        null));
        List<String> words = new ArrayList<>();
        // Away from the terminal: a Ctrl-C there is for us, who then bring back what we stopped, through this very
        // connection.
        onPath("setsid").ifPresent(setsid -> words.add(setsid.toString()));
        words.add(ssh.toString());
        words.addAll(options);
        words.addAll(OPTIONS);
        words.addAll(host.destination());
        words.addAll(host.dial());
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.environment().keySet().retainAll(PASSED_ON);
        try {
            return new SshProcess(builder.start(), "doksnap-ssh-words");
        } catch (IOException e) {
            throw new DockerException(
                    Kind.UNAVAILABLE,
                    "Cannot start " + ssh + " to reach the Docker Engine at " + host.uri() + " (" + e.getMessage()
                            + ").",
                    e);
        }
    }

    private static Optional<Path> onPath(String command) {
        for (String directory :
                System.getenv().getOrDefault("PATH", "/usr/bin:/bin").split(File.pathSeparator, -1)) {
            Path file = Path.of(directory, command);
            if (file.isAbsolute() && Files.isRegularFile(file) && Files.isExecutable(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    OutputStream toEngine() {
        return process.getOutputStream();
    }

    InputStream fromEngine() {
        return process.getInputStream();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Whether it ends within a time. */
    boolean ends(Duration within) throws InterruptedException {
        return process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Why it ended, once all that it had to say was read; empty where it did as it should, or was stopped by us. */
    Optional<SshTrouble> trouble(SshHost host) throws InterruptedException {
        if (!process.waitFor(END_MILLIS, TimeUnit.MILLISECONDS)) {
            process.destroyForcibly();
        }
        listener.join(LAST_WORDS_MILLIS);
        return stopped ? Optional.empty() : SshTrouble.of(host, process.waitFor(), errors.text());
    }

    /** Ends it, whatever it does. */
    void stop() {
        stopped = true;
        process.destroy();
    }

    /** The same, and waits until it is gone. */
    void stopAndWait() throws InterruptedException {
        stop();
        if (!process.waitFor(END_MILLIS, TimeUnit.MILLISECONDS)) {
            process.destroyForcibly();
        }
    }

    private void listen() {
        byte[] bytes = new byte[1 << 10];
        try (InputStream in = process.getErrorStream()) {
            for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
                errors.take(bytes, n, false);
            }
        } catch (IOException e) {
            // It was killed; what it said before is there.
            errors.take(new byte[0], 0, false);
        }
    }
}
