package io.doksnap.operator.resource;

import io.doksnap.api.Snapshot;
import io.doksnap.api.Snapshot.SnapshotSpec;
import io.doksnap.api.Snapshot.SnapshotStatus;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** A {@link Snapshot} as it is kept in the API. */
@Group(DoksnapNames.GROUP)
@Version(DoksnapNames.VERSION)
@Kind("Snapshot")
@Plural("snapshots")
@Singular("snapshot")
@ShortNames("snap")
public final class SnapshotResource extends CustomResource<SnapshotSpec, SnapshotStatus> implements Namespaced {
    private static final long serialVersionUID = 1;

    /** Creates one without a name, to be filled. */
    public SnapshotResource() {}

    /** What it says, in the words of the rest of the program; a spec that is not there is an empty one. */
    public Snapshot toSnapshot() {
        return new Snapshot(
                ResourceJson.identity(this), ResourceJson.written(getSpec(), SnapshotSpec.class), getStatus());
    }
}
