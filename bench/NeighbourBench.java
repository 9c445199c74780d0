import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A web application, and those who use it: {@code NeighbourBench serve}, which prints its port, and {@code NeighbourBench ask PORT RATE}.
 *
 * <p>Who asks does so at a fixed rate, whether answers come or not, and counts each answer from the moment at which it was to be asked for: an
 * answer that is late does not hide those that wait behind it. Of standard input, {@code begin} begins a measurement, and {@code end} ends it and
 * prints how many answers there were, their median, 99th percentile and longest in milliseconds, and how many failed.
 */
final class NeighbourBench {
    private static final int ROWS = 60;
    private static final int SERVER_THREADS = 8;
    private static final int USERS = 48;
    private static final int MOST = 1 << 20;

    private final int port;
    private final long interval;
    private final AtomicLong next = new AtomicLong();
    private final long[] micros = new long[MOST];
    private final AtomicLong count = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private volatile long first;
    private volatile boolean measuring;

    private NeighbourBench(int port, int rate) {
        this.port = port;
        this.interval = 1_000_000_000L / rate;
    }

    public static void main(String[] args) throws Exception {
        if (args[0].equals("serve")) {
            serve();
        } else {
            new NeighbourBench(Integer.parseInt(args[1]), Integer.parseInt(args[2])).ask();
        }
    }

    private static void serve() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        server.setExecutor(Executors.newFixedThreadPool(SERVER_THREADS));
        server.createContext("/", exchange -> {
            byte[] page = page(exchange.getRequestURI().getQuery());
            exchange.sendResponseHeaders(200, page.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(page);
            }
        });
        server.start();
        System.out.println(server.getAddress().getPort());
    }

    /** A table of orders; a few tenths of a millisecond of work. */
    private static byte[] page(String query) {
        try {
            StringBuilder page = new StringBuilder("<table>");
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (int row = 0; row < ROWS; row++) {
                byte[] hash = digest.digest((query + row).getBytes(StandardCharsets.UTF_8));
                page.append(String.format(Locale.ROOT, "<tr><td>%d<td>%02x%02x<td>%.2f", row, hash[0], hash[1], hash[2] / 7.0));
            }
            return page.append("</table>").toString().getBytes(StandardCharsets.UTF_8);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void ask() throws Exception {
        first = System.nanoTime();
        for (int i = 0; i < USERS; i++) {
            Thread user = new Thread(this::use);
            user.setDaemon(true);
            user.start();
        }
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.equals("begin")) {
                count.set(0);
                failed.set(0);
                measuring = true;
            } else {
                measuring = false;
                print();
            }
        }
    }

    private void print() {
        int length = (int) Math.min(MOST, count.get());
        long[] sorted = Arrays.copyOf(micros, length);
        Arrays.sort(sorted);
        System.out.printf(
                Locale.ROOT,
                "%d %.2f %.2f %.2f %d%n",
                length,
                percentile(sorted, 0.5),
                percentile(sorted, 0.99),
                percentile(sorted, 1),
                failed.get());
    }

    private static double percentile(long[] sorted, double part) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.ceil(sorted.length * part) - 1] / 1000.0;
    }

    private void use() {
        Socket socket = null;
        while (true) {
            long number = next.getAndIncrement();
            long due = first + number * interval;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            try {
                if (socket == null) {
                    socket = new Socket(InetAddress.getLoopbackAddress(), port);
                    socket.setTcpNoDelay(true);
                }
                exchange(socket, number);
            } catch (IOException e) {
                failed.incrementAndGet();
                socket = null;
            }
            if (measuring) {
                long at = count.getAndIncrement();
                if (at < MOST) {
                    micros[(int) at] = (System.nanoTime() - due) / 1000;
                }
            }
        }
    }

    private static void exchange(Socket socket, long number) throws IOException {
        socket.getOutputStream()
                .write(("GET /?" + number + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int read = in.read();
            if (read < 0) {
                throw new IOException("no answer");
            }
            head.append((char) read);
        }
        String text = head.toString().toLowerCase(Locale.ROOT);
        int at = text.indexOf("content-length:") + "content-length:".length();
        in.skipNBytes(Integer.parseInt(text.substring(at, text.indexOf('\r', at)).strip()));
    }
}
