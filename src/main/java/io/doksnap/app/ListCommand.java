package io.doksnap.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.snapshot.Catalogue;
import io.doksnap.snapshot.CatalogueEntry;
import io.doksnap.snapshot.Manifest;
import io.doksnap.snapshot.OriginalArchive;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.StoreException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code doksnap list [NAME]}. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = {
            "Lists the snapshots, oldest first for each app and host.",
            "Where there are several destinations, the last column says which of them have it."
        })
final class ListCommand implements Callable<Integer> {
    private static final String ROW = "%-16s %-25s %-13s %-11s %8s %8s %8s %-9s %-14s";
    private static final String HEAD = String.format(
            Locale.ROOT,
            ROW + "  ",
            "APP",
            "SNAPSHOT",
            "AGE",
            "HOST",
            "FILES",
            "DATA",
            "STORED",
            "ENCRYPTED",
            "VERIFIED");

    private final Cli cli;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private ConfigOption config;

    @Parameters(
            paramLabel = "NAME",
            arity = "0..1",
            description = "only this app's; it need not be configured any more")
    @SuppressWarnings("NullAway.Init")
    private Optional<String> name;

    @Option(
            names = "--destination",
            paramLabel = "NAME",
            description = "only what is in this destination; default: all of them")
    @SuppressWarnings("NullAway.Init")
    private Optional<String> destination;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private OutputOption output;

    ListCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        try (Workspace workspace = Workspace.openStored(config.file(), cli)) {
            List<String> destinations = workspace.destinations(Optional.empty(), destination);
            if (output.isJson()) {
                return document(destinations, workspace);
            }
            return destinations.size() == 1
                    ? list(workspace.store(destinations.get(0)))
                    : list(destinations, workspace);
        }
    }

    /** Each snapshot once, with every destination that has it. */
    private int document(List<String> destinations, Workspace workspace) throws CommandException {
        Map<String, ObjectNode> rows = new TreeMap<>();
        ArrayNode errors = JsonNodeFactory.instance.arrayNode();
        for (String each : destinations) {
            ObjectStore store = workspace.store(each);
            Catalogue catalogue = new Catalogue(store);
            try {
                catalogue.visit(name, entry -> {
                    ObjectNode row = Documents.entry(entry, catalogue);
                    ObjectNode known = rows.get(entry.place().path());
                    if (known != null) {
                        // One that can be read tells more than one that cannot.
                        row = known.has("unreadable")
                                ? row.setAll(Map.of("destinations", known.get("destinations")))
                                : known;
                    }
                    row.withArray("destinations").add(each);
                    rows.put(entry.place().path(), row);
                });
            } catch (StoreException e) {
                cli.console().error(each + ": " + e.getMessage());
                errors.addObject().put("destination", each).put("message", e.getMessage());
            }
        }
        ObjectNode document = Documents.object();
        document.putArray("snapshots").addAll(rows.values());
        document.set("errors", errors);
        output.print(document, cli);
        return errors.isEmpty() ? ExitCode.OK : ExitCode.DESTINATION;
    }

    /** What is in one destination, as it comes. */
    private int list(ObjectStore store) throws StoreException {
        AtomicInteger rows = new AtomicInteger();
        Catalogue catalogue = new Catalogue(store);
        catalogue.visit(name, entry -> {
            if (rows.getAndIncrement() == 0) {
                out().print(HEAD.stripTrailing() + System.lineSeparator());
            }
            out().println(row(entry, catalogue).stripTrailing());
        });
        if (rows.get() == 0) {
            out().println(none(store));
        }
        return ExitCode.OK;
    }

    /** Each snapshot once, with every destination that has it; a line of each is kept until all have been asked. */
    private int list(List<String> destinations, Workspace workspace) throws CommandException {
        Map<String, String> rows = new TreeMap<>();
        Map<String, List<String>> where = new HashMap<>();
        List<String> notes = new ArrayList<>();
        int code = ExitCode.OK;
        for (String each : destinations) {
            ObjectStore store = workspace.store(each);
            try {
                int before = where.values().stream().mapToInt(List::size).sum();
                Catalogue catalogue = new Catalogue(store);
                catalogue.visit(name, entry -> {
                    String key = entry.place().path();
                    boolean whole = !(entry instanceof CatalogueEntry.Unreadable);
                    if (whole) {
                        rows.put(key, row(entry, catalogue));
                    } else {
                        rows.putIfAbsent(key, row(entry, catalogue));
                    }
                    where.computeIfAbsent(key, k -> new ArrayList<>()).add(whole ? each : each + " (UNREADABLE)");
                });
                if (before == where.values().stream().mapToInt(List::size).sum()) {
                    notes.add(none(store));
                }
            } catch (StoreException e) {
                cli.console().error(each + ": " + e.getMessage());
                code = ExitCode.DESTINATION;
            }
        }
        if (!rows.isEmpty()) {
            out().println(HEAD + "DESTINATIONS");
        }
        rows.forEach((key, row) -> out().println(row + "  " + String.join(",", where.getOrDefault(key, List.of()))));
        notes.forEach(out()::println);
        return code;
    }

    private String none(ObjectStore store) {
        return "no snapshots" + name.map(app -> " of " + app).orElse("") + " in " + store.location();
    }

    private PrintStream out() {
        return cli.console().out();
    }

    private String row(CatalogueEntry entry, Catalogue catalogue) throws StoreException {
        if (entry instanceof CatalogueEntry.Unreadable broken) {
            return String.format(
                    Locale.ROOT,
                    "%-16s %-25s UNREADABLE: %s",
                    broken.folder().policy(),
                    broken.folder().id(),
                    broken.problem());
        }
        if (entry instanceof CatalogueEntry.Original original) {
            return row(original.archive());
        }
        CatalogueEntry.Snapshot snapshot = (CatalogueEntry.Snapshot) entry;
        Manifest manifest = snapshot.manifest();
        long files = manifest.sources().stream()
                .mapToLong(Manifest.SourceEntry::files)
                .sum();
        String methods = String.join(
                ",",
                manifest.sources().stream()
                        .map(source -> source.encryption().method())
                        .distinct()
                        .toList());
        return String.format(
                Locale.ROOT,
                ROW,
                snapshot.folder().policy(),
                snapshot.folder().id(),
                Sizes.age(Duration.between(manifest.finished(), cli.clock().instant())),
                snapshot.folder().host(),
                String.format(Locale.ROOT, "%,d", files),
                Sizes.bytes(manifest.plainBytes()),
                Sizes.bytes(manifest.storedBytes()),
                methods,
                VerifiedColumn.of(snapshot, catalogue, cli.clock().instant()));
    }

    /** An archive of the original program, of which only the key and the listing tell; verification keeps nothing beside it. */
    private String row(OriginalArchive archive) {
        return String.format(
                Locale.ROOT,
                ROW,
                archive.app(),
                archive.id(),
                Sizes.age(Duration.between(archive.uploaded(), cli.clock().instant())),
                "(original)",
                "-",
                "-",
                Sizes.bytes(archive.size()),
                archive.method(),
                "-");
    }
}
