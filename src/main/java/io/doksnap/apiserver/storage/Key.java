package io.doksnap.apiserver.storage;

import java.util.Comparator;

/**
 * Where an object is kept.
 *
 * @param resource plural and group, such as {@code backuppolicies.doksnap.io}; just the plural in the core group
 * @param namespace empty for what has none
 */
public record Key(String resource, String namespace, String name) implements Comparable<Key> {
    private static final Comparator<Key> ORDER =
            Comparator.comparing(Key::resource).thenComparing(Key::namespace).thenComparing(Key::name);

    /** Comes before all objects of a resource, or of one namespace of it. */
    static Key before(String resource, String namespace) {
        return new Key(resource, namespace, "");
    }

    static Key parse(String text) {
        String[] parts = text.split("/", 3);
        if (parts.length != 3) {
            throw new IllegalArgumentException("not a key: " + text);
        }
        return new Key(parts[0], parts[1], parts[2]);
    }

    @Override
    public int compareTo(Key other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return resource + "/" + namespace + "/" + name;
    }
}
