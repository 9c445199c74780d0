package io.doksnap.policy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** One thing that a policy reads. */
public sealed interface Source {

    /** What stands in place of a volume's name for {@link OtherVolumes}. */
    String EVERY_VOLUME = "*";

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

    /**
     * A Docker volume, by the path at which the policy's target mounts it.
     *
     * @param path absolute, in the container
     */
    record Mount(String name, String path, List<String> exclude) implements Source {
        public Mount {
            exclude = List.copyOf(exclude);
        }
    }

    /**
     * Every named volume of the policy's target that no other source reads, each under a name of its own. None at all is fine
     * where the policy has other sources.
     *
     * @param name only tells it apart from the other sources
     */
    record OtherVolumes(String name, List<String> exclude) implements Source {
        public OtherVolumes {
            exclude = List.copyOf(exclude);
        }
    }

    /**
     * What a command in the policy's target writes to its standard output.
     *
     * @param command for {@link DumpKind#COMMAND}, never empty then; else empty
     * @param user as which it runs; empty: the container's own
     */
    record Dump(String name, DumpKind kind, List<String> command, Optional<String> user) implements Source {
        public Dump {
            command = List.copyOf(command);
        }

        @Override
        public List<String> exclude() {
            return List.of();
        }

        /** Without the command, whose arguments may hold a password. */
        @Override
        public String toString() {
            return "Dump[name=" + name + ", kind=" + kind + "]";
        }
    }

    /** The databases that can be dumped by their own tools. */
    enum DumpKind {
        POSTGRES,
        MYSQL,
        MARIADB,
        MONGO,
        REDIS,
        /** Anything else: the policy says the command. */
        COMMAND
    }

    /** A directory of the host, by its absolute path. */
    record Directory(String name, Path directory, List<String> exclude) implements Source {
        public Directory {
            exclude = List.copyOf(exclude);
        }
    }
}
