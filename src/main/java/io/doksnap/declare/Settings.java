package io.doksnap.declare;

import io.doksnap.policy.EncryptionChoice;
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
 * @param destinations by name, in the order of the file; never empty
 * @param encryptions of policies that say which, and of those that do not
 */
public record Settings(
        Optional<String> host,
        Optional<Path> dataDirectory,
        ZoneId timeZone,
        Map<String, Destination> destinations,
        Encryptions encryptions,
        DockerSettings docker,
        StatusServerSettings statusServer,
        ApiSettings api,
        Limits limits,
        SpoolSettings spool) {

    /** What a policy means that names no destination. */
    public static final String DEFAULT_DESTINATION = "default";

    public Settings {
        destinations = Collections.unmodifiableMap(new LinkedHashMap<>(destinations));
    }

    /** How archives are encrypted where a policy does not say. */
    public EncryptionSettings encryption() {
        return encryptions.usual();
    }

    /** How archives of a policy are encrypted; empty where it brings its own keys, or names what is not there. */
    public Optional<EncryptionSettings> encryption(EncryptionChoice choice) {
        if (choice instanceof EncryptionChoice.Named named) {
            return encryptions.find(named.name());
        }
        return choice instanceof EncryptionChoice.OperatorDefault ? Optional.of(encryption()) : Optional.empty();
    }

    /** The destination of that name. */
    public Optional<Destination> destination(String name) {
        return resolve(name).map(destinations::get);
    }

    /** The declared name of a destination: that of the default may be another, where there is only one. */
    public Optional<String> resolve(String name) {
        if (destinations.containsKey(name)) {
            return Optional.of(name);
        }
        return name.equals(DEFAULT_DESTINATION) && destinations.size() == 1
                ? Optional.of(destinations.keySet().iterator().next())
                : Optional.empty();
    }

    /** Why secrets cannot be read at this moment, a line each, complete for a person to read. Reads every one of them. */
    public List<String> unreadableSecrets() {
        List<Secret> secrets = new ArrayList<>(encryptions.secrets());
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
