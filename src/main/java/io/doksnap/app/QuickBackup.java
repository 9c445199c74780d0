package io.doksnap.app;

import io.doksnap.api.Reason;
import io.doksnap.run.Cancellation;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * {@code doksnap backup NAME} where an operator runs, followed in the operator's own process: whoever waits for it costs a small JVM then,
 * and not a client of the API of its own. The image asks it, and takes the long way where nobody answers.
 *
 * <p>The client sends whether a person looks on and the name, and later a byte when the backup is to be called off. It gets frames, each a
 * kind, a length and so many bytes: for the standard output, for the standard error, and at the end the exit code. A client that just goes
 * away calls nothing off.
 */
final class QuickBackup {
    /** Nobody answers there; a shell takes the long way then. */
    private static final int NOBODY = 69;

    private static final String FILE = "backup.sock";
    private static final long UNDO_SECONDS = 60;
    private static final byte END = 0;
    private static final byte OUT = 1;
    private static final byte ERR = 2;

    private QuickBackup() {}

    /** Backs up one policy and says how it went; called by several threads. */
    @FunctionalInterface
    interface Work {
        /** Returns the exit code. */
        int backUp(String policy, Console console, Cancellation cancellation);
    }

    /** Asks the operator of the data directory that {@code DOKSNAP_DATA_DIR} names to back up the policy that the argument names; for the image. */
    public static void main(String[] args) {
        Path directory = Path.of(System.getenv().getOrDefault("DOKSNAP_DATA_DIR", "/var/lib/doksnap"));
        CountDownLatch said = new CountDownLatch(1);
        AtomicBoolean stopping = new AtomicBoolean();
        int code = ask(
                directory,
                args[0],
                Console.standard(),
                callOff -> Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    stopping.set(true);
                    callOff.run();
                    await(said);
                })));
        said.countDown();
        // One that is being stopped ends by itself, with the code for the signal.
        if (!stopping.get()) {
            QuickExit.with(code);
        }
    }

    private static void await(CountDownLatch said) {
        try {
            boolean ignored = said.await(UNDO_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException expected) {
            // The process is on its way out in any case.
        }
    }

    /**
     * Prints what the operator says until the backup has ended, and returns the exit code that goes with it.
     *
     * @param begun gets what calls the backup off, as soon as somebody is there to do so
     */
    static int ask(Path directory, String policy, Console console, Consumer<Runnable> begun) {
        boolean answered = false;
        try (SocketChannel socket = SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve(FILE)))) {
            ByteArrayOutputStream order = new ByteArrayOutputStream();
            DataOutputStream fields = new DataOutputStream(order);
            fields.writeBoolean(console.interactive());
            fields.writeUTF(policy);
            write(socket, order.toByteArray());
            answered = true;
            begun.accept(() -> callOff(socket, console));
            return follow(new DataInputStream(Channels.newInputStream(socket)), console);
        } catch (IOException | RuntimeException e) {
            if (!answered) {
                return NOBODY;
            }
            console.error("the operator ended before it said what became of the backup; doksnap status tells it once an"
                    + " operator runs again");
            return ExitCode.BUSY;
        }
    }

    private static void callOff(SocketChannel socket, Console console) {
        console.say("stopping: the operator undoes what the backup changed, at most " + UNDO_SECONDS + " s");
        try {
            write(socket, new byte[1]);
        } catch (IOException ended) {
            // There is nothing left to call off.
        }
    }

    private static int follow(DataInputStream answer, Console console) throws IOException {
        while (true) {
            byte kind = answer.readByte();
            byte[] said = new byte[answer.readInt()];
            answer.readFully(said);
            if (kind == END) {
                return ByteBuffer.wrap(said).getInt();
            }
            PrintStream stream = kind == OUT ? console.out() : console.err();
            stream.write(said, 0, said.length);
            stream.flush();
        }
    }

    /** Listens until it is closed; closing calls nothing off. */
    static Closeable listen(Path directory, Work work) {
        return LocalSocket.listen(directory.resolve(FILE), client -> answer(client, work));
    }

    private static void answer(SocketChannel client, Work work) throws IOException {
        DataInputStream order = new DataInputStream(Channels.newInputStream(client));
        boolean interactive = order.readBoolean();
        String policy = order.readUTF();
        Cancellation cancellation = new Cancellation();
        Thread listener = new Thread(() -> listen(order, cancellation), "doksnap-backup-call-off");
        listener.setDaemon(true);
        listener.start();
        Console console = new Console(printer(client, OUT), printer(client, ERR), interactive);
        int code = work.backUp(policy, console, cancellation);
        send(client, END, ByteBuffer.allocate(Integer.BYTES).putInt(code).flip());
    }

    private static void listen(DataInputStream order, Cancellation cancellation) {
        try {
            order.readByte();
            cancellation.cancel(Reason.CANCELLED);
        } catch (EOFException gone) {
            // Nobody looks on any more, and the backup goes on.
        } catch (IOException ended) {
            // So has the backup.
        }
    }

    private static PrintStream printer(SocketChannel client, byte kind) {
        OutputStream frames = new OutputStream() {
            @Override
            public void write(int single) throws IOException {
                write(new byte[] {(byte) single}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                send(client, kind, ByteBuffer.wrap(bytes, offset, length));
            }
        };
        return new PrintStream(frames, true, StandardCharsets.UTF_8);
    }

    private static void send(SocketChannel client, byte kind, ByteBuffer content) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(1 + Integer.BYTES + content.remaining());
        write(client, frame.put(kind).putInt(content.remaining()).put(content).array());
    }

    /** Writes to the channel itself: a stream upon it would wait for the one that reads. */
    private static void write(SocketChannel socket, byte[] bytes) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        synchronized (socket) {
            while (left.hasRemaining()) {
                socket.write(left);
            }
        }
    }
}
