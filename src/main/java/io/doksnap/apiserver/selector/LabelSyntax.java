package io.doksnap.apiserver.selector;

import com.google.re2j.Pattern;

/** What keys and values of labels may look like. */
public final class LabelSyntax {
    private static final Pattern NAME = Pattern.compile("([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]");
    private static final Pattern SUBDOMAIN =
            Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

    private LabelSyntax() {}

    /** A name of up to 63 characters, after an optional DNS subdomain of up to 253 and a slash. */
    public static boolean isKey(String key) {
        int slash = key.indexOf('/');
        if (slash >= 0 && (slash > 253 || !SUBDOMAIN.matches(key.substring(0, slash)))) {
            return false;
        }
        String name = key.substring(slash + 1);
        return name.length() <= 63 && NAME.matches(name);
    }

    /** Empty, or up to 63 characters. */
    public static boolean isValue(String value) {
        return value.isEmpty() || (value.length() <= 63 && NAME.matches(value));
    }
}
