package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.policy.VerifyLevel;
import io.doksnap.snapshot.SnapshotPlace;
import java.util.List;
import java.util.Optional;

/** How the verification of one snapshot ended. */
public sealed interface VerifyOutcome {

    /** Where the snapshot lies. */
    SnapshotPlace place();

    /** Why, for code and conditions. */
    Reason reason();

    /** Why the result could not be kept beside the snapshot; empty where it is, or where there is none to keep. Complete for a person to read. */
    default Optional<String> notKept() {
        return Optional.empty();
    }

    /** Everything is as the manifest says, as far as the level looks. */
    record Verified(SnapshotPlace place, VerifyLevel level, Optional<String> notKept) implements VerifyOutcome {
        @Override
        public Reason reason() {
            return Reason.VERIFIED;
        }
    }

    /**
     * Something is not, and certainly so.
     *
     * @param damages every object that was found to be damaged; never empty
     * @param undecided what could not be checked besides
     */
    record Damaged(SnapshotPlace place, List<Damage> damages, List<Undecided> undecided, Optional<String> notKept)
            implements VerifyOutcome {
        public Damaged {
            damages = List.copyOf(damages);
            undecided = List.copyOf(undecided);
        }

        /** {@link Reason#MISMATCH} if anything differs from what was stored. */
        @Override
        public Reason reason() {
            return damages.stream().anyMatch(damage -> damage.reason() == Reason.MISMATCH)
                    ? Reason.MISMATCH
                    : Reason.UNREADABLE;
        }
    }

    /**
     * Nothing is known to be wrong, and not everything could be checked: the network failed, a key was missing, somebody stopped it.
     *
     * @param undecided never empty
     */
    record Unknown(SnapshotPlace place, List<Undecided> undecided, Optional<String> notKept) implements VerifyOutcome {
        public Unknown {
            undecided = List.copyOf(undecided);
        }

        @Override
        public Reason reason() {
            return undecided.get(0).reason();
        }
    }

    /** The snapshot was removed while it was checked, as by retention. */
    record Gone(SnapshotPlace place) implements VerifyOutcome {
        @Override
        public Reason reason() {
            return Reason.SOURCE_NOT_FOUND;
        }
    }

    /**
     * Something that could not be checked.
     *
     * @param message what, where and what to do about it; complete for a person to read
     */
    record Undecided(Reason reason, String message) {}
}
