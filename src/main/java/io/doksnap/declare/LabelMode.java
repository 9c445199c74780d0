package io.doksnap.declare;

/** What labels of containers and services count for. */
public enum LabelMode {
    /** What is labelled is protected. */
    ON,
    /** Everything that has data is protected, but for what says {@code doksnap.enable=false}. */
    OPT_OUT,
    /** Labels are not looked at. */
    OFF
}
