package io.doksnap.archive.tar;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Extended attributes and ACLs among the records of a PAX header: {@code SCHILY.xattr.NAME} with the bytes of the value, as GNU tar,
 * star and libarchive write them, {@code LIBARCHIVE.xattr.NAME} with base64, and {@code SCHILY.acl.access} and {@code
 * SCHILY.acl.default} with an ACL as text.
 *
 * <p>In names GNU tar writes {@code %25} and {@code %3D} for percent and equals sign, and so do we. libarchive escapes more, and says everything in
 * both ways: then the second counts.
 */
final class AttributeRecords {
    /** What one entry may have of them; twice what is ever written. */
    private static final long MOST_BYTES = 2 * AttributeReader.MOST_BYTES_OF_A_FILE;

    private static final String XATTR = "SCHILY.xattr.";
    private static final String LIBARCHIVE_XATTR = "LIBARCHIVE.xattr.";
    private static final String ACL_ACCESS = "SCHILY.acl.access";
    private static final String ACL_DEFAULT = "SCHILY.acl.default";

    private final Map<String, ExtendedAttribute> byEscapedName = new LinkedHashMap<>();
    private final Map<RawName, ExtendedAttribute> acls = new LinkedHashMap<>();
    private long bytes;

    static boolean isOne(String key) {
        return key.startsWith(XATTR)
                || key.startsWith(LIBARCHIVE_XATTR)
                || key.equals(ACL_ACCESS)
                || key.equals(ACL_DEFAULT);
    }

    void clear() {
        byEscapedName.clear();
        acls.clear();
        bytes = 0;
    }

    /** Adds the record of a key that {@link #isOne}; the key has a character for each byte. */
    void add(String key, byte[] value) throws TarException {
        bytes += key.length() + value.length;
        if (bytes > MOST_BYTES) {
            throw new TarException("the archive is damaged: one file claims more than " + (MOST_BYTES >> 20)
                    + " MiB of extended attributes");
        }
        if (key.startsWith(XATTR)) {
            String escaped = key.substring(XATTR.length());
            byEscapedName.putIfAbsent(escaped, ExtendedAttribute.of(unescaped(escaped, "25", "3D"), value));
        } else if (key.startsWith(LIBARCHIVE_XATTR)) {
            String escaped = key.substring(LIBARCHIVE_XATTR.length());
            byEscapedName.put(escaped, ExtendedAttribute.of(unescaped(escaped), decoded(escaped, value)));
        } else if (value.length > 0) {
            RawName name = key.equals(ACL_ACCESS) ? ExtendedAttribute.ACCESS_ACL : ExtendedAttribute.DEFAULT_ACL;
            byte[] binary = PosixAcl.toBinary(value);
            // Under a name that no kernel takes, one that is not understood is counted among what could not be set.
            acls.put(
                    name,
                    binary == null ? ExtendedAttribute.of(RawName.of(key), value) : ExtendedAttribute.of(name, binary));
        }
    }

    /** All of the entry; of an ACL that is there in both forms the kernel's own, which has the numbers. */
    List<ExtendedAttribute> all() {
        if (byEscapedName.isEmpty() && acls.isEmpty()) {
            return List.of();
        }
        List<ExtendedAttribute> all = new ArrayList<>(byEscapedName.values());
        acls.forEach((name, acl) -> {
            if (all.stream().noneMatch(attribute -> attribute.name().equals(name))) {
                all.add(acl);
            }
        });
        return all;
    }

    /** The key of an attribute's record. */
    static byte[] key(RawName name) {
        ByteArrayOutputStream key = new ByteArrayOutputStream();
        key.writeBytes(XATTR.getBytes(StandardCharsets.US_ASCII));
        for (byte b : name.unsafeBytes()) {
            if (b == '%' || b == '=') {
                key.writeBytes((b == '%' ? "%25" : "%3D").getBytes(StandardCharsets.US_ASCII));
            } else {
                key.write(b);
            }
        }
        return key.toByteArray();
    }

    /** The key of an ACL's record. */
    static byte[] aclKey(RawName name) {
        String key = name.equals(ExtendedAttribute.ACCESS_ACL) ? ACL_ACCESS : ACL_DEFAULT;
        return key.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] decoded(String name, byte[] base64) throws TarException {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new TarException(
                    "the archive is damaged: the extended attribute " + RawName.of(name) + " is not in base64");
        }
    }

    /** Turns {@code %XX} into the byte; only of these two, where there are any. */
    private static RawName unescaped(String escaped, String... only) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(escaped.length());
        List<String> taken = List.of(only);
        for (int i = 0; i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            String digits = c == '%' && i + 2 < escaped.length() ? escaped.substring(i + 1, i + 3) : "";
            boolean escape = digits.matches("[0-9A-Fa-f]{2}") && (only.length == 0 || taken.contains(digits));
            bytes.write(escape ? Integer.parseInt(digits, 16) : c);
            i += escape ? 2 : 0;
        }
        return RawName.of(bytes.toByteArray());
    }
}
