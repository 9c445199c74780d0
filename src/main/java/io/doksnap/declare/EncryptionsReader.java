package io.doksnap.declare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Reads every encryption: the one of {@code encryption} and the usual variables, and those of {@code encryptions} by name. */
final class EncryptionsReader {
    private static final String DEFAULT = "default";

    private final Environment environment;
    private final Path directory;
    private final Problems problems;
    private final List<Secret> previousPasswords = new ArrayList<>();
    private final List<Secret> previousKeys = new ArrayList<>();

    EncryptionsReader(Environment environment, Path directory, Problems problems) {
        this.environment = environment;
        this.directory = directory;
        this.problems = problems;
    }

    /**
     * Reads them all.
     *
     * @param inBucket whether backups leave this machine, so that encryption is expected of them
     */
    Encryptions read(Section root, boolean inBucket) {
        Section usual = root.section("encryption");
        Section byName = root.section("encryptions");
        Map<String, EncryptionSettings> named = new LinkedHashMap<>();
        for (String name : Names.check(byName, problems)) {
            named.put(name, read(environment.of(name), byName.section(name), true));
        }
        EncryptionSettings first = usual(usual, byName, named, inBucket);
        return new Encryptions(first, named, previousPasswords, previousKeys);
    }

    /** The one that is called so; else what is said without a name; else the only one there is. */
    private EncryptionSettings usual(
            Section usual, Section byName, Map<String, EncryptionSettings> named, boolean inBucket) {
        EncryptionSettings called = named.get(DEFAULT);
        if (called != null && usual.isPresent()) {
            problems.add(
                    byName.place(DEFAULT),
                    "is the default, and so is encryption (line "
                            + usual.place().line() + "); keep one of them, or rename this one");
        }
        boolean unsaid = !usual.isPresent()
                && Stream.of("GPG_PUBLIC_KEY", "ENCRYPTION_PASSWORD", "AGE_RECIPIENTS", "AGE_PASSPHRASE")
                        .allMatch(name -> environment.secret(name).isEmpty());
        if (called != null) {
            return called;
        }
        return unsaid && named.size() == 1 ? named.values().iterator().next() : read(environment, usual, inBucket);
    }

    private EncryptionSettings read(Environment variables, Section section, boolean inBucket) {
        for (Section previous : section.sections("previous")) {
            int before = previousPasswords.size() + previousKeys.size();
            previous.path("password_file", directory)
                    .ifPresent(file -> previousPasswords.add(Secret.inFile(previous.place("password_file"), file)));
            previous.path("private_key_file", directory)
                    .ifPresent(file -> previousKeys.add(Secret.inFile(previous.place("private_key_file"), file)));
            previous.reportUnknownKeys();
            if (previousPasswords.size() + previousKeys.size() == before) {
                problems.addUnlessSaid(
                        previous.place(), "holds nothing; set password_file or private_key_file to a path");
            }
        }
        variables.secret("ENCRYPTION_PASSWORD_PREVIOUS").ifPresent(previousPasswords::add);
        return new EncryptionReader(variables, directory, problems).read(section, inBucket);
    }
}
