package io.doksnap.operator.resource;

import io.doksnap.api.BackupPolicy;
import io.doksnap.api.BackupPolicy.BackupPolicyStatus;
import io.doksnap.api.BackupPolicySpec;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** A {@link BackupPolicy} as it is kept in the API. */
@Group(DoksnapNames.GROUP)
@Version(DoksnapNames.VERSION)
@Kind("BackupPolicy")
@Plural("backuppolicies")
@Singular("backuppolicy")
@ShortNames("bp")
public final class PolicyResource extends CustomResource<BackupPolicySpec, BackupPolicyStatus> implements Namespaced {
    private static final long serialVersionUID = 1;

    /** Creates one without a name, to be filled. */
    public PolicyResource() {}

    /** What it says, in the words of the rest of the program; a spec that is not there is an empty one. */
    public BackupPolicy toBackupPolicy() {
        return new BackupPolicy(
                ResourceJson.identity(this), ResourceJson.written(getSpec(), BackupPolicySpec.class), getStatus());
    }
}
