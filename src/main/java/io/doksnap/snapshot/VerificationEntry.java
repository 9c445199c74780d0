package io.doksnap.snapshot;

/** What lies beside a manifest of what verification found. */
public sealed interface VerificationEntry {

    /** All that is known; nothing where the snapshot was never verified. */
    record Found(Verification verification) implements VerificationEntry {}

    /**
     * Something that cannot be used, so that the snapshot may be known to be damaged or not.
     *
     * @param problem what is wrong with it, to be read after its name
     * @param newer whether a newer version wrote it, rather than that it is damaged
     */
    record Unusable(String problem, boolean newer) implements VerificationEntry {}
}
