package io.doksnap.docker;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/**
 * One connection to the engine: what somebody here says goes into an ssh, and what comes out of it goes to them. Either side that does not read makes
 * the other wait. The end of what is said here is passed on, and the answer to it still comes; the end of the answer ends everything.
 */
final class SshSession {
    private static final int BUFFER = 64 << 10;

    private final SocketChannel caller;
    private final SshProcess process;
    private final SshHost host;
    private final Listener listener;

    SshSession(SocketChannel caller, SshProcess process, SshHost host, Listener listener) {
        this.caller = caller;
        this.process = process;
        this.host = host;
        this.listener = listener;
    }

    /** Who wants to know. */
    interface Listener {
        /** The engine has begun to answer. */
        void heard();

        /** It ended badly; told before the caller sees that it ended. */
        void failed(SshTrouble why);

        /** It is over, and nothing is left of it. */
        void over(SshSession session);
    }

    void begin() {
        start("doksnap-ssh-to", this::send);
        start("doksnap-ssh-from", this::receive);
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void send() {
        byte[] bytes = new byte[BUFFER];
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        try (OutputStream out = process.toEngine()) {
            for (int n = caller.read(buffer); n >= 0; n = caller.read(buffer.clear())) {
                out.write(bytes, 0, n);
                out.flush();
            }
        } catch (IOException e) {
            // The ssh has ended, which is seen at its output; or the caller has gone, for whom there is no answer any
            // more.
            return;
        }
    }

    private void receive() {
        try (caller;
                InputStream in = process.fromEngine()) {
            pass(in);
            Optional<SshTrouble> trouble = process.trouble(host);
            trouble.ifPresent(listener::failed);
        } catch (IOException e) {
            // The caller has what it wanted, and left.
            process.stop();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts it", e);
        } finally {
            listener.over(this);
        }
    }

    private void pass(InputStream in) throws IOException {
        byte[] bytes = new byte[BUFFER];
        for (int n = in.read(bytes), all = 0; n >= 0; n = in.read(bytes)) {
            if (all == 0 && n > 0) {
                listener.heard();
                all = n;
            }
            ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, n);
            while (buffer.hasRemaining()) {
                int ignored = caller.write(buffer);
            }
        }
    }

    /** Ends it, and waits until its process is gone. */
    void end() throws InterruptedException {
        process.stopAndWait();
    }
}
