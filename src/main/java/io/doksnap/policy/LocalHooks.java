package io.doksnap.policy;

/**
 * Whether a declaration may run processes on the operator's own host. Only {@code config.yaml} may, and only in its own
 * words: everybody else who can write a policy is not thereby root on this machine.
 */
public enum LocalHooks {
    /** The declaration is {@code config.yaml}'s own. */
    ALLOWED,
    /** It came from anywhere else. */
    REFUSED
}
