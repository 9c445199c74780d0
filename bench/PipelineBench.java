import com.sun.management.OperatingSystemMXBean;
import io.doksnap.archive.ArchiveWriter;
import io.doksnap.archive.Codec;
import io.doksnap.archive.Encryption;
import io.doksnap.archive.openpgp.OpenPgpRecipient;
import io.doksnap.archive.tar.Excludes;
import io.doksnap.archive.tar.TreeStats;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;

/**
 * Archives a tree again and again in one warm JVM, each time when it is told to, so that a script can do something else in
 * between: {@code PipelineBench TREE PUBLIC-KEY-FILE}.
 *
 * <p>Commands, a line each on standard input: {@code run} writes into nothing and answers with wall seconds, CPU seconds of the whole
 * process, bytes written, and its peak resident set in KiB; {@code write FILE} writes the archive there (a pipe will do) and
 * answers with the same. The end of the input ends it.
 */
final class PipelineBench {
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private PipelineBench() {}

    public static void main(String[] args) throws IOException {
        Path tree = Path.of(args[0]);
        Path key = Path.of(args[1]);
        Encryption encryption = new Encryption.ToRecipients(
                OpenPgpRecipient.read(Files.readAllBytes(key), key.toString(), Instant.now()));
        ArchiveWriter writer = new ArchiveWriter(Codec.ZSTD, encryption);
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String command = commands.readLine(); command != null; command = commands.readLine()) {
            if (command.equals("run")) {
                measure(writer, tree, new Counting(OutputStream.nullOutputStream()));
            } else if (command.startsWith("write ")) {
                try (OutputStream file = Files.newOutputStream(Path.of(command.substring(6)))) {
                    measure(writer, tree, new Counting(file));
                }
            } else {
                throw new IllegalArgumentException("no such command: " + command);
            }
        }
    }

    private static void measure(ArchiveWriter writer, Path tree, Counting sink) throws IOException {
        long wall = System.nanoTime();
        long cpu = SYSTEM.getProcessCpuTime();
        writer.write(tree, Excludes.NONE, new TreeStats.Collector(), sink);
        cpu = SYSTEM.getProcessCpuTime() - cpu;
        wall = System.nanoTime() - wall;
        System.out.printf(Locale.ROOT, "%.3f %.3f %d %d%n", wall / 1e9, cpu / 1e9, sink.count, peakResidentKib());
    }

    private static long peakResidentKib() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        return 0;
    }

    private static final class Counting extends OutputStream {
        private final OutputStream out;
        private long count;

        Counting(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            count++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            count += length;
        }
    }
}
