package io.doksnap.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.store.StoreException.Kind;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class MemoryStoreTest extends ObjectStoreContract {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @Override
    ObjectStore newStore() {
        return ObjectStores.memory(Clock.fixed(NOW, ZoneOffset.UTC));
    }

    @Test
    void objectsAreAsOldAsTheClockSays() throws Exception {
        store.put("object", new byte[3]);
        assertThat(store.find("object")).contains(new StoredObject("object", 3, NOW));
    }

    @Test
    void objectThatOutgrowsTheLimitIsRefused() throws Exception {
        ObjectStore small = ObjectStores.memory(Clock.fixed(NOW, ZoneOffset.UTC), 10);
        try (Upload upload = small.upload("object")) {
            upload.write(new byte[10], 0, 10);
            assertKind(Kind.REFUSED, () -> upload.write(new byte[1], 0, 1));
        }
        assertThat(small.find("object")).isEmpty();
    }
}
