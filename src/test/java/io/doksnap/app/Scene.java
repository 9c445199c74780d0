package io.doksnap.app;

import io.doksnap.store.ObjectStore;
import io.doksnap.store.ObjectStores;
import io.doksnap.store.StoreException;
import io.doksnap.store.StoreSettings;
import io.doksnap.testing.Doksnap;
import io.doksnap.testing.S3Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A directory with a configuration, an app named shop with its data, and a destination: all that the program needs to run. */
final class Scene {
    static final String BUCKET = "backups";

    private static final Pattern SNAPSHOT = Pattern.compile("\\d{8}_\\d{6}_[0-9a-f]{8}");

    final Path home;
    final Path data;
    final Path state;
    private final StoreSettings settings;
    private String app = "";

    private Scene(Path home, StoreSettings settings) throws IOException {
        this.home = home;
        this.data = Files.createDirectories(home.resolve("data"));
        this.state = home.resolve("state");
        this.settings = settings;
    }

    static Scene withDirectory(Path home) throws IOException {
        Scene scene = new Scene(home, new StoreSettings.Directory(home.resolve("store")));
        scene.configure("storage:\n  directory: store\nencryption:\n  method: none\n");
        return scene;
    }

    /** The endpoint may be a proxy's; what the test itself looks at is behind it. */
    static Scene withS3(Path home, S3Server server, URI endpoint) throws IOException {
        Scene scene = new Scene(home, server.settings(BUCKET, server.endpoint()));
        scene.configure("s3:\n  endpoint: " + endpoint + "\n  bucket: " + BUCKET + "\nencryption:\n  method: none\n");
        return scene;
    }

    /** Further lines for the app. */
    Scene app(String lines) {
        app = lines;
        return this;
    }

    /** Writes the configuration, with these lines at its top. */
    void configure(String top) throws IOException {
        Files.writeString(
                home.resolve("config.yaml"),
                top
                        + "host: testhost\ndata_dir: state\ndocker:\n  host: unix:///nowhere/docker.sock\n  allowed_paths: ["
                        + home + "]\napps:\n  - name: shop\n    type: directory\n    source: " + data
                        + "\n    schedule: daily\n" + app);
    }

    Doksnap doksnap() {
        return Doksnap.in(home)
                .environment("AWS_ACCESS_KEY_ID", S3Server.ACCESS_KEY)
                .environment("AWS_SECRET_ACCESS_KEY", S3Server.SECRET_KEY);
    }

    /** Noise, which no compression makes smaller. */
    void noise(String name, int mebibytes, long seed) throws IOException {
        Random random = new Random(seed);
        byte[] chunk = new byte[1 << 20];
        try (var out = Files.newOutputStream(data.resolve(name))) {
            for (int i = 0; i < mebibytes; i++) {
                random.nextBytes(chunk);
                out.write(chunk);
            }
        }
    }

    /** The destination, looked at from outside; the caller closes it. */
    ObjectStore store() {
        return ObjectStores.open(settings);
    }

    /** Every key in the destination. */
    List<String> keys() {
        List<String> keys = new ArrayList<>();
        try (ObjectStore store = store()) {
            store.list("", object -> keys.add(object.key()));
        } catch (StoreException e) {
            if (e.kind() != StoreException.Kind.BUCKET_NOT_FOUND) {
                throw new UncheckedIOException(e);
            }
        }
        return keys;
    }

    /** The ids of the snapshots that the program lists. */
    List<String> listed() {
        Doksnap.Result result = doksnap().run("list");
        if (result.code() != 0 || !result.err().isEmpty()) {
            throw new AssertionError(result.toString());
        }
        Matcher ids = SNAPSHOT.matcher(result.out());
        return ids.results().map(found -> found.group()).toList();
    }

    /** The notes of runs that have not ended. */
    List<String> openRuns() throws IOException {
        return names(state).stream()
                .filter(name -> name.startsWith("open-run-"))
                .toList();
    }

    /** What uploads of a directory destination have left. */
    List<String> staged() throws IOException {
        return names(home.resolve("store/.uploads"));
    }

    private static List<String> names(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> String.valueOf(file.getFileName())).toList();
        }
    }
}
