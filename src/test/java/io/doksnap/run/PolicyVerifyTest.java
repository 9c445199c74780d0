package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.archive.Decryption;
import io.doksnap.archive.Encryption;
import io.doksnap.policy.Policy;
import io.doksnap.policy.VerifyLevel;
import io.doksnap.snapshot.Identity;
import io.doksnap.snapshot.Manifest.EncryptionEntry;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.ObjectStores;
import io.doksnap.testing.SettableClock;
import java.util.List;
import org.junit.jupiter.api.Test;

class PolicyVerifyTest {
    private static final Identity SHOP = new Identity("host1", "default", "shop");

    private static final Keys NO_KEYS = new Keys() {
        @Override
        public Encryption encryption(Policy policy) {
            return new Encryption.None();
        }

        @Override
        public List<Decryption> decryptions(List<EncryptionEntry> encryptions) {
            return List.of();
        }
    };

    private final SettableClock clock = SettableClock.at("2026-11-22T02:00:00Z");
    private final ObjectStore store = ObjectStores.memory(clock);

    @Test
    void whatAClockThatWasAheadHadDatedIsNotTheNewestForEver() throws Exception {
        StoredRuns stored = new StoredRuns(store);
        stored.snapshot(SHOP, "2026-11-20T02:00:00Z");
        stored.snapshot(SHOP, "2028-03-01T02:00:00Z");
        String newest = stored.snapshot(SHOP, "2026-11-21T02:00:00Z").id();
        PolicyVerify verify = new PolicyVerify(SHOP, VerifyLevel.PRESENCE, NO_KEYS, "test", clock);
        assertThat(verify.execute(store, new Cancellation()))
                .hasValueSatisfying(
                        found -> assertThat(found.snapshot().place().id()).isEqualTo(newest));
    }
}
