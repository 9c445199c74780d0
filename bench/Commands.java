import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Does work in one warm JVM each time when it is told to, so that a script can do something else in between.
 *
 * <p>Commands are lines on standard input, a word and an argument. Each is answered with wall seconds, CPU seconds of the whole process,
 * bytes written, and its peak resident set in KiB. The end of the input ends it.
 */
final class Commands {
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private Commands() {}

    /** What is measured. */
    interface Work {
        /**
         * Does it once.
         *
         * @return bytes written
         */
        long perform(String command, String argument) throws IOException;
    }

    static void serve(Work work) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] words = line.split(" ", 2);
            long wall = System.nanoTime();
            long cpu = SYSTEM.getProcessCpuTime();
            long written = work.perform(words[0], words.length > 1 ? words[1] : "");
            cpu = SYSTEM.getProcessCpuTime() - cpu;
            wall = System.nanoTime() - wall;
            System.out.printf(Locale.ROOT, "%.3f %.3f %d %d%n", wall / 1e9, cpu / 1e9, written, peakResidentKib());
        }
    }

    private static long peakResidentKib() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        return 0;
    }
}
