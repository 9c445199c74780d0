package io.doksnap.declare;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads every place that takes backups: the one of {@code s3} or {@code storage}, and those of {@code destinations} by name. */
final class DestinationsReader {
    private final Environment environment;
    private final Path directory;
    private final Problems problems;

    DestinationsReader(Environment environment, Path directory, Problems problems) {
        this.environment = environment;
        this.directory = directory;
        this.problems = problems;
    }

    /** All of them by name, in the order of the file; the one without a name, first, is the default. */
    Map<String, Destination> read(Section root) {
        Section byName = root.section("destinations");
        boolean unnamed =
                root.section("s3").isPresent() || root.section("storage").isPresent();
        Map<String, Destination> all = new LinkedHashMap<>();
        if (unnamed || byName.keys().isEmpty()) {
            new DestinationReader(environment, directory, problems)
                    .read(root)
                    .ifPresent(found -> all.put(Settings.DEFAULT_DESTINATION, found));
        }
        Map<Object, Place> places = new LinkedHashMap<>();
        all.values()
                .forEach(found -> places.put(
                        where(found), root.section("s3").isPresent() ? root.place("s3") : root.place("storage")));
        for (String name : Names.check(byName, problems)) {
            Place place = byName.place(name);
            if (all.containsKey(name)) {
                problems.add(place, "is the default, and so is s3 or storage; keep one of them, or rename this one");
                continue;
            }
            Optional<Destination> found = read(name, byName.section(name));
            found.ifPresent(destination -> {
                all.put(name, destination);
                Place same = places.putIfAbsent(where(destination), place);
                if (same != null) {
                    problems.add(
                            place,
                            "is the same place as " + same.path() + " (line " + same.line()
                                    + "), which would be no second copy; name another place, or remove it");
                }
            });
        }
        return all;
    }

    private Optional<Destination> read(String name, Section section) {
        if (section.has("directory")) {
            Optional<Path> stored = section.path("directory", directory);
            section.reportUnknownKeys();
            return stored.map(Destination.Directory::new);
        }
        DestinationReader reader = new DestinationReader(environment.of(name), directory, problems);
        if (!section.has("bucket")) {
            problems.addUnlessSaid(
                    section.place(), "says no place; set directory (a path), or bucket and endpoint as in s3");
            return Optional.empty();
        }
        return reader.s3(section);
    }

    /** What is the same for two names of one place. */
    private static Object where(Destination destination) {
        return destination instanceof Destination.S3 s3
                ? s3.endpoint() + " " + s3.bucket() + "/" + s3.prefix()
                : ((Destination.Directory) destination).directory();
    }
}
