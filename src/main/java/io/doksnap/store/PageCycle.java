package io.doksnap.store;

import org.jspecify.annotations.Nullable;

/**
 * Notices a listing whose pages come round again, so that it ends. Holds one place at a time, as listings may have millions of pages (Brent, "An
 * improved Monte Carlo factorization algorithm", 1980): a cycle is found within three times its length.
 */
final class PageCycle {
    private @Nullable String held;
    private long pages;
    private long nextHeld = 1;

    /**
     * Whether a page has been seen before.
     *
     * @param place where the next page begins, as the server says
     */
    boolean returnsTo(String place) {
        if (place.equals(held)) {
            return true;
        }
        pages++;
        if (pages == nextHeld) {
            held = place;
            nextHeld *= 2;
        }
        return false;
    }
}
