package io.doksnap.declare.offen;

/** What becomes of a setting. */
enum Fate {
    /** It has a counterpart. */
    CARRIED,
    /** Nothing is to be done: what it is for happens by itself, or cannot happen. */
    NEEDLESS,
    /** It has no counterpart; whoever relies on it has to do something. */
    LOST
}
