package io.doksnap.policy;

import java.nio.file.Path;
import java.util.List;

/** One thing that a policy reads. */
public sealed interface Source {

    /** Names the source within its policy, and its objects in a bucket: letters, digits, {@code _}, {@code .} and {@code -}. */
    String name();

    /** Globs of paths, relative to the source's root, that are left out. */
    List<String> exclude();

    /** A Docker volume, by its name. */
    record Volume(String name, String volume, List<String> exclude) implements Source {
        public Volume {
            exclude = List.copyOf(exclude);
        }
    }

    /** A directory of the host, by its absolute path. */
    record Directory(String name, Path directory, List<String> exclude) implements Source {
        public Directory {
            exclude = List.copyOf(exclude);
        }
    }
}
