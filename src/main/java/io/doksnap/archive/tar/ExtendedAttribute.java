package io.doksnap.archive.tar;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A value that a file carries under a name of its own, beside its content (xattr(7)). A POSIX ACL is one of them: {@code
 * system.posix_acl_access}, in the kernel's own binary form.
 */
public final class ExtendedAttribute {
    static final RawName ACCESS_ACL = RawName.of("system.posix_acl_access");
    static final RawName DEFAULT_ACL = RawName.of("system.posix_acl_default");
    static final RawName CAPABILITY = RawName.of("security.capability");

    /**
     * What the kernel or a policy of this host gives a file anew, and what would be wrong elsewhere: labels name a policy's types and a container's
     * own categories, and the signatures of EVM cover inode numbers.
     */
    private static final String[] OF_THIS_HOST = {
        "security.selinux", "security.SMACK64", "security.apparmor", "security.ima", "security.evm"
    };

    private final RawName name;
    private final byte[] value;

    private ExtendedAttribute(RawName name, byte[] value) {
        this.name = name;
        this.value = value;
    }

    /** An attribute with a copy of this value. */
    public static ExtendedAttribute of(RawName name, byte[] value) {
        return new ExtendedAttribute(name, value.clone());
    }

    /** With its namespace, as in {@code user.note}. */
    public RawName name() {
        return name;
    }

    byte[] unsafeValue() {
        return value;
    }

    /** How many bytes it takes in memory and, about, in an archive. */
    long bytes() {
        return (long) name.length() + value.length;
    }

    boolean isAcl() {
        return name.equals(ACCESS_ACL) || name.equals(DEFAULT_ACL);
    }

    /** Whether it belongs to this host rather than to the data: it is neither archived nor restored. */
    static boolean isOfThisHost(RawName name) {
        byte[] bytes = name.unsafeBytes();
        if (bytes.length == 0 || bytes[0] != 's') {
            return false;
        }
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        return Arrays.stream(OF_THIS_HOST).anyMatch(text::startsWith);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ExtendedAttribute attribute
                && name.equals(attribute.name)
                && Arrays.equals(value, attribute.value);
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + Arrays.hashCode(value);
    }

    @Override
    public String toString() {
        return name + " (" + value.length + " bytes)";
    }
}
