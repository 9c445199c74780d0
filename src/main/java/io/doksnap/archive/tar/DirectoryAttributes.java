package io.doksnap.archive.tar;

import com.sun.jna.LastErrorException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/** The extended attributes and ACLs of a directory, to be given to another one, or given back; as text they can wait in a file. */
public final class DirectoryAttributes {
    private static final String NONE = "-";

    private final List<ExtendedAttribute> attributes;

    private DirectoryAttributes(List<ExtendedAttribute> attributes) {
        this.attributes = List.copyOf(attributes);
    }

    /** Those that a directory has now, as far as this process may see them. */
    public static DirectoryAttributes of(Path directory) throws IOException {
        try (OpenFile open = OpenFile.directory(directory)) {
            return new DirectoryAttributes(new AttributeReader(new NativeBuffer(Posix.LARGEST_ATTRIBUTE)).of(open, 0));
        }
    }

    /** What {@link #text()} said. */
    public static DirectoryAttributes parse(String text) {
        List<ExtendedAttribute> attributes = new ArrayList<>();
        if (!text.equals(NONE)) {
            for (String field : text.split(",", -1)) {
                String[] pair = field.split("=", -1);
                attributes.add(ExtendedAttribute.of(
                        RawName.of(Base64.getUrlDecoder().decode(pair[0])),
                        Base64.getUrlDecoder().decode(pair[1])));
            }
        }
        return new DirectoryAttributes(attributes);
    }

    /** All of them, without a space or the end of a line. */
    public String text() {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        return attributes.isEmpty()
                ? NONE
                : attributes.stream()
                        .map(attribute -> base64.encodeToString(attribute.name().unsafeBytes()) + "="
                                + base64.encodeToString(attribute.unsafeValue()))
                        .collect(Collectors.joining(","));
    }

    /**
     * Gives them to a directory, and takes from it what it has of others: of ACLs, which say who may do what, and of those named.
     *
     * @param others what it may have got from another one
     * @throws IOException when this process may not, or the file system cannot; the other attributes were set all the same
     */
    public void applyTo(Path directory, DirectoryAttributes others) throws IOException {
        IOException failure = null;
        List<RawName> unwanted = new ArrayList<>(List.of(ExtendedAttribute.ACCESS_ACL, ExtendedAttribute.DEFAULT_ACL));
        others.attributes.forEach(attribute -> unwanted.add(attribute.name()));
        unwanted.removeIf(
                name -> attributes.stream().anyMatch(kept -> kept.name().equals(name)));
        for (RawName name : unwanted) {
            try {
                if (Posix.attribute(directory, name) != null) {
                    Posix.removeAttribute(directory, name);
                }
            } catch (IOException e) {
                failure = e;
            }
        }
        for (ExtendedAttribute attribute : attributes) {
            try {
                Posix.setAttribute(directory, attribute);
            } catch (LastErrorException e) {
                failure = Posix.failed("cannot set " + attribute.name(), directory, e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
