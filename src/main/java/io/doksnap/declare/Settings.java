package io.doksnap.declare;

import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that was declared beside the policies. Holds no secret, only where each is found.
 *
 * @param host the name of this host in keys and manifests; empty: the engine's own
 * @param dataDirectory where state is kept, absolute; empty: the program's choice
 * @param timeZone the zone of schedules that name none
 * @param destinations by name, in the order of the file; {@code default} is always there
 * @param encryption of policies that do not say
 */
public record Settings(
        Optional<String> host,
        Optional<Path> dataDirectory,
        ZoneId timeZone,
        Map<String, Destination> destinations,
        EncryptionSettings encryption,
        DockerSettings docker,
        StatusServerSettings statusServer) {

    public Settings {
        destinations = Collections.unmodifiableMap(new LinkedHashMap<>(destinations));
    }

    /** The destination of that name. */
    public Optional<Destination> destination(String name) {
        return Optional.ofNullable(destinations.get(name));
    }

    /** Why secrets cannot be read at this moment, a line each, complete for a person to read. Reads every one of them. */
    public List<String> unreadableSecrets() {
        List<Secret> secrets = new ArrayList<>(encryption.secrets());
        for (Destination destination : destinations.values()) {
            if (destination instanceof Destination.S3 s3) {
                s3.credentials().ifPresent(found -> {
                    secrets.add(found.accessKeyId());
                    secrets.add(found.secretAccessKey());
                    found.sessionToken().ifPresent(secrets::add);
                });
            }
        }
        statusServer.apiKey().ifPresent(secrets::add);
        return secrets.stream().map(Secret::complaint).flatMap(Optional::stream).toList();
    }
}
