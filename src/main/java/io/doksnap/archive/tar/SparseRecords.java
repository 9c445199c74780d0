package io.doksnap.archive.tar;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What the records of a PAX header say of a sparse file, in GNU tar's formats: 0.0 has a record for each offset and each length, 0.1 one
 * record with all of them, 1.0 only the size and the name, with the map at the beginning of the content.
 */
final class SparseRecords {
    private static final String PREFIX = "GNU.sparse.";

    private byte @Nullable [] name;
    private long size = -1;
    private long major = -1;
    private long minor = -1;
    private long offset = -1;
    private SparseMap.@Nullable Builder map;
    private boolean any;

    static boolean isOne(String key) {
        return key.startsWith(PREFIX);
    }

    void clear() {
        name = null;
        size = -1;
        major = -1;
        minor = -1;
        offset = -1;
        map = null;
        any = false;
    }

    void add(String key, byte[] value) throws TarException {
        any = true;
        switch (key.substring(PREFIX.length())) {
            case "name" -> name = value;
            case "size", "realsize" -> size = PaxRecords.number(key, value);
            case "major" -> major = PaxRecords.number(key, value);
            case "minor" -> minor = PaxRecords.number(key, value);
            case "map" -> {
                map = null;
                addAll(key, value);
            }
            case "offset" -> offset = PaxRecords.number(key, value);
            case "numbytes" -> addRun(offset, PaxRecords.number(key, value));
            default -> {
                // Such as the number of runs, which the runs themselves say, too.
            }
        }
    }

    /** Whether the entry is a sparse file. */
    boolean isSparse() {
        return any;
    }

    /** Whether its map is at the beginning of its content. */
    boolean isInContent() {
        return major == 1 && minor == 0;
    }

    /** The name of the file itself; that of the entry says only what becomes of it where nobody understands the rest. */
    byte @Nullable [] name() {
        return name;
    }

    /** The length of the file, holes included. */
    long size() throws TarException {
        if (size < 0) {
            throw new TarException("the archive is damaged: a sparse file has no size");
        }
        return size;
    }

    /** The map, where it is in these records. */
    SparseMap map() throws TarException {
        if (major > 1 || minor > 1 || (major == 1 && minor == 1)) {
            throw new TarException("the archive holds a sparse file in GNU tar's format " + major + "." + minor
                    + ", which is not known here; unpack it with a newer tar");
        }
        return build(map == null ? new SparseMap.Builder(SparseMap.MOST_RUNS) : map, size());
    }

    private void addAll(String key, byte[] value) throws TarException {
        String[] numbers = new String(value, StandardCharsets.US_ASCII).split(",", -1);
        if (numbers.length % 2 != 0) {
            throw new TarException("the archive is damaged: the map of a sparse file has an odd number of numbers");
        }
        for (int i = 0; i < numbers.length; i += 2) {
            addRun(
                    PaxRecords.number(key, numbers[i].getBytes(StandardCharsets.US_ASCII)),
                    PaxRecords.number(key, numbers[i + 1].getBytes(StandardCharsets.US_ASCII)));
        }
    }

    private void addRun(long at, long length) throws TarException {
        if (map == null) {
            map = new SparseMap.Builder(SparseMap.MOST_RUNS);
        }
        add(map, at, length);
    }

    /** Adds a run that an archive claims. */
    static void add(SparseMap.Builder map, long offset, long length) throws TarException {
        if (map.runs() == SparseMap.MOST_RUNS) {
            throw tooMany();
        }
        try {
            map.add(offset, length);
        } catch (IllegalArgumentException e) {
            throw damaged(e);
        }
    }

    static TarException tooMany() {
        return new TarException("the archive holds a sparse file in more than " + SparseMap.MOST_RUNS
                + " pieces, which is more than is read with bounded memory; unpack it with GNU tar");
    }

    /** The map of a file, as long as its archive claims it is. */
    static SparseMap build(SparseMap.Builder map, long size) throws TarException {
        try {
            return map.build(size);
        } catch (IllegalArgumentException e) {
            throw damaged(e);
        }
    }

    private static TarException damaged(IllegalArgumentException cause) {
        return new TarException("the archive is damaged: the map of a sparse file is wrong: " + cause.getMessage());
    }
}
