import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Starts of several launchers in turns: {@code StartBench WORK ROUNDS REST_SECONDS LAUNCHER...}.
 *
 * <p>Each round starts each of them on a data directory that is new, and then on the one of that start, as after a reboot. A start ends when the operator says that
 * it is ready, which is later than its API says it. Prints medians, and of all but the first launcher the ratio of the first's to theirs.
 */
final class StartBench {
    private static final long LOOK_MILLIS = 5;
    private static final long PATIENCE_SECONDS = 120;
    private static final List<String> FIGURES =
            List.of("API ready, s", "operator ready, s", "CPU to ready, s", "resident at rest, MB");

    private final Path work;
    private final int rest;

    private StartBench(Path work, int rest) {
        this.work = work;
        this.rest = rest;
    }

    public static void main(String[] args) throws Exception {
        StartBench bench = new StartBench(Path.of(args[0]), Integer.parseInt(args[2]));
        bench.run(Integer.parseInt(args[1]), Arrays.asList(args).subList(3, args.length));
    }

    /** What one start took, in the order of {@link #FIGURES}. */
    private record Start(double api, double operator, double cpu, double resident) {
        double figure(int index) {
            return new double[] {api, operator, cpu, resident}[index];
        }
    }

    private void run(int rounds, List<String> launchers) throws Exception {
        Map<String, List<Start>> fresh = new LinkedHashMap<>();
        Map<String, List<Start>> again = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (String launcher : launchers) {
                delete(work.resolve("state"));
                fresh.computeIfAbsent(launcher, none -> new ArrayList<>()).add(start(launcher));
                again.computeIfAbsent(launcher, none -> new ArrayList<>()).add(start(launcher));
            }
        }
        print("new data directory", fresh);
        print("used data directory", again);
    }

    private Start start(String launcher) throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Path config = Files.writeString(work.resolve("config.yaml"), """
                storage: {directory: %1$s/store}
                data_dir: %1$s/state
                host: bench
                encryption: {method: none}
                docker: {host: "unix:///nowhere"}
                status_server: {enabled: false}
                api: {port: %2$d}
                """.formatted(work, port));
        Path log = work.resolve("log");
        long began = System.nanoTime();
        Process process = new ProcessBuilder(launcher, "run", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            double api = 0;
            while (!Files.readString(log).contains(" is ready")) {
                if (!process.isAlive() || seconds(began) > PATIENCE_SECONDS) {
                    throw new IllegalStateException(launcher + " is not ready: " + Files.readString(log));
                }
                // One answer is enough: each costs the server a handshake.
                if (api == 0 && isListening(port) && isReady(port)) {
                    api = seconds(began);
                }
                Thread.sleep(LOOK_MILLIS);
            }
            double operator = seconds(began);
            double cpu = cpu(process.pid());
            TimeUnit.SECONDS.sleep(rest);
            return new Start(api, operator, cpu, resident(process.pid()));
        } finally {
            process.destroy();
            process.waitFor();
        }
    }

    private static double seconds(long began) {
        return (System.nanoTime() - began) / 1e9;
    }

    private static boolean isListening(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isReady(int port) throws GeneralSecurityException {
        SSLContext trusting = SSLContext.getInstance("TLS");
        trusting.init(null, new TrustManager[] {new Trusting()}, null);
        try (Socket socket = trusting.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write("GET /readyz HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).contains(" 200 ");
        } catch (IOException e) {
            return false;
        }
    }

    /** Whose certificate it is does not matter here. */
    private static final class Trusting implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** User and system time of a process so far, in seconds; the kernel counts in hundredths. */
    private static double cpu(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
    }

    private static double resident(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum()
                / 1000.0;
    }

    private static void print(String title, Map<String, List<Start>> starts) {
        System.out.println(title);
        for (int figure = 0; figure < FIGURES.size(); figure++) {
            double first = 0;
            for (Map.Entry<String, List<Start>> one : starts.entrySet()) {
                int index = figure;
                double[] sorted =
                        one.getValue().stream().mapToDouble(start -> start.figure(index)).sorted().toArray();
                double median = sorted[(sorted.length - 1) / 2];
                System.out.printf(
                        Locale.ROOT,
                        "  %-22s median %7.2f of %.2f to %.2f  %s%s%n",
                        FIGURES.get(figure),
                        median,
                        sorted[0],
                        sorted[sorted.length - 1],
                        one.getKey(),
                        first == 0 ? "" : String.format(Locale.ROOT, "  first / this: %.2f", first / median));
                first = first == 0 ? median : first;
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                files.sorted(Comparator.reverseOrder()).forEach(StartBench::remove);
            }
        }
    }

    private static void remove(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
