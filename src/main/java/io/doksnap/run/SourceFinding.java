package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.policy.VerifyLevel;
import io.doksnap.run.VerifyOutcome.Undecided;
import java.util.ArrayList;
import java.util.List;

/** What the check of one source has found so far. Used by one thread. */
final class SourceFinding {
    private final String source;
    private final List<Damage> damages = new ArrayList<>();
    private boolean ofTheArchive;
    private final List<Undecided> undecided = new ArrayList<>();

    SourceFinding(String source) {
        this.source = source;
    }

    void damaged(Damage damage) {
        damages.add(damage);
    }

    /** Damage that no look at the objects shows, since they are as they were stored. */
    void damagedArchive(Damage damage) {
        damages.add(damage);
        ofTheArchive = true;
    }

    /**
     * The least strict level that sees what was found at a level: objects whose bytes are right again hold what they held before, which takes no key to
     * tell.
     */
    VerifyLevel seenFrom(VerifyLevel level) {
        boolean ofTheObjects = !damages.isEmpty() && !ofTheArchive;
        return level == VerifyLevel.FULL && ofTheObjects ? VerifyLevel.CHECKSUM : level;
    }

    /** What cannot be looked at the second time either is said once. */
    void undecided(Undecided what) {
        if (!undecided.contains(what)) {
            undecided.add(what);
        }
    }

    String source() {
        return source;
    }

    List<Damage> damages() {
        return List.copyOf(damages);
    }

    List<Undecided> undecided() {
        return List.copyOf(undecided);
    }

    /** Whether this one object is known to be damaged. */
    boolean isDamaged(String key) {
        return damages.stream().anyMatch(damage -> damage.key().equals(key));
    }

    /** {@link Reason#VERIFIED}, or what is wrong: a mismatch if there is any. */
    Reason reason() {
        if (damages.isEmpty()) {
            return Reason.VERIFIED;
        }
        return damages.stream().anyMatch(damage -> damage.reason() == Reason.MISMATCH)
                ? Reason.MISMATCH
                : Reason.UNREADABLE;
    }

    /** Whether nothing came up so far. */
    boolean isSpotless() {
        return damages.isEmpty() && undecided.isEmpty();
    }

    /** Whether nothing is known but that a key is missing. */
    boolean isForWantOfAKey() {
        return damages.isEmpty() && undecided.stream().anyMatch(why -> why.reason() == Reason.KEY_UNAVAILABLE);
    }

    /** Whether there is a result: that something is damaged, or that nothing is. */
    boolean isDecided() {
        return !damages.isEmpty() || undecided.isEmpty();
    }
}
