package io.doksnap.apiserver.storage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.json.Json;

/** One object as it was at one version; never changes. */
public final class Stored {
    private final Key key;
    private final long version;
    private final byte[] json;

    Stored(Key key, long version, byte[] json) {
        this.key = key;
        this.version = version;
        this.json = json;
    }

    public Key key() {
        return key;
    }

    public long version() {
        return version;
    }

    /** The object with its version in {@code metadata.resourceVersion}; a tree of the caller's own. */
    public ObjectNode object() {
        return Json.object(json);
    }

    /** Its size as it is kept. */
    public int bytes() {
        return json.length;
    }

    byte[] json() {
        return json;
    }

    /** Without the content, which may be a secret. */
    @Override
    public String toString() {
        return key + "@" + version;
    }
}
