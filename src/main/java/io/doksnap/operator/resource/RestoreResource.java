package io.doksnap.operator.resource;

import io.doksnap.api.Restore;
import io.doksnap.api.Restore.RestoreSpec;
import io.doksnap.api.Restore.RestoreStatus;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** A {@link Restore} as it is kept in the API. */
@Group(DoksnapNames.GROUP)
@Version(DoksnapNames.VERSION)
@Kind("Restore")
@Plural("restores")
@Singular("restore")
@ShortNames("rs")
public final class RestoreResource extends CustomResource<RestoreSpec, RestoreStatus> implements Namespaced {
    private static final long serialVersionUID = 1;

    /** Creates one without a name, to be filled. */
    public RestoreResource() {}

    /** What it says, in the words of the rest of the program; a spec that is not there is an empty one. */
    public Restore toRestore() {
        return new Restore(
                ResourceJson.identity(this), ResourceJson.written(getSpec(), RestoreSpec.class), getStatus());
    }
}
