package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.archive.Decryption;
import io.doksnap.archive.Encryption;
import io.doksnap.policy.Source;
import io.doksnap.policy.VerifyLevel;
import io.doksnap.snapshot.Catalogue;
import io.doksnap.snapshot.CatalogueEntry;
import io.doksnap.snapshot.Verification;
import io.doksnap.snapshot.VerificationEntry;
import io.doksnap.store.StoreException;
import io.doksnap.testing.FaultyStore.Call;
import io.doksnap.testing.FaultyStore.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A snapshot of two sources, of which one is cut into several objects, and what it takes to verify it. */
final class VerifyBench implements AutoCloseable {
    final Bench bench;
    final CatalogueEntry.Snapshot snapshot;
    Optional<Decryption> decryption = Optional.empty();

    VerifyBench(Path home) throws IOException {
        this(home, new Encryption.None());
    }

    VerifyBench(Path home, Encryption encryption) throws IOException {
        bench = new Bench(home);
        bench.encryption = encryption;
        bench.limitObjects(2000);
        byte[] noise = new byte[5000];
        new Random(48).nextBytes(noise);
        Files.write(bench.tree.resolve("noise"), noise);
        Path conf = Files.createDirectory(bench.home.resolve("conf"));
        Files.writeString(conf.resolve("a.conf"), "a = 1\n");
        bench.sources = List.of(
                new Source.Directory("files", bench.tree, List.of()), new Source.Directory("conf", conf, List.of()));
        bench.backupThatSucceeds();
        snapshot = bench.snapshots().get(0);
        if (keys().size() < 4) {
            throw new AssertionError("nothing was cut: " + keys());
        }
    }

    VerifyOutcome verify(VerifyLevel level) {
        return verify(snapshot, level);
    }

    VerifyOutcome verify(CatalogueEntry entry, VerifyLevel level) {
        return run(entry, level).execute(new Cancellation());
    }

    VerifyRun run(CatalogueEntry entry, VerifyLevel level) {
        return new VerifyRun(entry, new VerifyRun.Request(level, decryption, "doksnap test"), bench.store, bench.clock);
    }

    VerifyOutcome.Damaged damaged(VerifyLevel level) {
        VerifyOutcome outcome = verify(level);
        if (outcome instanceof VerifyOutcome.Damaged damaged) {
            return damaged;
        }
        throw new AssertionError(outcome.toString());
    }

    List<String> damagedKeys(VerifyLevel level) {
        return damaged(level).damages().stream().map(Damage::key).toList();
    }

    Damage damage(String key, String expected, String found) {
        String source = key.contains("/conf.tar") ? "conf" : "files";
        return new Damage(source, key, Reason.MISMATCH, expected, found);
    }

    String flip(String key) throws IOException {
        byte[] content = bench.read(key);
        content[content.length / 2] ^= 1;
        bench.store.put(key, content);
        return key;
    }

    /** A byte that changes on its way here; the object itself is as it was. */
    Fault flippedAtTheFirstReadingOf(String key) throws IOException {
        byte[] good = bench.read(key);
        byte[] flipped = good.clone();
        flipped[flipped.length / 2] ^= 1;
        int[] readings = {0};
        return (call, read) -> {
            if (call == Call.READ && read.equals(key)) {
                bench.store.put(key, readings[0]++ == 0 ? flipped : good);
            }
        };
    }

    CatalogueEntry newest() throws StoreException {
        List<CatalogueEntry> entries = new ArrayList<>();
        new Catalogue(bench.store).visit(Optional.empty(), entries::add);
        return entries.get(entries.size() - 1);
    }

    Verification kept() throws StoreException {
        VerificationEntry entry = new Catalogue(bench.store).verification(snapshot.folder());
        return ((VerificationEntry.Found) entry).verification();
    }

    String key(String name) {
        return snapshot.folder().key(name);
    }

    /** Of all objects that the manifest names, in its order. */
    List<String> keys() {
        return snapshot.manifest().sources().stream()
                .flatMap(source -> source.objects().stream())
                .map(part -> key(part.name()))
                .toList();
    }

    @Override
    public void close() {
        bench.close();
    }
}
