package io.doksnap.app;

import io.doksnap.app.objects.Owner;
import io.doksnap.operator.Revivals;
import io.doksnap.run.DataDirectory;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What an operator of this host works with.
 *
 * @param host the host's name
 */
record Surroundings(Workspace workspace, DataDirectory data, Revivals revivals, ApiConnection api, String host) {

    /** Whose the objects are that it declares. */
    Owner owner(Supplier<Set<String>> former) {
        return new Owner(host, !api.isShared(), former);
    }
}
