package io.doksnap.run;

import java.nio.file.Path;

/** How the data of a source can be reached. */
sealed interface DataPlace {

    /** As a directory of this host: faster, and truer. */
    record Directory(Path path) implements DataPlace {}

    /**
     * Only through the archive API of its engine.
     *
     * @param why its directory cannot be reached, in words
     */
    record ThroughEngine(String volume, String why) implements DataPlace {}
}
