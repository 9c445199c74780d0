package io.doksnap.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doksnap.api.BackupPolicySpec;
import io.doksnap.api.BackupPolicySpec.EncryptionSpec;
import io.doksnap.api.HooksSpec;
import io.doksnap.api.HooksSpec.EnvSpec;
import io.doksnap.api.HooksSpec.ExecSpec;
import io.doksnap.api.HooksSpec.HookSpec;
import io.doksnap.api.SecretKeyRef;
import io.doksnap.api.SecretKeyRef.ValueFrom;
import io.doksnap.snapshot.Details.SourceDetails;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DetailsTest {
    private static final Identity IDENTITY = new Identity("host1", "default", "shop");
    private static final HookSpec HOOK = new HookSpec(
            new ExecSpec(List.of("backup.sh"), null, null, null, List.of(new EnvSpec("PASSWORD", "hunter2"))),
            null,
            null,
            null,
            null);
    private static final BackupPolicySpec SPEC = new BackupPolicySpec(
            null,
            null,
            null,
            List.of(new BackupPolicySpec.SourceSpec("data", "shop_data", null, null, List.of("*.log"))),
            null,
            false,
            null,
            new HooksSpec(List.of(HOOK), List.of(), List.of()),
            null,
            null,
            new EncryptionSpec(null, "aes256", List.of(), new ValueFrom(new SecretKeyRef("keys", "password"))),
            List.of(),
            null,
            null,
            false,
            null);

    private static Details details() {
        return Details.of(
                "doksnap 1.0",
                IDENTITY,
                "20261122_020000_0a1b2c3d",
                Optional.of(SPEC),
                List.of(new SourceDetails("data", 10_240, "ab".repeat(32))));
    }

    @Test
    void detailsAreReadAsTheyWereWritten() throws IOException {
        Details details = details();
        assertThat(SnapshotJson.readDetails(SnapshotJson.write(details))).isEqualTo(details);
        assertThat(details.plainSha256("data")).contains("ab".repeat(32));
        assertThat(details.plainSha256("other")).isEmpty();
    }

    @Test
    void specIsThereWithReferencesToSecretsAndNoSecret() {
        String json = new String(SnapshotJson.write(details()), StandardCharsets.UTF_8);
        assertThat(json).contains("shop_data", "*.log", "backup.sh", "PASSWORD", "secretRef", "keys");
        assertThat(json).doesNotContain("hunter2");
        assertThat(details().spec().has("schedule")).isFalse();
    }

    @Test
    void policyOfNoResourceHasAnEmptySpec() throws IOException {
        Details details = Details.of("doksnap 1.0", IDENTITY, "id", Optional.empty(), List.of());
        assertThat(details.spec()).isEmpty();
        assertThat(SnapshotJson.readDetails(SnapshotJson.write(details))).isEqualTo(details);
    }

    @Test
    void detailsOfANewerVersionAreNotTakenForDamage() {
        byte[] newer = "{\"formatVersion\": 2, \"program\": \"doksnap 9\"}".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> SnapshotJson.readDetails(newer))
                .isInstanceOf(NewerFormatException.class)
                .hasMessageContaining("upgrade");
        assertThatThrownBy(() -> SnapshotJson.readDetails("{}".getBytes(StandardCharsets.UTF_8)))
                .hasMessage("it is no complete details");
    }
}
