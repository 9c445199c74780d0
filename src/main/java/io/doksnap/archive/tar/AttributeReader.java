package io.doksnap.archive.tar;

import com.sun.jna.LastErrorException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads the extended attributes of the files of one tree. Most files have none, which costs one system call.
 *
 * <p>What cannot be read is counted, for one warning at the end.
 */
final class AttributeReader {
    /** More than this of one file does not fit into an archive that is read with bounded memory. */
    static final long MOST_BYTES_OF_A_FILE = 4 << 20;

    private static final int ENOENT = 2;
    private static final int ENODATA = 61;
    private static final int ENOTSUP = 95;

    private final NativeBuffer names = new NativeBuffer(Posix.LARGEST_ATTRIBUTE);
    private final NativeBuffer value;
    private final LostAttributes lost = new LostAttributes();
    private final Set<Long> devicesWithout = new HashSet<>();

    /** @param value where values are read into, as large as the largest one */
    AttributeReader(NativeBuffer value) {
        this.value = value;
    }

    /** The attributes of an open file or directory. */
    List<ExtendedAttribute> of(OpenFile file, long device) {
        return read(device, true, new Source() {
            @Override
            public int list() {
                return file.listAttributes(names);
            }

            @Override
            public int value(byte[] name) {
                return file.attribute(name, value);
            }

            @Override
            public String shown() {
                return RawPaths.shown(file.path());
            }
        });
    }

    /** The attributes of what lies in an open directory, of a link itself; it is not opened. */
    List<ExtendedAttribute> of(OpenFile directory, byte[] child, long device) {
        return read(device, false, new Source() {
            @Override
            public int list() {
                return directory.listAttributes(child, names);
            }

            @Override
            public int value(byte[] name) {
                return directory.attribute(child, name, value);
            }

            @Override
            public String shown() {
                return RawPaths.shown(RawPaths.resolve(directory.path(), child));
            }
        });
    }

    /** Says once what could not be read. */
    void warn(TreeStats.Collector stats) {
        lost.warn(stats, "could not be read and are not in the archive", "run as root to keep them");
    }

    private List<ExtendedAttribute> read(long device, boolean isTypical, Source source) {
        if (!devicesWithout.isEmpty() && devicesWithout.contains(device)) {
            return List.of();
        }
        int length;
        try {
            length = source.list();
        } catch (LastErrorException e) {
            if (e.getErrorCode() == ENOTSUP) {
                // Of a pipe or a link this says nothing about the files beside it.
                if (isTypical) {
                    devicesWithout.add(device);
                }
            } else if (e.getErrorCode() != ENOENT) {
                lost.add("the list of names", source.shown(), Posix.reason(e));
            }
            return List.of();
        }
        return length == 0 ? List.of() : values(names.copy(0, length), source);
    }

    private List<ExtendedAttribute> values(byte[] list, Source source) {
        List<ExtendedAttribute> attributes = new ArrayList<>();
        long bytes = 0;
        for (int start = 0, end = 0; end < list.length; end++) {
            if (list[end] != 0) {
                continue;
            }
            byte[] terminated = Arrays.copyOfRange(list, start, end + 1);
            RawName name = RawName.of(Arrays.copyOf(terminated, end - start));
            start = end + 1;
            if (ExtendedAttribute.isOfThisHost(name)) {
                continue;
            }
            try {
                int length = source.value(terminated);
                bytes += terminated.length + length;
                if (bytes > MOST_BYTES_OF_A_FILE) {
                    lost.add(name.toString(), source.shown(), "the file has more than 4 MiB of them");
                    break;
                }
                attributes.add(ExtendedAttribute.of(name, value.copy(0, length)));
            } catch (LastErrorException e) {
                if (e.getErrorCode() != ENODATA && e.getErrorCode() != ENOENT) {
                    lost.add(name.toString(), source.shown(), Posix.reason(e));
                }
            }
        }
        return attributes;
    }

    /** Where attributes are asked for. */
    private interface Source {
        int list() throws LastErrorException;

        int value(byte[] name) throws LastErrorException;

        String shown();
    }
}
