package io.doksnap.archive.tar;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * POSIX access control lists, from the kernel's binary form (linux/posix_acl_xattr.h) into the text that tar archives hold, and back:
 * {@code user::rw-,user:1000:r--,group::r--,mask::r--,other::r--}.
 *
 * <p>Users and groups are numbers, as everywhere in our archives. A list of another program's that names them is understood where it
 * also gives the number, as star and libarchive do in a fourth field.
 */
final class PosixAcl {
    private static final int VERSION = 2;
    private static final int HEADER = 4;
    private static final int ENTRY = 8;
    private static final int NOBODY = -1;

    private static final int OWNER = 0x01;
    private static final int USER = 0x02;
    private static final int OWNING_GROUP = 0x04;
    private static final int GROUP = 0x08;
    private static final int MASK = 0x10;
    private static final int OTHER = 0x20;

    /** More entries than any file system keeps. */
    private static final int MOST = 8192;

    private PosixAcl() {}

    /** The text; {@code null} when the bytes are no list that this code knows. */
    static @Nullable String toText(byte[] binary) {
        ByteBuffer in = ByteBuffer.wrap(binary).order(ByteOrder.LITTLE_ENDIAN);
        StringBuilder text = new StringBuilder();
        try {
            if (in.getInt() != VERSION || in.remaining() % ENTRY != 0) {
                return null;
            }
            while (in.hasRemaining()) {
                int tag = in.getShort();
                int permissions = in.getShort();
                int id = in.getInt();
                String kind = kind(tag);
                if (kind == null || (permissions & ~7) != 0) {
                    return null;
                }
                text.append(text.length() == 0 ? "" : ",").append(kind).append(':');
                if (tag == USER || tag == GROUP) {
                    text.append(Integer.toUnsignedString(id));
                }
                text.append(':')
                        .append((permissions & 4) == 0 ? '-' : 'r')
                        .append((permissions & 2) == 0 ? '-' : 'w')
                        .append((permissions & 1) == 0 ? '-' : 'x');
            }
        } catch (BufferUnderflowException e) {
            return null;
        }
        return text.toString();
    }

    private static @Nullable String kind(int tag) {
        return switch (tag) {
            case OWNER, USER -> "user";
            case OWNING_GROUP, GROUP -> "group";
            case MASK -> "mask";
            case OTHER -> "other";
            default -> null;
        };
    }

    /**
     * The kernel's form of a text, with its entries in the order that the kernel asks for; {@code null} when it is no list, or names a user
     * or group without its number.
     */
    static byte @Nullable [] toBinary(byte[] text) {
        String[] entries = new String(text, StandardCharsets.UTF_8).split("[,\\n]", MOST + 1);
        if (entries.length > MOST) {
            return null;
        }
        ByteBuffer out = ByteBuffer.allocate(HEADER + ENTRY * entries.length).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(VERSION);
        for (int tag = OWNER; tag <= OTHER; tag <<= 1) {
            for (String entry : entries) {
                Parsed parsed = parse(entry);
                if (parsed == null) {
                    return null;
                }
                if (parsed.tag == tag) {
                    out.putShort((short) tag)
                            .putShort((short) parsed.permissions)
                            .putInt(parsed.id);
                }
            }
        }
        return out.position() == HEADER ? null : Arrays.copyOf(out.array(), out.position());
    }

    /** One entry; with the tag 0 when there is nothing on the line but a comment. */
    private static @Nullable Parsed parse(String entry) {
        int comment = entry.indexOf('#');
        String bare = (comment < 0 ? entry : entry.substring(0, comment)).strip();
        if (bare.isEmpty()) {
            return new Parsed(0, 0, NOBODY);
        }
        String[] fields = bare.split(":", -1);
        boolean named = fields.length > 1 && !fields[1].isEmpty();
        int tag = switch (fields[0]) {
            case "user", "u" -> named ? USER : OWNER;
            case "group", "g" -> named ? GROUP : OWNING_GROUP;
            case "mask", "m" -> MASK;
            case "other", "o" -> OTHER;
            default -> 0;
        };
        // "mask:r--" and "other:r--" are the short forms of Solaris.
        boolean isShort = fields.length == 2 && tag >= MASK;
        int permissions = fields.length < 3 && !isShort ? -1 : permissions(fields[isShort ? 1 : 2]);
        if (tag == 0 || permissions < 0) {
            return null;
        }
        if (tag != USER && tag != GROUP) {
            return new Parsed(tag, permissions, NOBODY);
        }
        try {
            return new Parsed(tag, permissions, Integer.parseUnsignedInt(fields.length > 3 ? fields[3] : fields[1]));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static int permissions(String text) {
        int permissions = 0;
        for (int i = 0; i < text.length(); i++) {
            int bit = "xwr".indexOf(text.charAt(i));
            if (bit < 0 && text.charAt(i) != '-') {
                return -1;
            }
            permissions |= bit < 0 ? 0 : 1 << bit;
        }
        return permissions;
    }

    private record Parsed(int tag, int permissions, int id) {}
}
