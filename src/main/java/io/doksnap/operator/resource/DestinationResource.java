package io.doksnap.operator.resource;

import io.doksnap.api.BackupDestination;
import io.doksnap.api.BackupDestination.BackupDestinationSpec;
import io.doksnap.api.BackupDestination.BackupDestinationStatus;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** A {@link BackupDestination} as it is kept in the API. */
@Group(DoksnapNames.GROUP)
@Version(DoksnapNames.VERSION)
@Kind("BackupDestination")
@Plural("backupdestinations")
@Singular("backupdestination")
@ShortNames("bd")
public final class DestinationResource extends CustomResource<BackupDestinationSpec, BackupDestinationStatus>
        implements Namespaced {
    private static final long serialVersionUID = 1;

    /** Creates one without a name, to be filled. */
    public DestinationResource() {}

    /** What it says, in the words of the rest of the program; a spec that is not there is an empty one. */
    public BackupDestination toBackupDestination() {
        return new BackupDestination(
                ResourceJson.identity(this), ResourceJson.written(getSpec(), BackupDestinationSpec.class), getStatus());
    }
}
