package io.doksnap.declare;

import io.doksnap.policy.EncryptionMethod;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads what encryption with age takes: recipients or a passphrase, from the section or from the environment, which wins. */
final class AgeReader {
    private static final String RECIPIENT = "age1";

    private final Environment environment;
    private final Path directory;
    private final Problems problems;

    AgeReader(Environment environment, Path directory, Problems problems) {
        this.environment = environment;
        this.directory = directory;
        this.problems = problems;
    }

    /** What is there, whether the method is age or not. */
    record Keys(List<Secret> recipients, Optional<Secret> passphrase) {
        boolean isPresent() {
            return !recipients.isEmpty() || passphrase.isPresent();
        }

        List<Secret> all() {
            List<Secret> all = new ArrayList<>(recipients);
            passphrase.ifPresent(all::add);
            return all;
        }
    }

    /** Asks the section for every key that is meant for age. */
    Keys keys(Section section) {
        List<Secret> written = new ArrayList<>();
        for (Section.Text text : section.texts("recipients")) {
            recipient(text).ifPresent(written::add);
        }
        file(section, "recipients_file").ifPresent(written::add);
        Optional<Secret> passphrase = file(section, "passphrase_file");
        if (section.has("passphrase")) {
            section.text("passphrase");
            problems.add(
                    section.place("passphrase"),
                    "a passphrase does not belong into the file; set AGE_PASSPHRASE, or passphrase_file to a path");
        }
        List<Secret> recipients = environment
                .secret("AGE_RECIPIENTS")
                .map(winner -> winning(winner, written))
                .orElse(written);
        return new Keys(
                recipients,
                environment
                        .secret("AGE_PASSPHRASE")
                        .map(winner ->
                                winning(winner, passphrase.stream().toList()).get(0))
                        .or(() -> passphrase));
    }

    private Optional<Secret> recipient(Section.Text text) {
        if (text.value().startsWith(RECIPIENT)) {
            return Optional.of(Secret.of(text.place(), text.value()));
        }
        problems.add(
                text.place(),
                "is no recipient of age, which begins with " + RECIPIENT
                        + "; 'doksnap keygen --method age' makes a key pair");
        return Optional.empty();
    }

    private Optional<Secret> file(Section section, String key) {
        return section.path(key, directory).map(path -> Secret.inFile(section.place(key), path));
    }

    private List<Secret> winning(Secret winner, List<Secret> others) {
        others.forEach(other -> problems.warn(
                other.place(), "is not used, because " + winner.place().path() + " in the environment wins"));
        return List.of(winner);
    }

    /** What the method age makes of them. */
    EncryptionSettings settings(Section section, Keys keys) {
        if (!keys.recipients().isEmpty() && keys.passphrase().isPresent()) {
            problems.add(
                    section.place("method"),
                    "age takes recipients or a passphrase, and both are configured ("
                            + keys.recipients().get(0).place().path() + ", "
                            + keys.passphrase().get().place().path() + "); remove one of them");
        }
        if (!keys.recipients().isEmpty()) {
            return new EncryptionSettings.Age(keys.recipients());
        }
        if (keys.passphrase().isPresent()) {
            return new EncryptionSettings.AgePassphrase(keys.passphrase().get());
        }
        return new EncryptionSettings.Missing(
                EncryptionMethod.AGE,
                section.place("method")
                        + ": there is no recipient to encrypt to; set AGE_RECIPIENTS or encryption.recipients ('doksnap"
                        + " keygen --method age' makes a key pair), or a passphrase in AGE_PASSPHRASE or"
                        + " encryption.passphrase_file");
    }
}
