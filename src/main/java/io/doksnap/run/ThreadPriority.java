package io.doksnap.run;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import io.doksnap.policy.IoPriority;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the calling thread, and every thread that it starts from then on, step back from processor and disks. Linux keeps both for each
 * thread, and a new one begins with those of its maker: so a run steps back, and whatever else this process does goes on as before. A
 * thread that stepped back stays there, as only root may come forward again.
 *
 * <p>The JVM's own compilers step back with the first of them: they work for the runs, and a fifth of a run's processor time is theirs at first.
 */
public final class ThreadPriority {
    private static final Logger LOG = LoggerFactory.getLogger(ThreadPriority.class);

    private static final Path THREADS = Path.of("/proc/self/task");
    private static final Pattern COMPILER = Pattern.compile("C[12] Compiler.*", Pattern.DOTALL);

    private static final int ONE_THREAD = 0;
    private static final int THIS_ONE = 0;
    private static final int IO_ONE_THREAD = 1;
    private static final int CLASS_SHIFT = 13;
    private static final int BEST_EFFORT = 2;
    private static final int IDLE = 3;

    private ThreadPriority() {}

    private static final class Linux {
        static {
            Native.register("c");
        }

        private Linux() {}

        private static native int getpriority(int which, int who) throws LastErrorException;

        private static native int setpriority(int which, int who, int priority) throws LastErrorException;

        private static native long syscall(long number, long which, long who, long priority) throws LastErrorException;
    }

    /**
     * Steps back.
     *
     * @param nice 0 to 19; where the thread is further back already, it stays there
     * @return what could not be done, each complete for a person to read; a run goes on without it
     */
    public static List<String> lower(OptionalInt nice, Optional<IoPriority> io) {
        List<String> failures = new ArrayList<>();
        if (nice.isPresent()) {
            attempt("nice", () -> stepBack(THIS_ONE, nice.getAsInt()), failures);
            attempt("nice", () -> compilers().forEach(thread -> stepBack(thread, nice.getAsInt())), failures);
        }
        if (io.isPresent()) {
            attempt("io", () -> Linux.syscall(ioprioSet(), IO_ONE_THREAD, THIS_ONE, value(io.get())), failures);
        }
        return failures;
    }

    /** Never forward: somebody may have started all of this further back. */
    private static void stepBack(int thread, int nice) {
        if (Linux.getpriority(ONE_THREAD, thread) < nice) {
            Linux.setpriority(ONE_THREAD, thread, nice);
        }
    }

    /** Those that the JVM starts later begin with the priority of these, which start them. */
    private static List<Integer> compilers() {
        List<Integer> found = new ArrayList<>();
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(THREADS)) {
            for (Path thread : threads) {
                if (COMPILER.matcher(Files.readString(thread.resolve("comm"))).matches()) {
                    found.add(Integer.valueOf(thread.getFileName().toString()));
                }
            }
        } catch (IOException e) {
            // A thread that ended meanwhile, or no such file system: then the compilers stay where they are.
            LOG.debug("cannot look at the threads of this process", e);
        }
        return found;
    }

    private static void attempt(String what, Runnable call, List<String> failures) {
        try {
            call.run();
        } catch (LastErrorException e) {
            failures.add("limits." + what + " has no effect: the system refuses it (error " + e.getErrorCode() + ")");
        } catch (LinkageError | UnsupportedOperationException e) {
            LOG.debug("no call for limits.{}", what, e);
            failures.add("limits." + what + " has no effect: this system has no such call");
        }
    }

    private static long value(IoPriority io) {
        return io.idle() ? (long) IDLE << CLASS_SHIFT : (long) BEST_EFFORT << CLASS_SHIFT | io.level();
    }

    /** The C library has no function for it, and its number differs between processors. */
    private static long ioprioSet() {
        return switch (System.getProperty("os.arch", "")) {
            case "amd64", "x86_64" -> 251;
            case "aarch64", "riscv64", "loongarch64" -> 30;
            case "ppc64le" -> 273;
            case "s390x" -> 282;
            default -> throw new UnsupportedOperationException();
        };
    }
}
