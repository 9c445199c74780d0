package io.doksnap.policy;

import java.util.List;

/**
 * What is carried out around a run, each list in the order in which it was written.
 *
 * @param pre before anything is read
 * @param post after the read, also after a failure
 * @param failure only after a failure
 */
public record Hooks(List<HookStep> pre, List<HookStep> post, List<HookStep> failure) {

    /** No hook at all. */
    public static final Hooks NONE = new Hooks(List.of(), List.of(), List.of());

    public Hooks {
        pre = List.copyOf(pre);
        post = List.copyOf(post);
        failure = List.copyOf(failure);
    }

    /** Whether there is no hook at all. */
    public boolean isEmpty() {
        return pre.isEmpty() && post.isEmpty() && failure.isEmpty();
    }
}
