package io.doksnap.app;

import io.doksnap.declare.ApiSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** Where the embedded API was last seen, for other processes of this machine: a port may be any that was free. */
final class ApiAddress {
    static final String FILE = "address";
    private static final Set<String> EVERYWHERE = Set.of("0.0.0.0", "::", "0:0:0:0:0:0:0:0");

    private ApiAddress() {}

    /** Notes where it is now. */
    static void write(Path directory, URI address) throws IOException {
        Files.writeString(directory.resolve(FILE), address + "\n");
    }

    /** As it was noted; before that, as it is configured. */
    static URI read(Path directory, ApiSettings.Embedded configured) {
        try {
            return URI.create(Files.readString(directory.resolve(FILE)).strip());
        } catch (IOException | IllegalArgumentException e) {
            return of("https", configured.bind(), configured.port());
        }
    }

    /** Where somebody on this machine finds what listens there. */
    static URI of(String scheme, String bind, int port) {
        String host = EVERYWHERE.contains(bind) ? "127.0.0.1" : bind;
        boolean bare = host.contains(":") && !host.startsWith("[");
        return URI.create(scheme + "://" + (bare ? "[" + host + "]" : host) + ":" + port);
    }
}
