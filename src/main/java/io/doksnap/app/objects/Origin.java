package io.doksnap.app.objects;

/** Where declarations come from that this program keeps as objects. Whose name is taken already gives way to the one before it. */
public enum Origin {
    /** {@code config.yaml}. */
    CONFIG("config"),
    /** Labels of containers and services. */
    LABEL("label");

    private final String text;

    Origin(String text) {
        this.text = text;
    }

    /** The field manager of everything that it says. */
    public String fieldManager() {
        return switch (this) {
            case CONFIG -> "doksnap-config";
            case LABEL -> "doksnap-labels";
        };
    }

    /** The value of the label {@code doksnap.io/origin}. */
    @Override
    public String toString() {
        return text;
    }
}
