package io.doksnap.docker;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An engine that is reached through ssh, as the docker command writes it: {@code ssh://[user@]host[:port][/path/of/docker.sock]}.
 *
 * @param user empty: as the configuration of ssh says
 * @param name a name or address, or one that the configuration of ssh knows
 * @param port empty: as the configuration of ssh says
 * @param socket where the engine listens there; empty: where the docker command there finds it
 */
record SshHost(Optional<String> user, String name, OptionalInt port, Optional<String> socket) {
    /** Nothing in it begins with a dash, or means something to a shell: all of it becomes words of a command, the path even on the other host. */
    private static final Pattern FORM =
            Pattern.compile("ssh://(?:(?<user>[A-Za-z0-9_][A-Za-z0-9_.+-]*)@)?(?<name>[A-Za-z0-9_][A-Za-z0-9_.-]*"
                    + "|\\[[0-9A-Fa-f:.]+])(?::(?<port>[0-9]{1,5}))?(?<socket>/[A-Za-z0-9_./-]*)?");

    private static final int HIGHEST_PORT = 65_535;

    /** Empty where it is of another form. */
    static Optional<SshHost> parse(String written) {
        Matcher matcher = FORM.matcher(written);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Optional<Integer> port = Optional.ofNullable(matcher.group("port")).map(Integer::valueOf);
        if (port.isPresent() && (port.get() == 0 || port.get() > HIGHEST_PORT)) {
            return Optional.empty();
        }
        String name = String.valueOf(matcher.group("name"));
        return Optional.of(new SshHost(
                Optional.ofNullable(matcher.group("user")),
                name.startsWith("[") ? name.substring(1, name.length() - 1) : name,
                port.map(OptionalInt::of).orElse(OptionalInt.empty()),
                Optional.ofNullable(matcher.group("socket")).filter(path -> path.length() > 1)));
    }

    URI uri() {
        return URI.create("ssh://" + user.map(who -> who + "@").orElse("")
                + (name.contains(":") ? "[" + name + "]" : name)
                + (port.isPresent() ? ":" + port.getAsInt() : "")
                + socket.orElse(""));
    }

    /** Whom and where, as ssh wants it: the last of its options. */
    List<String> destination() {
        List<String> words = new ArrayList<>();
        user.ifPresent(who -> words.addAll(List.of("-l", who)));
        port.ifPresent(number -> words.addAll(List.of("-p", String.valueOf(number))));
        words.addAll(List.of("--", name));
        return words;
    }

    /** The command there whose standard input and output are a connection to the engine. */
    List<String> dial() {
        return docker("system", "dial-stdio");
    }

    private List<String> docker(String... command) {
        List<String> words = new ArrayList<>(List.of("docker"));
        socket.ifPresent(path -> words.addAll(List.of("--host", "unix://" + path)));
        words.addAll(List.of(command));
        return words;
    }

    /**
     * What a person types to see whether it works. Without an input ({@code -n}) it ends also where a key is bound to the command that
     * dials, which would wait for some; then it prints nothing.
     */
    String trial() {
        return "ssh -n -oBatchMode=yes " + String.join(" ", destination()) + " " + String.join(" ", docker("version"));
    }
}
