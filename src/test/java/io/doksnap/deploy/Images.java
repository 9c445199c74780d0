package io.doksnap.deploy;

import io.doksnap.testing.Command;
import io.doksnap.testing.Needs;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The image of the operator, built by a real engine on bases made of this machine's files; all of it is removed when this is closed. */
final class Images implements AutoCloseable {
    /**
     * A root file system: a static busybox, glibc, and, where $2 says so, the JDK that runs this test. Links are followed, since Debian's JDK leads
     * to /etc.
     */
    private static final String MAKE_BASE = """
            work=$1 jdk=$2 with=$3
            mkdir -p "$work/bin" "$work/tmp" "$work/etc" "$work/var/lib" "$work/root" "$work/srv" "$work/proc"
            chmod 1777 "$work/tmp"
            cp "$(command -v busybox)" "$work/bin/busybox"
            for tool in sh uname sed mkdir cp chmod mv rm cat sleep grep kill ls stat id tr '['; do
                ln "$work/bin/busybox" "$work/bin/$tool"
            done
            set -- $({ find "$jdk/lib/" -name '*.so'; echo "$jdk/bin/java"; } | grep -Ev 'awt|splash|font|sound|lcms|mlib|jpeg' |
                xargs ldd 2>/dev/null | awk '/=> \\// { print $3 } $1 ~ /ld-linux/ { print $1 }' | grep '^/lib\\|^/usr/lib/[^j]' | sort -u | sed 's|^/||')
            # What the libraries in the jars want besides; newer versions of glibc have it all in one.
            for lib in "$@"; do
                case $lib in
                */libc.so.6) for more in libpthread.so.0 librt.so.1 libdl.so.2 libm.so.6; do
                    [ ! -e "/${lib%/*}/$more" ] || set -- "$@" "${lib%/*}/$more"
                done ;;
                esac
            done
            [ ! -d /usr/lib/locale/C.utf8 ] || set -- "$@" usr/lib/locale/C.utf8
            # Twice the same would be a link to itself.
            set -- $(printf '%s\\n' "$@" | sort -u)
            [ "$with" = no ] || set -- "$@" "${jdk#/}"
            tar -chf - --exclude=src.zip -C / "$@" -C "$work" .
            """;

    private final URI engine;
    private final String docker = Needs.command("docker").toString();
    private final List<String> made = new ArrayList<>();

    Images(URI engine) {
        this.engine = engine;
    }

    /** Builds the image as deploy/Dockerfile says, from the packaged jar. */
    String build(Path directory) {
        String jdk = Path.of(System.getProperty("java.home")).toString();
        String build = base(directory.resolve("build"), jdk, "yes");
        String runtime = base(directory.resolve("runtime"), jdk, "no");
        // The first stage by itself, too, so that it has a name by which it can be removed.
        build(build, runtime, "--target=build", "--tag=" + name("stage"));
        String image = name("image");
        build(build, runtime, "--tag=" + image);
        return image;
    }

    private void build(String build, String runtime, String... what) {
        command("build", "--quiet", "--network=none", "--file=deploy/Dockerfile")
                .with("--build-arg=BUILD_BASE=" + build, "--build-arg=RUNTIME_BASE=" + runtime)
                .with("--build-arg=PROGRAM=jar")
                .with(what)
                .with(".")
                .within(Duration.ofMinutes(8))
                .output();
    }

    private String base(Path work, String jdk, String with) {
        String name = name("base");
        Command.sh("sh -eu -c \"$SCRIPT\" make \"$WORK\" \"$JDK\" " + with + " | \"$DOCKER\" import - " + name)
                .env("SCRIPT", MAKE_BASE)
                .env("WORK", work.toString())
                .env("JDK", jdk)
                .env("DOCKER", docker)
                .env("DOCKER_HOST", engine.toString())
                .output();
        return name;
    }

    private String name(String kind) {
        String name = "doksnap-test-" + kind + "-" + UUID.randomUUID();
        made.add(name);
        return name;
    }

    /** Runs the command line of Docker to a good end; returns what it printed. */
    String docker(String... arguments) {
        return new String(command(arguments).output(), StandardCharsets.UTF_8).strip();
    }

    /** The same, not started yet. */
    Command command(String... arguments) {
        // The classic builder, which is everywhere: the other one is a package of its own.
        return Command.of(docker)
                .with(arguments)
                .env("DOCKER_HOST", engine.toString())
                .env("DOCKER_BUILDKIT", "0");
    }

    @Override
    public void close() {
        for (int i = made.size() - 1; i >= 0; i--) {
            command("image", "rm", "--force", made.get(i)).run();
        }
    }
}
