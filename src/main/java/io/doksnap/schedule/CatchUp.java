package io.doksnap.schedule;

/** What becomes of runs that were due while nobody was there to start them. */
public enum CatchUp {
    /** One run makes up for all of them. */
    ONCE,
    /** They are left out. */
    NONE
}
