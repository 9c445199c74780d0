package io.doksnap.declare.labels;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The labels of one carrier that are ours or nearly ours, sorted by the policy that they belong to. */
final class CarriedLabels {
    private static final int LONGEST_KEY = 200;
    private static final int MOST_POLICIES = 32;
    private static final String POLICIES = "policies.";
    private static final Pattern NAMED = Pattern.compile("policies\\.([A-Za-z0-9_-]{1,40})\\.(.+)");

    /** Values that may hold a password, which no message shows. */
    private static final Pattern SECRET = Pattern.compile(".*(hooks\\.|command).*");

    private final SortedMap<String, String> ours = new TreeMap<>();
    private final SortedMap<String, SortedMap<String, String>> byPolicy = new TreeMap<>();
    private final SortedSet<String> strangers = new TreeSet<>();
    private final SortedMap<String, String> conflicts = new TreeMap<>();
    private final LabelProblems problems = new LabelProblems();

    private final ImageLabels image;

    private CarriedLabels(ImageLabels image) {
        this.image = image;
    }

    static CarriedLabels of(Carrier carrier) {
        CarriedLabels found = new CarriedLabels(new ImageLabels(carrier));
        new TreeMap<>(carrier.labels()).forEach((key, value) -> found.take(key, value, "on " + carrier.name()));
        new TreeMap<>(carrier.containerLabels())
                .forEach((key, value) -> found.take(key, value, "in the service's labels and its containers' labels"));
        return found;
    }

    private void take(String written, String value, String where) {
        String key = written.strip();
        if (!Namespace.isOurs(key)) {
            // Comparing takes the square of the length.
            Namespace.meant(key.substring(0, Math.min(key.length(), LONGEST_KEY)))
                    .ifPresent(meant -> problems.add(
                            key,
                            "is none of the labels of doksnap; did you mean '" + meant + "'? Rename or remove it"));
            return;
        }
        if (key.length() > LONGEST_KEY) {
            problems.add(key, "is a key of " + key.length() + " characters, which none of our labels has; remove it");
            return;
        }
        if (image.isStrange(written, value)) {
            strangers.add(key);
        }
        String other = ours.putIfAbsent(key, value.strip());
        if (other == null) {
            sort(key, value.strip());
        } else if (!other.equals(value.strip())) {
            conflicts.put(
                    key,
                    key + ": is both " + quoted(key, other) + " and " + quoted(key, value.strip()) + " " + where
                            + "; keep one of them");
        }
    }

    private void sort(String key, String value) {
        String rest = key.substring(Namespace.PREFIX.length());
        if (!rest.startsWith(POLICIES)) {
            byPolicy.computeIfAbsent(LabelPolicy.DEFAULT, name -> new TreeMap<>())
                    .put(rest, value);
            return;
        }
        Matcher named = NAMED.matcher(rest);
        if (!named.matches()) {
            problems.add(
                    key,
                    "names no policy; write doksnap.policies.NAME.KEY, such as doksnap.policies.hourly.schedule"
                            + " (a name is at most 40 letters, digits, '-' and '_')");
        } else if (named.group(1).equals(LabelPolicy.DEFAULT)) {
            problems.add(key, "is the policy without a name; write " + Namespace.PREFIX + named.group(2));
        } else if (byPolicy.size() > MOST_POLICIES && !byPolicy.containsKey(named.group(1))) {
            problems.add(
                    Namespace.PREFIX + POLICIES,
                    "name more than " + MOST_POLICIES + " policies for one workload; remove some");
        } else {
            byPolicy.computeIfAbsent(named.group(1), name -> new TreeMap<>()).put(named.group(2), value);
        }
    }

    /** What stands before the keys of a policy. */
    static String prefix(String policy) {
        return Namespace.PREFIX + (policy.equals(LabelPolicy.DEFAULT) ? "" : POLICIES + policy + ".");
    }

    /** The labels of each policy, by what stands behind its prefix. */
    SortedMap<String, SortedMap<String, String>> byPolicy() {
        return byPolicy;
    }

    /** What is wrong that no named policy has to answer for. */
    LabelProblems problems() {
        return problems;
    }

    /** Says of a policy which of its labels only its image has. */
    void tellStrangers(String policy, LabelProblems of) {
        strangers.stream()
                .filter(key -> belongs(key, policy))
                .forEach(key -> of.add(
                        key,
                        "is a label of the image, which may not say that for its containers; if it is right, write "
                                + Namespace.PREFIX + LabelKey.IMAGE_LABELS.key()
                                + "=accept on the container, or another value of that label"));
    }

    /** All labels of a policy by their whole keys, with the one that switches all of them off. */
    Map<String, String> settings(String policy) {
        Map<String, String> settings = new TreeMap<>();
        String enable = Namespace.PREFIX + LabelKey.ENABLE.key();
        ours.forEach((key, value) -> {
            if (key.equals(enable) || belongs(key, policy)) {
                settings.put(key, value);
            }
        });
        return settings;
    }

    Optional<String> conflict(String policy) {
        return conflicts.entrySet().stream()
                .filter(conflict -> belongs(conflict.getKey(), policy))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private static boolean belongs(String key, String policy) {
        return policy.equals(LabelPolicy.DEFAULT)
                ? !key.startsWith(Namespace.PREFIX + POLICIES)
                : key.startsWith(prefix(policy));
    }

    /** A value as a message shows it. */
    static String quoted(String key, String value) {
        return SECRET.matcher(key).matches() ? "one command" : "'" + LabelProblems.clean(value, 80) + "'";
    }
}
