package io.doksnap.declare.labels;

import java.util.Map;
import java.util.regex.Pattern;

/**
 * Which labels of a container are no more than its image's, and so written by whoever made that: they may say that a workload has data and when it is to be read, and
 * nothing that reaches further, unless the container itself accepts that.
 */
final class ImageLabels {
    /** What runs commands, reaches other workloads or the host's directories, or says where and how openly the data is stored. */
    private static final Pattern FAR_REACHING = Pattern.compile(
            "(hooks\\..*|dump\\.(command|user).*|dump=command|quiesce.*|directories|directory\\..*|destination.*|encryption.*"
                    + "|verify\\.command.*)");

    private static final Pattern POLICY = Pattern.compile("policies\\.[^.]*\\.");

    private final Map<String, String> image;
    private final boolean accepted;

    ImageLabels(Carrier carrier) {
        image = carrier.imageLabels();
        String key = Namespace.PREFIX + LabelKey.IMAGE_LABELS.key();
        String said = carrier.labels().getOrDefault(key, "");
        accepted = said.strip().equals("accept") && !said.equals(image.get(key));
    }

    /** Whether a label counts only where it is the container's own, and is not. */
    boolean isStrange(String key, String value) {
        if (accepted || !value.equals(image.get(key))) {
            return false;
        }
        String rest =
                POLICY.matcher(key.strip().substring(Namespace.PREFIX.length())).replaceFirst("");
        return FAR_REACHING.matcher(rest).matches()
                || FAR_REACHING.matcher(rest + "=" + value.strip()).matches();
    }
}
