package io.doksnap.declare;

import io.doksnap.api.BackupPolicySpec.DestinationRef;
import io.doksnap.declare.Section.Text;
import io.doksnap.policy.Nearest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where one app stores: {@code destinations}, or {@code destination} for a single one. */
final class DestinationChoice {
    /** Each holds memory of its own while it is written to: at least two parts of 8 MiB in S3. */
    private static final int MOST = 4;

    private final Section app;
    private final Problems problems;

    DestinationChoice(Section app, Problems problems) {
        this.app = app;
        this.problems = problems;
    }

    /** What the app names; empty where it names none. */
    List<Text> named() {
        List<Text> several = app.texts("destinations");
        Optional<String> single = app.text("destination");
        if (single.isEmpty()) {
            return several;
        }
        if (app.has("destinations")) {
            problems.add(app.place("destination"), "destinations is set, too; keep one of them");
        }
        return List.of(new Text(single.get(), app.place("destination")));
    }

    /** The same for a resource. */
    static List<DestinationRef> refs(List<Text> named) {
        return named.stream().map(text -> new DestinationRef(text.value())).toList();
    }

    /** Tells what cannot be: a name that is none, one place twice, nothing where there is no default, too many. */
    void check(Settings settings) {
        List<Text> named = named();
        List<String> known = List.copyOf(settings.destinations().keySet());
        if (named.isEmpty()
                && !known.isEmpty()
                && settings.resolve(Settings.DEFAULT_DESTINATION).isEmpty()) {
            problems.add(
                    app.place(),
                    "does not say where to store, and no destination is called default; add destinations, such as ["
                            + String.join(", ", known) + "]");
        }
        if (named.size() > MOST) {
            problems.add(
                    app.place("destinations"), "lists " + named.size() + " destinations; " + MOST + " is the most");
        }
        Map<String, Text> seen = new HashMap<>();
        for (Text text : named) {
            Optional<String> meant = settings.resolve(text.value());
            if (meant.isEmpty() && !known.isEmpty()) {
                problems.addUnlessSaid(
                        text.place(),
                        "'" + text.value() + "' is no destination; " + Nearest.remedy(text.value(), known));
            } else if (meant.isPresent()) {
                Text first = seen.putIfAbsent(meant.get(), text);
                if (first != null && !first.value().equals(text.value())) {
                    problems.addUnlessSaid(
                            text.place(), "is the same destination as '" + first.value() + "'; remove one of them");
                }
            }
        }
    }
}
