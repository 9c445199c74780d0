package io.doksnap.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.testing.SettableClock;
import org.junit.jupiter.api.Test;

class CountingStoreTest extends ObjectStoreContract {
    private final StoreTraffic traffic = new StoreTraffic();

    @Override
    ObjectStore newStore() {
        return ObjectStores.counted(ObjectStores.memory(SettableClock.at("2026-11-22T02:00:00Z")), traffic);
    }

    @Test
    void everythingThatWentThroughIsCounted() throws Exception {
        store.put("one", new byte[10]);
        try (Upload upload = store.upload("two")) {
            upload.write(new byte[200], 0, 100);
            upload.write(new byte[200], 100, 100);
            upload.commit();
        }
        read("two");
        store.find("one");
        keys("");
        store.delete("one");
        assertThat(traffic.stored()).isEqualTo(2);
        assertThat(traffic.sentBytes()).isEqualTo(210);
        assertThat(traffic.receivedBytes()).isEqualTo(200);
        assertThat(traffic.deleted()).isEqualTo(1);
        assertThat(traffic.calls()).isEqualTo(6);
    }

    @Test
    void uploadThatCameToNothingIsNoObject() throws Exception {
        try (Upload upload = store.upload("one")) {
            upload.write(new byte[100], 0, 100);
        }
        assertThat(traffic.stored()).isZero();
        assertThat(traffic.sentBytes()).isEqualTo(100);
    }
}
