package io.doksnap.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A real sshd on loopback, with keys and a configuration of its own, behind which the docker command finds an engine. */
public final class SshServer implements AutoCloseable {
    private final Path directory;
    private final int port;
    private final Process process;

    private SshServer(Path directory, int port, Process process) {
        this.directory = directory;
        this.port = port;
        this.process = process;
    }

    /** Starts one, as root; in a directory that is to be new. */
    public static SshServer before(URI engine, Path directory) throws IOException {
        Needs.root();
        Needs.command("docker");
        Path ssh = Needs.command("ssh");
        Path sshd = Needs.command("sshd");
        // Where Debian's sshd locks itself in before somebody has logged in; usually made by its service.
        Files.createDirectories(Path.of("/run/sshd"));
        Files.createDirectories(directory);
        key(directory, "host");
        key(directory, "key");
        key(directory, "stranger");
        int port = freePort();
        Files.writeString(directory.resolve("sshd_config"), """
            ListenAddress 127.0.0.1:%d
            HostKey %s/host
            AuthorizedKeysFile %s/key.pub
            PidFile none
            UsePAM no
            StrictModes no
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            SetEnv DOCKER_HOST=%s
            """.formatted(port, directory, directory, engine));
        Process process = new ProcessBuilder(
                        sshd.toString(),
                        "-D",
                        "-e",
                        "-f",
                        directory.resolve("sshd_config").toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        SshServer server = new SshServer(directory, port, process);
        server.client(ssh, "key", "host");
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20))
                .until(server::answers);
        return server;
    }

    private static void key(Path directory, String name) {
        Command.of(
                        "ssh-keygen",
                        "-q",
                        "-t",
                        "ed25519",
                        "-N",
                        "",
                        "-f",
                        directory.resolve(name).toString())
                .output();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private boolean answers() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.getInputStream().read() == 'S';
        } catch (IOException e) {
            return false;
        }
    }

    /** From now on whoever uses {@link #path} comes with another key ({@code key}, {@code stranger}), and knows another as the host's. */
    public void client(String key, String knownHost) throws IOException {
        client(Needs.command("ssh"), key, knownHost);
    }

    /** ssh takes its configuration from the home in passwd, and not from HOME; so this one stands before it. */
    private void client(Path ssh, String key, String knownHost) throws IOException {
        Files.writeString(
                directory.resolve("known_hosts"),
                "[127.0.0.1]:" + port + " " + Files.readString(directory.resolve(knownHost + ".pub")));
        Files.writeString(directory.resolve("ssh_config"), """
            IdentityFile %s/%s
            IdentitiesOnly yes
            UserKnownHostsFile %s/known_hosts
            GlobalKnownHostsFile /dev/null
            """.formatted(directory, key, directory));
        Path wrapper = Files.createDirectories(directory.resolve("bin")).resolve("ssh");
        Files.writeString(wrapper, "#!/bin/sh\nexec " + ssh + " -F " + directory + "/ssh_config \"$@\"\n");
        if (!wrapper.toFile().setExecutable(true)) {
            throw new IOException("cannot make " + wrapper + " executable");
        }
    }

    /** A PATH on which ssh is the one that is to be used. */
    public String path() {
        return directory.resolve("bin") + ":" + System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
    }

    public int port() {
        return port;
    }

    /** How the engine behind it is named. */
    public String host() {
        return "ssh://127.0.0.1:" + port;
    }

    /** How often somebody has logged in. */
    public long logins() throws IOException {
        return Files.readAllLines(directory.resolve("log")).stream()
                .filter(line -> line.startsWith("Accepted "))
                .count();
    }

    /** Processes of ssh, other than the server's own, that speak to it. */
    public long clients() {
        return ProcessHandle.allProcesses()
                .filter(handle -> handle.info()
                        .commandLine()
                        .filter(line -> line.contains(directory + "/ssh_config"))
                        .isPresent())
                .count();
    }

    /** Ends it, with all connections that it has. */
    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
