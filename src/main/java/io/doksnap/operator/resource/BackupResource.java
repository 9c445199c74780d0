package io.doksnap.operator.resource;

import io.doksnap.api.Backup;
import io.doksnap.api.Backup.BackupSpec;
import io.doksnap.api.Backup.BackupStatus;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** A {@link Backup} as it is kept in the API. */
@Group(DoksnapNames.GROUP)
@Version(DoksnapNames.VERSION)
@Kind("Backup")
@Plural("backups")
@Singular("backup")
@ShortNames("bk")
public final class BackupResource extends CustomResource<BackupSpec, BackupStatus> implements Namespaced {
    private static final long serialVersionUID = 1;

    /** Creates one without a name, to be filled. */
    public BackupResource() {}

    /** What it says, in the words of the rest of the program; a spec that is not there is an empty one. */
    public Backup toBackup() {
        return new Backup(ResourceJson.identity(this), ResourceJson.written(getSpec(), BackupSpec.class), getStatus());
    }
}
