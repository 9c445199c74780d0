package io.doksnap.status;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * Counts the requests of each client in the current minute. Clients are told apart by address, those of IPv6 by their network, as one of
 * them has as many addresses as it likes. When there are more clients than are kept in mind, all of the new ones count as one.
 */
final class RequestLimit {
    private static final int MOST_CLIENTS = 10_000;
    private static final long WINDOW_SECONDS = 60;
    private static final int NETWORK_BYTES = 8;
    private static final String EVERYBODY_ELSE = "*";

    private final Clock clock;
    private final Map<String, Integer> counts = new HashMap<>();
    private long window = Long.MIN_VALUE;

    RequestLimit(Clock clock) {
        this.clock = clock;
    }

    /** Counts a request; whether it is one too many. */
    synchronized boolean isExceededBy(InetAddress client, int most) {
        long now = Math.floorDiv(clock.instant().getEpochSecond(), WINDOW_SECONDS);
        if (now != window) {
            window = now;
            counts.clear();
        }
        String name = name(client);
        if (!counts.containsKey(name) && counts.size() >= MOST_CLIENTS) {
            name = EVERYBODY_ELSE;
        }
        int count = counts.merge(name, 1, Integer::sum);
        return count > most;
    }

    /** How long until everybody begins anew. */
    long secondsLeft() {
        return WINDOW_SECONDS - Math.floorMod(clock.instant().getEpochSecond(), WINDOW_SECONDS);
    }

    private static String name(InetAddress client) {
        return client instanceof Inet6Address six
                ? HexFormat.of().formatHex(Arrays.copyOf(six.getAddress(), NETWORK_BYTES))
                : client.getHostAddress();
    }
}
