package io.doksnap.snapshot;

import io.doksnap.store.StoreException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Visits archives of the original between the snapshots that come behind them in a listing, each in its time. Those of one policy wait at a
 * time, which are few: the original kept at most some thousand.
 */
final class ByTime implements Catalogue.Visitor {
    private final Deque<OriginalArchive> waiting = new ArrayDeque<>();
    private final Catalogue.Visitor visitor;

    ByTime(Catalogue.Visitor visitor) {
        this.visitor = visitor;
    }

    /** Takes the next archive of the listing. */
    void add(OriginalArchive archive) throws StoreException {
        if (!waiting.isEmpty() && !waiting.element().app().equals(archive.app())) {
            finish();
        }
        waiting.add(archive);
    }

    /** Takes the next snapshot of the listing. */
    @Override
    public void visit(CatalogueEntry entry) throws StoreException {
        while (!waiting.isEmpty() && !isAfter(waiting.element(), entry.place())) {
            visitor.visit(new CatalogueEntry.Original(waiting.remove()));
        }
        visitor.visit(entry);
    }

    private static boolean isAfter(OriginalArchive archive, SnapshotPlace next) {
        return archive.app().equals(next.policy()) && archive.name().compareTo(next.name()) > 0;
    }

    /** The listing has ended. */
    void finish() throws StoreException {
        while (!waiting.isEmpty()) {
            visitor.visit(new CatalogueEntry.Original(waiting.remove()));
        }
    }
}
