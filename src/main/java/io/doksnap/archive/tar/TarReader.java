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
 * Reads a tar archive as a stream: ustar, PAX, and what GNU tar and Docker write (long names, base-256 numbers, sparse files in all their
 * formats).
 *
 * <p>An archive counts as whole only when both its end-of-archive blocks were seen and nothing but zeros follows them: a stream that merely
 * stops is an error, and so is a second archive behind the first, which would otherwise be lost without a word.
 */
public final class TarReader {
    /** Longer names and records than any file system has are an attack, not a name. */
    private static final int LONGEST_NAME = 1 << 20;

    /** The records of one header: attributes may take megabytes. */
    private static final int LONGEST_RECORDS = 8 << 20;

    private static final int COPY = 64 << 10;

    private final InputStream in;
    private final byte[] header = new byte[BLOCK];
    private final PaxRecords global = new PaxRecords();
    private final PaxRecords local = new PaxRecords();
    private byte @Nullable [] longName;
    private byte @Nullable [] longLink;
    private long contentLeft;
    private long paddingLeft;
    private @Nullable Holes holes;
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
                case 'x' -> local.parse(extension(LONGEST_RECORDS));
                case 'g' -> {
                    global.parse(extension(LONGEST_RECORDS));
                    // Of all files at once nobody says these.
                    global.attributes().clear();
                    global.sparse().clear();
                }
                case 'L' -> longName = upToNul(extension(LONGEST_NAME));
                case 'K' -> longLink = upToNul(extension(LONGEST_NAME));
                default -> {
                    return entry(flag);
                }
            }
        }
    }

    /**
     * Reads content of the current entry; the holes of a sparse file come as zeros.
     *
     * @return how many bytes, or -1 at the end of the content
     */
    public int read(byte[] bytes, int offset, int length) throws IOException {
        return holes == null ? readData(bytes, offset, length) : holes.read(bytes, offset, length);
    }

    private int readData(byte[] bytes, int offset, int length) throws IOException {
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

    /**
     * Writes what comes next of the current entry's data to a channel, without a copy in between where there is none in the input. Of a
     * sparse file this is the data alone.
     *
     * @param length no more than is left of it
     */
    void data(WritableByteChannel channel, long length) throws IOException {
        long after = contentLeft - length;
        while (contentLeft > after) {
            ByteBuffer source = in instanceof PipeInput pipe ? pipe.next() : copied(contentLeft - after);
            if (source == null) {
                throw truncated();
            }
            int limit = source.limit();
            source.limit(source.position() + (int) Math.min(source.remaining(), contentLeft - after));
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

    private @Nullable ByteBuffer copied(long most) throws IOException {
        byte[] bytes = new byte[(int) Math.min(COPY, most)];
        int n = in.read(bytes);
        return n < 0 ? null : ByteBuffer.wrap(bytes, 0, n);
    }

    private TarEntry entry(char flag) throws IOException {
        byte[] name = name(flag);
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
        SparseMap map = isFile ? sparseMap(flag) : null;
        holes = map == null ? null : new Holes(map, this::readData);
        boolean device = type == TarEntry.Type.CHARACTER_DEVICE || type == TarEntry.Type.BLOCK_DEVICE;
        return new TarEntry(
                RawName.of(name),
                type,
                (int) TarHeader.MODE.number(header) & 07777,
                owner(name, local.number("uid", global.number("uid", TarHeader.UID.number(header)))),
                owner(name, local.number("gid", global.number("gid", TarHeader.GID.number(header)))),
                fileSize(isFile, map, size),
                local.time("mtime", global.time("mtime", modified())),
                RawName.of(link),
                device ? (int) TarHeader.DEVICE_MAJOR.number(header) : 0,
                device ? (int) TarHeader.DEVICE_MINOR.number(header) : 0,
                local.attributes().all(),
                map);
    }

    private static long fileSize(boolean isFile, @Nullable SparseMap map, long size) {
        if (!isFile) {
            return 0;
        }
        return map == null ? size : map.size();
    }

    /** Where the data lies that follows; {@code null} where the file has no holes. */
    private @Nullable SparseMap sparseMap(char flag) throws IOException {
        SparseRecords records = local.sparse();
        SparseMap map;
        if (flag == 'S') {
            map = SparseHeaders.ofOldGnu(header, block -> readFully(block, BLOCK));
        } else if (!records.isSparse()) {
            return null;
        } else if (records.isInContent()) {
            map = SparseHeaders.inContent(records.size(), block -> {
                if (contentLeft < BLOCK) {
                    throw new TarException("the archive is damaged: the map of a sparse file has no end");
                }
                readFully(block, BLOCK);
                contentLeft -= BLOCK;
            });
        } else {
            map = records.map();
        }
        if (map.dataSize() != contentLeft) {
            throw new TarException("the archive is damaged: the map of a sparse file speaks of " + map.dataSize()
                    + " bytes, and " + contentLeft + " follow");
        }
        return map;
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

    private byte[] name(char flag) {
        byte[] ofSparseFile = local.sparse().name();
        if (ofSparseFile != null) {
            return ofSparseFile;
        }
        byte[] name = TarHeader.NAME.bytes(header);
        boolean posix = header[TarHeader.MAGIC.offset() + 5] == 0 && header[TarHeader.MAGIC.offset()] == 'u';
        byte[] prefix = posix && flag != 'S' ? TarHeader.PREFIX.bytes(header) : new byte[0];
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
        return flag == 0 || flag == '0' || flag == '7' || flag == 'S';
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

    private byte[] extension(int longest) throws IOException {
        long size = TarHeader.SIZE.number(header);
        if (size < 0 || size > longest) {
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
        holes = null;
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
