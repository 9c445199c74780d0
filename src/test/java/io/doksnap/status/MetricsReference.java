package io.doksnap.status;

import io.doksnap.docs.Page;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The metrics that a scrape of two apps gives. */
public final class MetricsReference {
    private static final Pattern ABOUT = Pattern.compile("# (HELP|TYPE) (\\S+) (.*)");
    private static final Pattern SAMPLE = Pattern.compile("([a-z_]+)\\{([^}]*)\\} .*");

    private MetricsReference() {}

    public static String page() {
        Map<String, String> help = new TreeMap<>();
        Map<String, String> types = new TreeMap<>();
        Map<String, Set<String>> labels = new TreeMap<>();
        try (StatusMetrics metrics = new StatusMetrics(everything())) {
            metrics.scrape("text/plain").lines().forEach(line -> {
                Matcher about = ABOUT.matcher(line);
                Matcher sample = SAMPLE.matcher(line);
                if (about.matches()) {
                    (about.group(1).equals("HELP") ? help : types).put(about.group(2), about.group(3));
                } else if (sample.matches()) {
                    Pattern.compile("(?:^|,)([a-z]+)=")
                            .matcher(sample.group(2))
                            .results()
                            .forEach(label -> labels.computeIfAbsent(sample.group(1), name -> new LinkedHashSet<>())
                                    .add(Page.code(label.group(1))));
                }
            });
        }
        List<List<String>> rows = new ArrayList<>();
        Set<String> others = new TreeSet<>();
        types.forEach((name, type) -> {
            if (name.startsWith("doksnap_")) {
                String of = String.join(", ", labels.getOrDefault(name, Set.of()));
                rows.add(List.of(Page.code(name), type, of, Page.cellOf(help.getOrDefault(name, ""))));
            } else {
                others.add(Page.code(name.replaceAll("_.*", "_*")));
            }
        });
        return new Page("Metrics", "the registry of a running status server")
                .paragraph(
                        "What `/metrics` says to Prometheus; [status.md](../status.md) has how to ask for it. Yes is 1"
                                + " and no is 0, times are seconds since 1970.")
                .table(List.of("metric", "type", "labels", "what it says"), rows)
                .paragraph("And of the process, as Micrometer has them, with names that depend on the Java VM: "
                        + String.join(", ", others) + ".")
                .text();
    }

    /** Of which no metric has nothing to say. */
    private static FixedSource everything() {
        return FixedSource.twoApps();
    }
}
