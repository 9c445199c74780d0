package io.doksnap.operator;

import io.doksnap.operator.resource.SnapshotResource;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;

/** Has a destination looked at when somebody deletes a Snapshot, so that it is made again where the snapshot is still there. */
final class SnapshotReconciler implements Reconciler<SnapshotResource> {
    private final Control control;
    private final Looks looks;

    SnapshotReconciler(Control control, Looks looks) {
        this.control = control;
        this.looks = looks;
    }

    @Override
    public UpdateControl<SnapshotResource> reconcile(SnapshotResource resource, Context<SnapshotResource> context) {
        if (context.isPrimaryResourceDeleted() && control.isReady()) {
            String destination = resource.toSnapshot().spec().destination();
            if (destination != null) {
                looks.request(resource.getMetadata().getNamespace(), destination);
            }
        }
        return UpdateControl.noUpdate();
    }
}
