package io.doksnap.policy;

import io.doksnap.api.BackupPolicySpec;
import io.doksnap.api.BackupPolicySpec.DestinationRef;
import io.doksnap.api.BackupPolicySpec.EncryptionSpec;
import io.doksnap.api.BackupPolicySpec.QuiesceSpec;
import io.doksnap.api.BackupPolicySpec.RetentionSpec;
import io.doksnap.api.BackupPolicySpec.RetrySpec;
import io.doksnap.api.BackupPolicySpec.ScheduleSpec;
import io.doksnap.api.BackupPolicySpec.SourceSpec;
import io.doksnap.api.BackupPolicySpec.TargetSpec;
import io.doksnap.api.BackupPolicySpec.VerifySpec;
import io.doksnap.api.HooksSpec;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A spec in the making: one volume and nothing else, until a test says more. */
final class Draft {
    static final SourceSpec DATA = volume("data", "shop_data");

    @Nullable
    String displayName;

    @Nullable
    TargetSpec target;

    @Nullable
    String host;

    List<SourceSpec> sources = List.of(DATA);

    @Nullable
    ScheduleSpec schedule;

    boolean suspend;

    @Nullable
    QuiesceSpec quiesce;

    @Nullable
    HooksSpec hooks;

    @Nullable
    RetrySpec retry;

    @Nullable
    String compression;

    @Nullable
    EncryptionSpec encryption;

    List<DestinationRef> destinations = List.of();

    @Nullable
    RetentionSpec retention;

    @Nullable
    VerifySpec verify;

    boolean allowEmpty;

    @Nullable
    String timeout;

    BackupPolicySpec spec() {
        return new BackupPolicySpec(
                displayName,
                target,
                host,
                sources,
                schedule,
                suspend,
                quiesce,
                hooks,
                retry,
                compression,
                encryption,
                destinations,
                retention,
                verify,
                allowEmpty,
                timeout);
    }

    static SourceSpec volume(String name, String volume, String... exclude) {
        return new SourceSpec(name, volume, null, null, List.of(exclude));
    }

    static SourceSpec directory(String name, String directory, String... exclude) {
        return new SourceSpec(name, null, directory, null, List.of(exclude));
    }

    static TargetSpec container(String name) {
        return new TargetSpec(name, null, null, Map.of());
    }
}
