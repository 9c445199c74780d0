package io.doksnap.archive.tar;

import static io.doksnap.archive.tar.TarHeader.BLOCK;

import io.doksnap.archive.stage.PipeOutput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/**
 * Writes a tar archive as POSIX.1-2001 defines it: ustar headers, and PAX records for what does not fit into them. Extended attributes, ACLs
 * and holes are in the records of star and GNU tar.
 *
 * <p>Names go into PAX records byte for byte, as GNU tar writes them, also where they are no valid UTF-8. Owners are
 * numbers only: names of the host's users mean nothing inside a container's volume.
 */
public final class TarWriter {
    private static final byte[] NO_MAP = {};
    private static final byte[] ZEROS = new byte[2 * BLOCK];
    private static final byte[] PAX_NAME = "./PaxHeaders/entry".getBytes(StandardCharsets.US_ASCII);

    private final PipeOutput out;
    private final EntryVisitor observer;
    private final byte[] header = new byte[BLOCK];
    private final ByteArrayOutputStream records = new ByteArrayOutputStream(256);
    private long contentLeft;
    private long paddingLeft;

    /** Creates a writer; the output stays the caller's to close. */
    public TarWriter(PipeOutput out) {
        this(out, entry -> {});
    }

    /** Creates a writer that shows every entry to an observer, on the thread that writes; what that throws ends the archive. */
    public TarWriter(PipeOutput out, EntryVisitor observer) {
        this.out = out;
        this.observer = observer;
    }

    /** Begins an entry; exactly {@link TarEntry#dataSize()} bytes of content must follow before the next one, without the holes. */
    public void begin(TarEntry entry) throws IOException {
        requireContentDone();
        observer.visit(entry);
        byte[] link = entry.linkTarget().unsafeBytes();
        records.reset();
        SparseMap sparse = entry.sparse();
        byte[] map = sparse == null ? NO_MAP : sparse.encoded();
        byte[] name = sparse == null ? entry.name().unsafeBytes() : addSparse(entry);
        long size = map.length + entry.dataSize();
        if (name.length > TarHeader.NAME.length()) {
            addRecord("path", name);
        }
        if (link.length > TarHeader.LINK_NAME.length()) {
            addRecord("linkpath", link);
        }
        addNumberIfLarge("size", TarHeader.SIZE, size);
        addNumberIfLarge("uid", TarHeader.UID, entry.uid());
        addNumberIfLarge("gid", TarHeader.GID, entry.gid());
        Instant modified = entry.modified();
        boolean inHeader = modified.getEpochSecond() >= 0
                && modified.getEpochSecond() <= TarHeader.MODIFIED.largest()
                && modified.getNano() == 0;
        if (!inHeader) {
            addRecord("mtime", ascii(decimal(modified)));
        }
        entry.attributes().forEach(this::addAttribute);
        if (records.size() > 0) {
            writeRecords();
        }
        writeHeader(entry, name, size, link);
        out.write(map, 0, map.length);
        contentLeft = entry.dataSize();
        paddingLeft = TarHeader.padding(contentLeft);
        finishContentIfDone();
    }

    /**
     * Takes the entry's next content bytes from a channel.
     *
     * @return how many came; -1 when the channel ended before the entry's size was reached
     */
    public int content(ReadableByteChannel channel) throws IOException {
        int n = out.transferFrom(channel, contentLeft);
        if (n > 0) {
            contentLeft -= n;
            finishContentIfDone();
        }
        return n;
    }

    /** Takes the entry's next content bytes. */
    public void content(byte[] bytes, int offset, int length) throws IOException {
        if (length > contentLeft) {
            throw new IllegalArgumentException("more content than the entry's size");
        }
        out.write(bytes, offset, length);
        contentLeft -= length;
        finishContentIfDone();
    }

    /** Takes the entry's next content bytes, all that are left in the buffer. */
    void content(ByteBuffer bytes) throws IOException {
        if (bytes.remaining() > contentLeft) {
            throw new IllegalArgumentException("more content than the entry's size");
        }
        contentLeft -= bytes.remaining();
        out.write(bytes);
        finishContentIfDone();
    }

    /** How many bytes of the entry's content are still to come. */
    public long contentLeft() {
        return contentLeft;
    }

    /** Ends the archive: two zero blocks. */
    public void end() throws IOException {
        requireContentDone();
        out.write(ZEROS, 0, 2 * BLOCK);
    }

    private void requireContentDone() {
        if (contentLeft > 0) {
            throw new IllegalStateException(contentLeft + " bytes of the entry's content are missing");
        }
    }

    private void finishContentIfDone() throws IOException {
        if (contentLeft == 0 && paddingLeft > 0) {
            out.write(ZEROS, 0, (int) paddingLeft);
            paddingLeft = 0;
        }
    }

    private void writeHeader(TarEntry entry, byte[] name, long size, byte[] link) throws IOException {
        Arrays.fill(header, (byte) 0);
        TarHeader.NAME.putBytes(header, name);
        TarHeader.MODE.putOctal(header, entry.mode() & 07777);
        TarHeader.UID.putOctal(header, fit(TarHeader.UID, entry.uid()));
        TarHeader.GID.putOctal(header, fit(TarHeader.GID, entry.gid()));
        TarHeader.SIZE.putOctal(header, fit(TarHeader.SIZE, size));
        TarHeader.MODIFIED.putOctal(
                header, fit(TarHeader.MODIFIED, entry.modified().getEpochSecond()));
        header[TarHeader.TYPE_FLAG] = (byte) entry.type().flag();
        TarHeader.LINK_NAME.putBytes(header, link);
        TarHeader.MAGIC.putBytes(header, TarHeader.USTAR);
        TarHeader.DEVICE_MAJOR.putOctal(header, entry.deviceMajor());
        TarHeader.DEVICE_MINOR.putOctal(header, entry.deviceMinor());
        TarHeader.putChecksum(header);
        out.write(header, 0, BLOCK);
    }

    private void writeRecords() throws IOException {
        byte[] body = records.toByteArray();
        Arrays.fill(header, (byte) 0);
        TarHeader.NAME.putBytes(header, PAX_NAME);
        TarHeader.MODE.putOctal(header, 0644);
        TarHeader.UID.putOctal(header, 0);
        TarHeader.GID.putOctal(header, 0);
        TarHeader.SIZE.putOctal(header, body.length);
        TarHeader.MODIFIED.putOctal(header, 0);
        header[TarHeader.TYPE_FLAG] = 'x';
        TarHeader.MAGIC.putBytes(header, TarHeader.USTAR);
        TarHeader.putChecksum(header);
        out.write(header, 0, BLOCK);
        out.write(body, 0, body.length);
        out.write(ZEROS, 0, (int) TarHeader.padding(body.length));
    }

    private void addNumberIfLarge(String key, TarHeader.Field field, long value) {
        if (value > field.largest()) {
            addRecord(key, ascii(Long.toString(value)));
        }
    }

    /**
     * Says that the file has holes, as GNU tar's format 1.0 does.
     *
     * @return the name of the entry, under which a tar that knows nothing of it would keep the data without the holes
     */
    private byte[] addSparse(TarEntry entry) {
        byte[] name = entry.name().unsafeBytes();
        addRecord("GNU.sparse.major", ascii("1"));
        addRecord("GNU.sparse.minor", ascii("0"));
        addRecord("GNU.sparse.name", name);
        addRecord("GNU.sparse.realsize", ascii(Long.toString(entry.size())));
        int last = name.length;
        while (last > 0 && name[last - 1] != '/') {
            last--;
        }
        byte[] folder = ascii("GNUSparseFile.0/");
        byte[] stand = Arrays.copyOf(name, name.length + folder.length);
        System.arraycopy(folder, 0, stand, last, folder.length);
        System.arraycopy(name, last, stand, last + folder.length, name.length - last);
        return stand;
    }

    private void addAttribute(ExtendedAttribute attribute) {
        String acl = attribute.isAcl() ? PosixAcl.toText(attribute.unsafeValue()) : null;
        if (acl != null) {
            addRecord(AttributeRecords.aclKey(attribute.name()), ascii(acl));
        } else {
            addRecord(AttributeRecords.key(attribute.name()), attribute.unsafeValue());
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private void addRecord(String key, byte[] value) {
        addRecord(ascii(key), value);
    }

    /** Adds {@code LENGTH KEY=VALUE\n}, where LENGTH counts the whole record, its own digits included. */
    private void addRecord(byte[] key, byte[] value) {
        int rest = key.length + value.length + 3;
        int length = rest + Integer.toString(rest).length();
        if (Integer.toString(length).length() > Integer.toString(rest).length()) {
            length++;
        }
        records.writeBytes(ascii(length + " "));
        records.writeBytes(key);
        records.write('=');
        records.writeBytes(value);
        records.write('\n');
    }

    private static long fit(TarHeader.Field field, long value) {
        return value < 0 || value > field.largest() ? 0 : value;
    }

    /** Seconds since the epoch with up to nine decimals; before the epoch the fraction still counts away from zero. */
    static String decimal(Instant time) {
        long seconds = time.getEpochSecond();
        int nanos = time.getNano();
        String sign = "";
        if (seconds < 0) {
            sign = "-";
            seconds = nanos == 0 ? -seconds : -seconds - 1;
            nanos = nanos == 0 ? 0 : 1_000_000_000 - nanos;
        }
        if (nanos == 0) {
            return sign + seconds;
        }
        String digits = Integer.toString(1_000_000_000 + nanos).substring(1);
        int end = digits.length();
        while (digits.charAt(end - 1) == '0') {
            end--;
        }
        return sign + seconds + "." + digits.substring(0, end);
    }
}
