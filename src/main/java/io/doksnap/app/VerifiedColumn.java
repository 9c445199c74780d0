package io.doksnap.app;

import io.doksnap.snapshot.Catalogue;
import io.doksnap.snapshot.CatalogueEntry;
import io.doksnap.snapshot.Manifest.SourceEntry;
import io.doksnap.snapshot.Verification;
import io.doksnap.snapshot.VerificationEntry;
import io.doksnap.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What a table says of the verification of a snapshot: the strictest check that it passed, and how long ago; or that it is damaged. */
final class VerifiedColumn {
    private static final String NEVER = "-";

    private VerifiedColumn() {}

    /** At most 12 characters wide, and one request only where something was verified. */
    static String of(CatalogueEntry.Snapshot snapshot, Catalogue catalogue, Instant now) throws StoreException {
        if (!snapshot.verified()) {
            return NEVER;
        }
        VerificationEntry entry = catalogue.verification(snapshot.folder());
        if (!(entry instanceof VerificationEntry.Found found)) {
            return "UNREADABLE";
        }
        List<String> sources =
                snapshot.manifest().sources().stream().map(SourceEntry::name).toList();
        Verification verification = found.verification();
        if (!verification.damagedSources().isEmpty()) {
            return "DAMAGED";
        }
        return verification
                .passed(sources)
                .map(passed -> passed.level() + " " + age(Duration.between(passed.at(), now)))
                .orElse(NEVER);
    }

    private static String age(Duration age) {
        if (age.toHours() < 1) {
            return Math.max(0, age.toMinutes()) + "m";
        }
        return age.toDays() < 2 ? age.toHours() + "h" : age.toDays() + "d";
    }
}
