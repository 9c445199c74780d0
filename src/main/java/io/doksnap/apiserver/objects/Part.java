package io.doksnap.apiserver.objects;

/** Which part of an object a write is about; the other one stays as it is. */
public enum Part {
    MAIN(""),
    STATUS("status");

    private final String subresource;

    Part(String subresource) {
        this.subresource = subresource;
    }

    /** As managed fields name it. */
    public String subresource() {
        return subresource;
    }
}
