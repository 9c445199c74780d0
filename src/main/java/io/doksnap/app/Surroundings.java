package io.doksnap.app;

import io.doksnap.app.objects.Owner;
import io.doksnap.operator.HostLease;
import io.doksnap.operator.Revivals;
import io.doksnap.run.DataDirectory;

/**
 * What an operator of this host works with.
 *
 * @param host the host's name
 */
record Surroundings(Workspace workspace, DataDirectory data, Revivals revivals, ApiConnection api, String host) {

    /** Whose the objects are that it declares. */
    Owner owner(HostLease lease) {
        return new Owner(host, !api.isShared(), () -> lease.known().former(), lease::isFree);
    }
}
