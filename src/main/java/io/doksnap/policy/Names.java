package io.doksnap.policy;

import java.util.regex.Pattern;

/** What names may look like, each as the program that gives it out has it. */
final class Names {
    static final Pattern DISPLAY = Pattern.compile("[A-Za-z0-9_-]{1,63}");

    /** A name of a Kubernetes resource. */
    static final Pattern KUBERNETES =
            Pattern.compile("(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*");

    static final Pattern NAMESPACE = Pattern.compile("(?=.{1,63}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?");

    /** An entry of a Kubernetes Secret. */
    static final Pattern SECRET_KEY = Pattern.compile("[A-Za-z0-9._-]{1,253}");

    /** A destination or an encryption of the operator's configuration. */
    static final Pattern CONFIGURED = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9_.-]{0,62}");

    static final Pattern HOST = CONFIGURED;

    /** A source, which is a segment of its objects' keys. */
    static final Pattern SOURCE = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9_.-]{0,62}");

    /** What the Docker Engine accepts as the name of a volume, a container, a service or a Compose project. */
    static final Pattern DOCKER = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,254}");

    private Names() {}
}
