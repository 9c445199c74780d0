package io.doksnap.operator.resource;

/** The names that our resources carry beside their fields; once published, they stay. */
public final class DoksnapNames {
    /** The API group of all kinds. */
    public static final String GROUP = "doksnap.io";

    /** The version of all kinds. */
    public static final String VERSION = "v1";

    /** The field manager of everything that the operator writes. */
    public static final String FIELD_MANAGER = "doksnap";

    /** Label: the policy that a Backup, Snapshot or Restore belongs to. */
    public static final String POLICY = "doksnap.io/policy";

    /** Label: where a policy or destination was declared: {@code kubectl}, {@code label} or {@code config}. */
    public static final String ORIGIN = "doksnap.io/origin";

    /** Label: whose operator made an object that tells of something outside of the API. */
    public static final String HOST = "doksnap.io/host";

    /** Annotation: a destination's name as the configuration has it, where the object's is another. */
    public static final String NAME = "doksnap.io/name";

    /** Annotation: which data directory a host's Lease belongs to. */
    public static final String INSTANCE = "doksnap.io/instance";

    /** Annotation of a host's Lease: with which token it was taken last, by which its data directory is told from copies. */
    public static final String TOKEN = "doksnap.io/token";

    /** Annotation of a host's Lease: what the host was called before, with commas between. */
    public static final String FORMER_HOSTS = "doksnap.io/former-hosts";

    /** Annotation of a host's Lease, {@code true}: it is the host whose own API this is. */
    public static final String HOME = "doksnap.io/home";

    /** Annotation: which host took a run up, and the uid of the object that it took up: {@code host/uid}. */
    public static final String CLAIM = "doksnap.io/claim";

    /** Annotation: why what was declared makes no sense, where that cannot be seen in the spec; such a policy does not run. */
    public static final String INVALID = "doksnap.io/invalid";

    /** Annotation: what the labels that declare a policy disagree about; such a policy does not run. */
    public static final String LABEL_CONFLICT = "doksnap.io/label-conflict";

    /** Annotation: since when no label declares a policy any more that labels had declared. */
    public static final String GONE_SINCE = "doksnap.io/gone-since";

    /** Finalizer: something was changed that has to be undone before the object may go. */
    public static final String UNDO = "doksnap.io/undo";

    private DoksnapNames() {}
}
