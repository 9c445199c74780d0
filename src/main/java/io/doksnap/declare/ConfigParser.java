package io.doksnap.declare;

import io.doksnap.declare.Declarations.Declared;
import io.doksnap.declare.Declarations.DeclaredPolicy;
import io.doksnap.declare.Declarations.Rejected;
import io.doksnap.policy.EncryptionChoice;
import io.doksnap.policy.LocalHooks;
import io.doksnap.policy.Nearest;
import io.doksnap.policy.PolicyReader;
import io.doksnap.policy.Source;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the text of a configuration file together with the environment. Opens no file: secrets are read when used. */
final class ConfigParser {
    private final String file;
    private final Path directory;
    private final Map<String, String> variables;
    private final Problems problems = new Problems();
    private final KnownKeys known = new KnownKeys();

    /**
     * Creates a parser for one text.
     *
     * @param file the file's name, for messages
     * @param directory the file's directory, absolute; relative paths start there
     */
    ConfigParser(String file, Path directory, Map<String, String> variables) {
        this.file = file;
        this.directory = directory;
        this.variables = variables;
    }

    Declarations parse(String text) {
        return new YamlReader(file, problems)
                .read(text)
                .map(mapping -> read(new Section(Place.wholeFile(file), mapping, problems, known)))
                .orElseGet(() -> new Rejected(problems.errors()));
    }

    /** The settings as far as they can be read, with what is usual for all others; empty where the text is no mapping. */
    Optional<Settings> legible(String text) {
        return new YamlReader(file, problems)
                .read(text)
                .map(mapping -> new SettingsReader(new Environment(variables, problems, known), directory, problems)
                        .read(new Section(Place.wholeFile(file), mapping, problems, known)));
    }

    /** Every setting that the text has, or could have where it has something; and every variable. */
    KnownKeys known() {
        return known;
    }

    private Declarations read(Section root) {
        Environment environment = new Environment(variables, problems, known);
        Settings settings = new SettingsReader(environment, directory, problems).read(root);
        List<DeclaredPolicy> apps = apps(root, settings);
        root.reportUnknownKeys();
        environment.reportUnknownVariables();
        return problems.isEmpty() ? new Declared(settings, apps, problems.warnings()) : new Rejected(problems.errors());
    }

    private List<DeclaredPolicy> apps(Section root, Settings settings) {
        PolicyReader policies =
                new PolicyReader(settings.timeZone(), settings.docker().allowedPaths(), LocalHooks.ALLOWED);
        List<Section> sections = root.sections("apps");
        if (sections.isEmpty() && settings.docker().labels() == LabelMode.OFF) {
            problems.warn(
                    root.place("apps"),
                    "lists no app, and docker.labels is off, so only what kubectl declares is backed up;"
                            + " config.yaml.example shows one");
        }
        List<DeclaredPolicy> apps = new ArrayList<>();
        Map<String, Place> names = new HashMap<>();
        for (Section section : sections) {
            checkUnique(section, names);
            Optional<DeclaredPolicy> app = new AppReader(section, problems).read(policies);
            app.ifPresent(apps::add);
            new DestinationChoice(section, problems).check(settings);
            app.ifPresent(found -> checkEncryption(found, section, settings));
            app.ifPresent(found -> checkDoesNotHoldItsBackups(found, section, settings));
        }
        return apps;
    }

    private void checkUnique(Section section, Map<String, Place> names) {
        if (!section.has("name")) {
            return;
        }
        section.text("name").ifPresent(name -> {
            Place place = section.place("name");
            Place first = names.putIfAbsent(KubernetesName.of(name), place);
            if (first != null) {
                problems.add(
                        place,
                        "'" + name + "' is already the name of the app in line " + first.line()
                                + " (case does not count); rename one of them");
            }
        });
    }

    private void checkEncryption(DeclaredPolicy app, Section section, Settings settings) {
        EncryptionChoice choice = app.policy().encryption();
        if (choice instanceof EncryptionChoice.Named named
                && settings.encryption(choice).isEmpty()) {
            Set<String> known = settings.encryptions().named().keySet();
            problems.add(
                    section.place("encryption"),
                    "'" + named.name() + "' is no encryption; "
                            + (known.isEmpty()
                                    ? "add it under encryptions, or remove it here"
                                    : Nearest.remedy(named.name(), known)));
        }
    }

    /** Each backup would hold all the ones before it. */
    private void checkDoesNotHoldItsBackups(DeclaredPolicy app, Section section, Settings settings) {
        for (String name : app.policy().destinations()) {
            Destination destination = settings.destination(name).orElse(null);
            for (Source source : app.policy().sources()) {
                if (source instanceof Source.Directory read
                        && destination instanceof Destination.Directory store
                        && store.directory().startsWith(read.directory())
                        && read.exclude().isEmpty()) {
                    problems.add(
                            section.place("source"),
                            "holds the destination " + store.directory()
                                    + ", so each backup would hold all earlier ones; exclude it, or store elsewhere");
                }
            }
        }
    }
}
