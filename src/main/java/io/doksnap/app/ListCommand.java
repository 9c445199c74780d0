package io.doksnap.app;

import io.doksnap.snapshot.Catalogue;
import io.doksnap.snapshot.CatalogueEntry;
import io.doksnap.snapshot.Manifest;
import io.doksnap.snapshot.OriginalArchive;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.StoreException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code doksnap list [NAME]}. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "Lists the snapshots in the destination, oldest first for each app and host.")
final class ListCommand implements Callable<Integer> {
    private static final String ROW = "%-16s %-25s %-14s %-12s %8s %9s %9s  %s%n";

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

    ListCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        try (Workspace workspace = Workspace.open(config.file(), cli)) {
            PrintStream out = cli.console().out();
            for (String destination : workspace.settings().destinations().keySet()) {
                ObjectStore store = workspace.store(destination);
                if (list(store, out) == 0) {
                    out.println("no snapshots" + name.map(app -> " of " + app).orElse("") + " in " + store.location());
                }
            }
        }
        return ExitCode.OK;
    }

    private int list(ObjectStore store, PrintStream out) throws StoreException {
        AtomicInteger rows = new AtomicInteger();
        new Catalogue(store).visit(name, entry -> {
            if (rows.getAndIncrement() == 0) {
                out.printf(Locale.ROOT, ROW, "APP", "SNAPSHOT", "AGE", "HOST", "FILES", "DATA", "STORED", "ENCRYPTED");
            }
            print(entry, out);
        });
        return rows.get();
    }

    private void print(CatalogueEntry entry, PrintStream out) {
        if (entry instanceof CatalogueEntry.Unreadable broken) {
            out.printf(
                    Locale.ROOT,
                    "%-16s %-25s UNREADABLE: %s%n",
                    broken.folder().policy(),
                    broken.folder().id(),
                    broken.problem());
            return;
        }
        if (entry instanceof CatalogueEntry.Original original) {
            print(original.archive(), out);
            return;
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
        out.printf(
                Locale.ROOT,
                ROW,
                snapshot.folder().policy(),
                snapshot.folder().id(),
                Sizes.age(Duration.between(manifest.finished(), cli.clock().instant())),
                snapshot.folder().host(),
                String.format(Locale.ROOT, "%,d", files),
                Sizes.bytes(manifest.plainBytes()),
                Sizes.bytes(manifest.storedBytes()),
                methods);
    }

    /** An archive of the original program, of which only the key and the listing tell. */
    private void print(OriginalArchive archive, PrintStream out) {
        out.printf(
                Locale.ROOT,
                ROW,
                archive.app(),
                archive.id(),
                Sizes.age(Duration.between(archive.uploaded(), cli.clock().instant())),
                "-",
                "-",
                "-",
                Sizes.bytes(archive.size()),
                archive.method() + " (original)");
    }
}
