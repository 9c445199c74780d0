package io.doksnap.status;

import io.doksnap.api.Backup;
import io.doksnap.api.BackupPolicy;
import io.doksnap.api.Snapshot;
import java.util.List;

/**
 * What is known, as resources. Every method answers from memory, at once and from any thread: it is asked for each request, and whoever
 * would wait for a network here would keep the server from answering.
 */
public interface StatusSource {

    /** Every policy that this operator carries out. */
    List<BackupPolicy> policies();

    /** Every run that is kept as an object, in any order; also of policies that are gone. */
    List<Backup> backups();

    /** Every snapshot that was found in a destination; one that lies in several stands here as often. */
    List<Snapshot> snapshots();

    /** How the operator itself is. */
    OperatorState operator();
}
