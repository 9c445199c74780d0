package io.doksnap.apiserver.credentials;

/** How much somebody may do. */
public enum Access {
    /** Everything. */
    ADMIN("admin", "system:masters"),
    /** Look at everything but secrets. */
    READ_ONLY("read-only", "doksnap:read-only");

    private final String user;
    private final String group;

    Access(String user, String group) {
        this.user = user;
        this.group = group;
    }

    /** What the user is called who has this access. */
    public String user() {
        return user;
    }

    /** The group that stands for it; in a client certificate, the organisation. */
    public String group() {
        return group;
    }
}
