package io.doksnap.run;

import java.nio.file.Path;

/** Where a restore puts its files. */
public sealed interface RestoreTarget {

    /** A directory that is empty or does not exist yet. */
    record EmptyDirectory(Path directory) implements RestoreTarget {}

    /** A Docker volume that exists and is empty. */
    record EmptyVolume(String volume) implements RestoreTarget {}

    /** Where the policy's source lies, replacing what is there. */
    record InPlace() implements RestoreTarget {}
}
