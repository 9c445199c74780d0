package io.doksnap.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.api.Reason;
import io.doksnap.run.Damage;
import io.doksnap.run.VerifyOutcome;
import io.doksnap.run.VerifyOutcome.Undecided;
import io.doksnap.snapshot.CatalogueEntry;
import io.doksnap.snapshot.Manifest;
import io.doksnap.snapshot.SnapshotPlace;
import java.time.Duration;
import java.util.List;

/** Says what verification found, snapshot by snapshot, and the sum of it; and remembers with what code the command ends. */
final class VerifyReport {
    private final Console console;
    private int verified;
    private int damaged;
    private int unknown;
    private int gone;
    private int code = ExitCode.OK;
    private boolean interrupted;
    private final ArrayNode rows = JsonNodeFactory.instance.arrayNode();

    VerifyReport(Console console) {
        this.console = console;
    }

    /**
     * Where a snapshot was looked at.
     *
     * @param ofSeveral whether the destination has to be named, since the snapshot may be in others, too
     */
    record Where(String destination, boolean ofSeveral, String location) {}

    /** Whether somebody wants to stop, so that there is no use in going on. */
    boolean isInterrupted() {
        return interrupted;
    }

    /** One snapshot was looked at. */
    void add(CatalogueEntry entry, VerifyOutcome outcome, Where where, Duration took) {
        rows.add(Documents.verification(outcome, where.destination()));
        String snapshot = name(outcome.place()) + (where.ofSeveral() ? " in " + where.destination() : "");
        if (outcome instanceof VerifyOutcome.Verified result) {
            verified++;
            console.out()
                    .println(snapshot + " verified (" + result.level() + "): " + amount(entry) + " in "
                            + Sizes.duration(took));
        } else if (outcome instanceof VerifyOutcome.Damaged result) {
            damaged++;
            result.damages()
                    .forEach(damage -> console.error(snapshot + " is damaged (" + damage.reason() + "): " + damage.key()
                            + " in " + where.location() + ": " + words(damage)));
            undecided(snapshot, result.undecided());
            console.error(snapshot + " is not to be relied on; make a new backup now (doksnap backup "
                    + result.place().policy() + "), and restore from another snapshot, or put its objects back from a"
                    + " replica and verify again");
            end(outcome.reason());
        } else if (outcome instanceof VerifyOutcome.Unknown result) {
            unknown++;
            undecided(snapshot, result.undecided());
            end(outcome.reason());
        } else {
            gone++;
            console.say(snapshot + " was removed meanwhile, as by retention");
        }
        outcome.notKept()
                .ifPresent(why -> console.warn(snapshot
                        + ": the result could not be kept beside it, so doksnap list and retention do not know of it: "
                        + why));
    }

    /** An app of which no snapshot could be looked at. */
    void failed(List<String> problems, int because) {
        problems.forEach(console::error);
        end(because);
    }

    /** Says the sum where there is one; returns the exit code. */
    int finish() {
        int all = verified + damaged + unknown;
        if (all > 1) {
            console.out()
                    .println(all + " snapshots: " + verified + " verified, " + damaged + " damaged, " + unknown
                            + " not checked to the end");
        }
        return all == 0 && gone > 0 && code == ExitCode.OK ? ExitCode.NOT_FOUND : code;
    }

    /** All of it for programs; to be asked once it is finished. */
    ObjectNode document(int exitCode) {
        ObjectNode document = Documents.object().put("exitCode", exitCode);
        document.set("snapshots", rows);
        return document;
    }

    private void undecided(String snapshot, List<Undecided> undecided) {
        for (Undecided what : undecided) {
            interrupted |= what.reason() == Reason.CANCELLED;
            console.error(snapshot + " could not be verified (" + what.reason() + "): " + what.message());
        }
    }

    /** Damage outweighs everything else; of the rest, what came first. */
    private void end(Reason reason) {
        end(ExitCode.of(reason));
    }

    private void end(int because) {
        if (code == ExitCode.OK || because == ExitCode.DAMAGED) {
            code = because;
        }
    }

    private static String name(SnapshotPlace place) {
        return place.policy() + ": " + place.id();
    }

    private static String words(Damage damage) {
        return damage.source().isEmpty() ? damage.found() : damage.found() + " instead of " + damage.expected();
    }

    private static String amount(CatalogueEntry entry) {
        if (entry instanceof CatalogueEntry.Original original) {
            return "1 object, " + Sizes.bytes(original.archive().size()) + " and no manifest to compare with,";
        }
        Manifest manifest = ((CatalogueEntry.Snapshot) entry).manifest();
        return Sizes.count(manifest.allObjects().size(), "object", "objects") + ", "
                + Sizes.bytes(manifest.storedBytes());
    }
}
