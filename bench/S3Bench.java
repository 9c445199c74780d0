import com.sun.management.OperatingSystemMXBean;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.ObjectStores;
import io.doksnap.store.StoreSettings;
import io.doksnap.store.Upload;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What it costs to send an object to S3, without what it costs a server to take it: {@code S3Bench serve} is a server that
 * throws everything away, in a process of its own; {@code S3Bench send PORT MIB} sends to it when it is told to.
 *
 * <p>Commands of the second, a line each on standard input: {@code store} sends one object through our store, {@code socket} sends
 * as many bytes over a bare socket; each answers with wall seconds, CPU seconds of the whole process, and its peak resident set in KiB.
 */
final class S3Bench {
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final int PIECE = 256 * 1024;

    private S3Bench() {}

    public static void main(String[] args) throws Exception {
        if (args[0].equals("serve")) {
            new NullServer().serve();
        } else {
            send(Integer.parseInt(args[1]), Integer.parseInt(args[2]) * 1024L * 1024L);
        }
    }

    private static void send(int port, long size) throws Exception {
        byte[] piece = new byte[PIECE];
        new Random(1).nextBytes(piece);
        StoreSettings.S3 settings = new StoreSettings.S3(
                Optional.of(URI.create("http://127.0.0.1:" + port)),
                "bucket",
                "us-east-1",
                "",
                true,
                StoreSettings.S3Options.PLAIN,
                Optional.of(new StoreSettings.Credentials("access", "secret")));
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (ObjectStore store = ObjectStores.open(settings)) {
            for (String command = commands.readLine(); command != null; command = commands.readLine()) {
                long wall = System.nanoTime();
                long cpu = SYSTEM.getProcessCpuTime();
                switch (command) {
                    case "store" -> throughTheStore(store, piece, size);
                    case "socket" -> throughASocket(port, piece, size);
                    default -> throw new IllegalArgumentException("no such command: " + command);
                }
                cpu = SYSTEM.getProcessCpuTime() - cpu;
                wall = System.nanoTime() - wall;
                System.out.printf(Locale.ROOT, "%.3f %.3f %d%n", wall / 1e9, cpu / 1e9, peakResidentKib());
            }
        }
    }

    private static void throughTheStore(ObjectStore store, byte[] piece, long size) throws IOException {
        try (Upload upload = store.upload("object")) {
            for (long sent = 0; sent < size; sent += PIECE) {
                upload.write(piece, 0, PIECE);
            }
            if (upload.commit().size() != size) {
                throw new IOException("not everything was stored");
            }
        }
    }

    private static void throughASocket(int port, byte[] piece, long size) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            OutputStream out = socket.getOutputStream();
            String head = "PUT /bucket/object HTTP/1.1\r\nContent-Length: " + size + "\r\n\r\n";
            out.write(head.getBytes(StandardCharsets.US_ASCII));
            for (long sent = 0; sent < size; sent += PIECE) {
                out.write(piece);
            }
            if (socket.getInputStream().read() < 0) {
                throw new IOException("no answer");
            }
        }
    }

    private static long peakResidentKib() throws IOException {
        for (String line : java.nio.file.Files.readAllLines(java.nio.file.Path.of("/proc/self/status"))) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        return 0;
    }

    /** As much of S3 as an upload in parts needs; small bodies are checked as a real server would, large ones are not looked at. */
    private static final class NullServer {
        private static final int SMALL = 64 * 1024;

        private final AtomicLong uploads = new AtomicLong();
        private final Map<String, AtomicLong> sizes = new ConcurrentHashMap<>();

        void serve() throws IOException {
            try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
                System.out.println(server.getLocalPort());
                while (true) {
                    Socket socket = server.accept();
                    Thread thread = new Thread(() -> serve(socket));
                    thread.setDaemon(true);
                    thread.start();
                }
            }
        }

        private void serve(Socket socket) {
            byte[] buffer = new byte[1 << 20];
            try (socket;
                    InputStream in = socket.getInputStream();
                    OutputStream out = socket.getOutputStream()) {
                String line = line(in);
                while (!line.isEmpty()) {
                    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
                    for (String header = line(in); !header.isEmpty(); header = line(in)) {
                        headers.put(header.substring(0, header.indexOf(':')), header.substring(header.indexOf(':') + 1).strip());
                    }
                    long length = Long.parseLong(headers.getOrDefault("Content-Length", "0"));
                    boolean intact = length <= SMALL ? matches(in.readNBytes((int) length), headers) : skip(in, buffer, length);
                    answer(line.split(" "), headers, intact ? length : -1, out);
                    line = line(in);
                }
            } catch (IOException e) {
                // The client is gone.
                sizes.size();
            }
        }

        private static boolean skip(InputStream in, byte[] buffer, long length) throws IOException {
            for (long left = length; left > 0; ) {
                int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
                if (read < 0) {
                    throw new IOException("broken off");
                }
                left -= read;
            }
            return true;
        }

        private static boolean matches(byte[] body, Map<String, String> headers) throws IOException {
            try {
                String said = headers.getOrDefault("x-amz-content-sha256", "");
                byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(body);
                return said.length() != 64 || said.equals(HexFormat.of().formatHex(sha256));
            } catch (java.security.NoSuchAlgorithmException e) {
                throw new IOException(e);
            }
        }

        private void answer(String[] request, Map<String, String> headers, long length, OutputStream out)
                throws IOException {
            String id = request[1].replaceAll(".*uploadId=([0-9]+).*", "$1");
            String head = "";
            String body = "";
            int status = 200;
            if (length < 0) {
                status = 400;
                body = "<Error><Code>XAmzContentSHA256Mismatch</Code></Error>";
            } else if (request[0].equals("POST") && request[1].contains("?uploads")) {
                String upload = Long.toString(uploads.incrementAndGet());
                sizes.put(upload, new AtomicLong());
                body = "<InitiateMultipartUploadResult><UploadId>" + upload + "</UploadId></InitiateMultipartUploadResult>";
            } else if (request[0].equals("POST")) {
                sizes.put("done", sizes.get(id));
                body = "<CompleteMultipartUploadResult><ETag>x</ETag></CompleteMultipartUploadResult>";
            } else if (request[0].equals("PUT")) {
                sizes.getOrDefault(id, new AtomicLong()).addAndGet(length);
                byte[] md5 = Base64.getDecoder().decode(headers.getOrDefault("Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA=="));
                head = "ETag: \"" + HexFormat.of().formatHex(md5) + "\"\r\n";
            }
            long bodyLength = request[0].equals("HEAD") ? sizes.get("done").get() : body.length();
            out.write(("HTTP/1.1 " + status + " Null\r\n" + head + "Content-Length: " + bodyLength + "\r\n\r\n" + body)
                    .getBytes(StandardCharsets.ISO_8859_1));
        }

        private static String line(InputStream in) throws IOException {
            StringBuilder line = new StringBuilder();
            for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
                if (c != '\r') {
                    line.append((char) c);
                }
            }
            return line.toString();
        }
    }
}
