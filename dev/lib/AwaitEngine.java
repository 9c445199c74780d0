import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Waits until a Docker Engine answers; for dev/test, which may find neither curl nor a docker command.
 *
 * <p>{@code java AwaitEngine.java HOST SECONDS}, with a HOST such as {@code unix:///var/run/docker.sock} or {@code
 * tcp://localhost:2375}. Exits with 0 as soon as the engine answers, with 1 when the time is up.
 */
class AwaitEngine {
    private static final byte[] PING = "GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    public static void main(String[] args) throws InterruptedException {
        URI host = URI.create(args[0]);
        // An engine that accepts and says nothing would block for ever: asked on a thread that the exit leaves behind.
        Thread asking = new Thread(() -> askUntilItAnswers(host));
        asking.setDaemon(true);
        asking.start();
        asking.join(Duration.ofSeconds(Integer.parseInt(args[1])).toMillis());
        System.exit(asking.isAlive() ? 1 : 0);
    }

    private static void askUntilItAnswers(URI host) {
        while (!answers(host)) {
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private static boolean answers(URI host) {
        boolean unix = "unix".equals(host.getScheme());
        SocketAddress address = unix
                ? UnixDomainSocketAddress.of(host.getPath())
                : new InetSocketAddress(host.getHost(), host.getPort() < 0 ? 2375 : host.getPort());
        try (SocketChannel channel = unix ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open()) {
            channel.connect(address);
            channel.write(ByteBuffer.wrap(PING));
            ByteBuffer answer = ByteBuffer.allocate(64);
            while (answer.position() < 12 && channel.read(answer) >= 0) {
                continue;
            }
            String status = new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII);
            return status.startsWith("200", status.indexOf(' ') + 1);
        } catch (IOException e) {
            return false;
        }
    }
}
