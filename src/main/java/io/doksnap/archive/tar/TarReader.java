package io.doksnap.archive.tar;

import static io.doksnap.archive.tar.TarHeader.BLOCK;

import io.doksnap.archive.stage.PipeInput;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tar archive as a stream: ustar, PAX, and what GNU tar and Docker write (long names, base-256 numbers).
 *
 * <p>An archive counts as whole only when both its end-of-archive blocks were seen and nothing but zeros follows them: a stream that merely
 * stops is an error, and so is a second archive behind the first, which would otherwise be lost without a word.
 */
public final class TarReader {
    /** Longer names and records than any file system has are an attack, not a name. */
    private static final int LONGEST_EXTENSION = 1 << 20;

    private static final int COPY = 64 << 10;

    private final InputStream in;
    private final byte[] header = new byte[BLOCK];
    private final PaxRecords global = new PaxRecords();
    private final PaxRecords local = new PaxRecords();
    private byte @Nullable [] longName;
    private byte @Nullable [] longLink;
    private long contentLeft;
    private long paddingLeft;
    private boolean ended;

    /** Creates a reader; the stream stays the caller's to close. */
    public TarReader(InputStream in) {
        this.in = in;
    }

    /**
     * The next entry, or {@code null} at the end of the archive; what was not read of the one before is skipped.
     *
     * @throws TarException when the bytes are no tar archive, or damaged, or end too early
     */
    public @Nullable TarEntry next() throws IOException {
        if (ended) {
            return null;
        }
        skipContent();
        local.clear();
        longName = null;
        longLink = null;
        while (true) {
            readBlock();
            if (isZero()) {
                requireEnd();
                ended = true;
                return null;
            }
            long expected = TarHeader.CHECKSUM.number(header);
            if (expected != TarHeader.checksum(header)) {
                throw new TarException("the archive is damaged: a header's checksum does not match");
            }
            char flag = (char) (header[TarHeader.TYPE_FLAG] & 0xFF);
            switch (flag) {
                case 'x' -> local.parse(extension());
                case 'g' -> global.parse(extension());
                case 'L' -> longName = upToNul(extension());
                case 'K' -> longLink = upToNul(extension());
                default -> {
                    return entry(flag);
                }
            }
        }
    }

    /**
     * Reads content of the current entry.
     *
     * @return how many bytes, or -1 at the end of the content
     */
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (contentLeft == 0) {
            return -1;
        }
        int n = in.read(bytes, offset, (int) Math.min(length, contentLeft));
        if (n < 0) {
            throw truncated();
        }
        contentLeft -= n;
        return n;
    }

    /** Writes what is left of the current entry's content to a channel, without a copy in between where there is none in the input. */
    void content(WritableByteChannel channel) throws IOException {
        while (contentLeft > 0) {
            ByteBuffer source = in instanceof PipeInput pipe ? pipe.next() : copied();
            if (source == null) {
                throw truncated();
            }
            int limit = source.limit();
            source.limit(source.position() + (int) Math.min(source.remaining(), contentLeft));
            try {
                contentLeft -= source.remaining();
                while (source.hasRemaining()) {
                    channel.write(source);
                }
            } finally {
                source.limit(limit);
            }
        }
    }

    private @Nullable ByteBuffer copied() throws IOException {
        byte[] bytes = new byte[(int) Math.min(COPY, contentLeft)];
        int n = in.read(bytes);
        return n < 0 ? null : ByteBuffer.wrap(bytes, 0, n);
    }

    private TarEntry entry(char flag) throws IOException {
        if (flag == 'S' || local.isSparse()) {
            throw new TarException("the archive holds a sparse file in GNU tar's own form, which cannot be read yet");
        }
        byte[] name = name();
        TarEntry.Type type = type(flag, name);
        byte[] link = first(local.bytes("linkpath"), longLink, TarHeader.LINK_NAME.bytes(header));
        long size = local.number("size", global.number("size", TarHeader.SIZE.number(header)));
        if (size < 0) {
            throw new TarException("the archive is damaged: " + RawName.of(name) + " has a negative size");
        }
        boolean isFile = type == TarEntry.Type.FILE;
        // A directory that only its slash makes one may have content all the same, which is skipped.
        boolean hasContent = isFile || isFileFlag(flag);
        contentLeft = hasContent ? size : 0;
        paddingLeft = hasContent ? TarHeader.padding(size) : 0;
        boolean device = type == TarEntry.Type.CHARACTER_DEVICE || type == TarEntry.Type.BLOCK_DEVICE;
        return new TarEntry(
                RawName.of(name),
                type,
                (int) TarHeader.MODE.number(header) & 07777,
                owner(name, local.number("uid", global.number("uid", TarHeader.UID.number(header)))),
                owner(name, local.number("gid", global.number("gid", TarHeader.GID.number(header)))),
                isFile ? size : 0,
                local.time("mtime", global.time("mtime", modified())),
                RawName.of(link),
                device ? (int) TarHeader.DEVICE_MAJOR.number(header) : 0,
                device ? (int) TarHeader.DEVICE_MINOR.number(header) : 0);
    }

    private Instant modified() throws TarException {
        try {
            return Instant.ofEpochSecond(TarHeader.MODIFIED.number(header));
        } catch (DateTimeException e) {
            throw new TarException("the archive is damaged: a header holds a time beyond all calendars");
        }
    }

    /** Linux numbers owners with 32 bits; GNU tar writes the upper half of them as negative numbers. */
    private static long owner(byte[] name, long number) throws TarException {
        if (number < Integer.MIN_VALUE || number > 0xFFFFFFFFL) {
            throw new TarException(
                    "the archive is damaged: the owner of " + RawName.of(name) + " is beyond 32 bits: " + number);
        }
        return number & 0xFFFFFFFFL;
    }

    private byte[] name() {
        byte[] name = TarHeader.NAME.bytes(header);
        boolean posix = header[TarHeader.MAGIC.offset() + 5] == 0 && header[TarHeader.MAGIC.offset()] == 'u';
        byte[] prefix = posix ? TarHeader.PREFIX.bytes(header) : new byte[0];
        if (prefix.length > 0) {
            byte[] joined = Arrays.copyOf(prefix, prefix.length + 1 + name.length);
            joined[prefix.length] = '/';
            System.arraycopy(name, 0, joined, prefix.length + 1, name.length);
            name = joined;
        }
        return first(local.bytes("path"), longName, name);
    }

    private static TarEntry.Type type(char flag, byte[] name) throws TarException {
        if (isFileFlag(flag)) {
            // Before POSIX a directory was a file whose name ends in a slash.
            boolean directory = name.length > 0 && name[name.length - 1] == '/';
            return directory ? TarEntry.Type.DIRECTORY : TarEntry.Type.FILE;
        }
        for (TarEntry.Type type : TarEntry.Type.values()) {
            if (type.flag() == flag) {
                return type;
            }
        }
        throw new TarException("the archive holds an entry of the unknown type '" + flag + "': " + RawName.of(name));
    }

    private static boolean isFileFlag(char flag) {
        return flag == 0 || flag == '0' || flag == '7';
    }

    private static byte[] first(byte @Nullable [] one, byte @Nullable [] two, byte[] three) {
        if (one != null) {
            return one;
        }
        return two != null ? two : three;
    }

    private static byte[] upToNul(byte[] bytes) {
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return Arrays.copyOf(bytes, end);
    }

    private byte[] extension() throws IOException {
        long size = TarHeader.SIZE.number(header);
        if (size < 0 || size > LONGEST_EXTENSION) {
            throw new TarException("the archive is damaged: an extended header claims " + size + " bytes");
        }
        byte[] body = new byte[(int) size];
        readFully(body, body.length);
        skip(TarHeader.padding(size));
        return body;
    }

    private boolean isZero() {
        for (byte b : header) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    /** Reads on to the end of the stream, so that the stages before this one see and check all of it. */
    private void requireEnd() throws IOException {
        readBlock();
        if (!isZero()) {
            throw new TarException("the archive is damaged: an empty block stands between its entries");
        }
        byte[] rest = new byte[8192];
        for (int n = in.read(rest); n >= 0; n = in.read(rest)) {
            for (int i = 0; i < n; i++) {
                if (rest[i] != 0) {
                    throw new TarException("something follows the archive's end: it may be several archives joined");
                }
            }
        }
    }

    private void skipContent() throws IOException {
        skip(contentLeft + paddingLeft);
        contentLeft = 0;
        paddingLeft = 0;
    }

    private void skip(long bytes) throws IOException {
        try {
            in.skipNBytes(bytes);
        } catch (EOFException e) {
            throw truncated();
        }
    }

    private void readBlock() throws IOException {
        readFully(header, BLOCK);
    }

    private void readFully(byte[] bytes, int length) throws IOException {
        if (in.readNBytes(bytes, 0, length) < length) {
            throw truncated();
        }
    }

    private static TarException truncated() {
        return new TarException("the archive ends in the middle: its end-of-archive mark is missing");
    }
}
