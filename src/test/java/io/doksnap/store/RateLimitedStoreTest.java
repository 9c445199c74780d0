package io.doksnap.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doksnap.testing.SettableClock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimitedStoreTest extends ObjectStoreContract {
    private static final int RATE = 1_000_000;

    private final AtomicLong nanos = new AtomicLong();
    private final RateLimit limit = new RateLimit(RATE, nanos::get, time -> nanos.addAndGet(time.toNanos()));

    @Override
    ObjectStore newStore() {
        return another();
    }

    private ObjectStore another() {
        return ObjectStores.limited(ObjectStores.memory(SettableClock.at("2026-11-22T02:00:00Z")), limit);
    }

    @Test
    void uploadTakesAsLongAsItsBytesNeed() throws Exception {
        try (Upload upload = store.upload("object")) {
            upload.write(bytes(10 * RATE), 0, 10 * RATE);
            upload.commit();
        }
        // The first second's worth was saved up.
        assertThat(passed()).isBetween(Duration.ofMillis(8_990), Duration.ofMillis(9_010));
    }

    @Test
    void storesShareOneLimit() throws Exception {
        ObjectStore other = another();
        for (int i = 0; i < 5; i++) {
            store.put("object", bytes(RATE));
            other.put("object", bytes(RATE));
        }
        assertThat(passed()).isBetween(Duration.ofMillis(8_990), Duration.ofMillis(9_010));
    }

    @Test
    void idleTimeIsSavedUpForOneSecondOnly() throws Exception {
        nanos.addAndGet(Duration.ofHours(1).toNanos());
        store.put("object", bytes(3 * RATE));
        assertThat(passed().minusHours(1)).isBetween(Duration.ofMillis(1_990), Duration.ofMillis(2_010));
    }

    @Test
    void readingIsNotSlowedDown() throws Exception {
        store.put("object", bytes(RATE));
        Duration before = passed();
        for (int i = 0; i < 10; i++) {
            read("object");
        }
        assertThat(passed()).isEqualTo(before);
    }

    @Test
    void waitIsInterruptible() {
        RateLimit slow = new RateLimit(1, nanos::get, time -> {
            throw new InterruptedException();
        });
        ObjectStore limited = ObjectStores.limited(store, slow);
        assertThatThrownBy(() -> limited.put("object", bytes(100))).isInstanceOf(StoreException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    private Duration passed() {
        return Duration.ofNanos(nanos.get());
    }
}
