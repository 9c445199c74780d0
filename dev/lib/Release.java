import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Puts together what a release is made of, from what {@code package} has built: bit by bit the same from the same sources, wherever that is.
 *
 * <p>{@code java Release.java TARGET VERSION TIME OUTPUT}, in the checkout: TARGET holds doksnap.jar and lib, TIME is that of
 * every file, such as {@code 2026-11-23T00:00:00Z}.
 */
class Release {
    private static final int BLOCK = 512;
    private static final UnaryOperator<String> AS_IT_IS = text -> text;

    private final Path target;
    private final String version;
    private final long time;
    private final Path output;

    private Release(String[] args) {
        target = Path.of(args[0]);
        version = args[1];
        time = Instant.parse(args[2]).getEpochSecond();
        output = Path.of(args[3]);
    }

    public static void main(String[] args) throws IOException {
        if (args.length != 4) {
            System.err.println("usage: java Release.java TARGET VERSION TIME OUTPUT");
            System.exit(2);
        }
        new Release(args).make();
    }

    private void make() throws IOException {
        for (String needed : new String[] {"doksnap.jar", "doksnap-sbom.json"}) {
            if (!Files.isRegularFile(target.resolve(needed))) {
                System.err.println(target + " holds no " + needed + "; run ./mvnw -Prelease, not offline, which makes it");
                System.exit(1);
            }
        }
        Files.createDirectories(output);
        try (Stream<Path> before = Files.list(output)) {
            for (Path file : before.toList()) {
                Files.delete(file);
            }
        }
        program();
        chart();
        kustomize();
        image();
        Files.writeString(output.resolve("doksnap-crds-" + version + ".yaml"), definitions());
        Files.copy(target.resolve("doksnap-sbom.json"), output.resolve("doksnap-" + version + ".sbom.json"));
        sums();
    }

    /** What runs with a JRE alone. */
    private void program() throws IOException {
        Archive files = new Archive("doksnap-" + version);
        files.add("doksnap", Path.of("doksnap"), AS_IT_IS);
        files.add("doksnap.jar", target.resolve("doksnap.jar"), AS_IT_IS);
        files.add("lib", target.resolve("lib"), AS_IT_IS);
        files.add("lib/jdk.sh", Path.of("dev/lib/jdk.sh"), AS_IT_IS);
        for (String name : new String[] {
            "config.yaml.example", ".env.example", ".dockerignore", "LICENSE", "README.md", "CHANGELOG.md", "docs", "crd", "deploy", "operator", "helm", "docker-compose.yml"
        }) {
            files.add(name, Path.of(name), AS_IT_IS);
        }
        files.write(output.resolve("doksnap-" + version + ".tar.gz"));
    }

    /** As {@code helm package} would name it. */
    private void chart() throws IOException {
        Archive files = new Archive("doksnap");
        files.add("", Path.of("helm/doksnap"), AS_IT_IS);
        files.add("Chart.yaml", Path.of("helm/doksnap/Chart.yaml"), text -> text.replaceAll(
                "(?m)^(version|appVersion): .*$", "$1: " + version));
        files.write(output.resolve("doksnap-" + version + ".tgz"));
    }

    private void kustomize() throws IOException {
        Archive files = new Archive("doksnap-kustomize-" + version);
        files.add("crd", Path.of("crd"), AS_IT_IS);
        files.add("operator", Path.of("operator"), AS_IT_IS);
        files.add("operator/kustomization.yaml", Path.of("operator/kustomization.yaml"), text ->
                text.replace("newTag: latest", "newTag: " + version));
        files.write(output.resolve("doksnap-kustomize-" + version + ".tar.gz"));
    }

    /** What {@code docker build -} takes, with the program that is in this release. */
    private void image() throws IOException {
        Archive files = new Archive("");
        files.add("deploy/Dockerfile", Path.of("deploy/Dockerfile"), text -> text.replace("ARG PROGRAM=source", "ARG PROGRAM=jar")
                .replaceAll("(?m)^ARG VERSION=.*$", "ARG VERSION=" + version));
        files.add("deploy/image", Path.of("deploy/image"), AS_IT_IS);
        files.add("target/doksnap.jar", target.resolve("doksnap.jar"), AS_IT_IS);
        files.add("target/lib", target.resolve("lib"), AS_IT_IS);
        files.write(output.resolve("doksnap-image-" + version + ".tar.gz"));
    }

    private static String definitions() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.list(Path.of("crd"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
                all.append("---\n").append(Files.readString(file));
            }
        }
        return all.toString();
    }

    /** For {@code sha256sum -c}. */
    private void sums() throws IOException {
        StringBuilder sums = new StringBuilder();
        try (Stream<Path> files = Files.list(output)) {
            for (Path file : files.sorted().toList()) {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                try (OutputStream hash = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
                    Files.copy(file, hash);
                }
                sums.append(HexFormat.of().formatHex(digest.digest())).append("  ").append(file.getFileName()).append('\n');
            }
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        Files.writeString(output.resolve("SHA256SUMS"), sums);
        System.out.print(sums);
    }

    /** A tar archive: names in their order, files of root, modes by whether they can be executed, one time. */
    private final class Archive {
        private final String top;
        private final Map<String, byte[]> files = new TreeMap<>();
        private final Map<String, Boolean> programs = new TreeMap<>();

        Archive(String top) {
            this.top = top;
        }

        /** A file, or all that is below a directory; later ones replace earlier ones. */
        void add(String name, Path source, UnaryOperator<String> change) throws IOException {
            if (Files.isDirectory(source)) {
                try (Stream<Path> all = Files.walk(source.toRealPath())) {
                    Path root = source.toRealPath();
                    for (Path file : all.filter(Files::isRegularFile).toList()) {
                        String below = root.relativize(file).toString();
                        add(name.isEmpty() ? below : name + "/" + below, file, AS_IT_IS);
                    }
                }
                return;
            }
            byte[] bytes = Files.readAllBytes(source);
            String full = top.isEmpty() ? name : top + "/" + name;
            boolean changed = change != AS_IT_IS;
            files.put(full, changed ? change.apply(new String(bytes, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8) : bytes);
            programs.put(full, bytes.length > 2 && bytes[0] == '#' && bytes[1] == '!');
        }

        /** Jars are most of it, and those do not get smaller. */
        void write(Path file) throws IOException {
            try (OutputStream tar = new BufferedOutputStream(
                    new GZIPOutputStream(Files.newOutputStream(file)) {
                        {
                            def.setLevel(Deflater.BEST_SPEED);
                        }
                    },
                    1 << 16)) {
                files.forEach((name, bytes) -> {
                    try {
                        tar.write(header(name, bytes.length, programs.get(name) ? 0755 : 0644));
                        tar.write(bytes);
                        tar.write(new byte[(BLOCK - bytes.length % BLOCK) % BLOCK]);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
                tar.write(new byte[2 * BLOCK]);
            }
        }

        /** POSIX 1003.1, ustar interchange format. */
        private byte[] header(String name, long size, int mode) throws IOException {
            byte[] header = new byte[BLOCK];
            int split = name.length() > 100 ? name.indexOf('/', name.length() - 101) : -1;
            if (name.length() > 100 && (split < 0 || split > 155)) {
                throw new IOException(name + " is too long for a tar archive");
            }
            put(header, 0, name.substring(split + 1));
            put(header, 100, String.format("%07o", mode));
            put(header, 108, "0000000");
            put(header, 116, "0000000");
            put(header, 124, String.format("%011o", size));
            put(header, 136, String.format("%011o", time));
            put(header, 148, "        ");
            header[156] = '0';
            put(header, 257, "ustar\00000");
            put(header, 265, "root");
            put(header, 297, "root");
            put(header, 345, split < 0 ? "" : name.substring(0, split));
            int sum = 0;
            for (byte each : header) {
                sum += each & 0xff;
            }
            put(header, 148, String.format("%06o", sum) + "\0 ");
            return header;
        }

        private static void put(byte[] header, int at, String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            System.arraycopy(bytes, 0, header, at, bytes.length);
        }
    }
}
