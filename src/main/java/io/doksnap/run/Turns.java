package io.doksnap.run;

import java.util.HashSet;
import java.util.Set;

/**
 * Lets runs that stop, pause or work in the same container or service wait for each other. Each run takes everything that it is going to touch at
 * once, so that no two can wait for each other for ever.
 */
final class Turns {
    private final Set<String> taken = new HashSet<>();

    /** Waits until nobody else has any of these; interrupted when the run is to end. */
    synchronized void take(Set<String> names) throws InterruptedException {
        while (names.stream().anyMatch(taken::contains)) {
            wait();
        }
        taken.addAll(names);
    }

    /** Takes these unless somebody else has any of them; whether it did. */
    synchronized boolean tryTake(Set<String> names) {
        if (names.stream().anyMatch(taken::contains)) {
            return false;
        }
        taken.addAll(names);
        return true;
    }

    synchronized void giveBack(Set<String> names) {
        taken.removeAll(names);
        notifyAll();
    }
}
