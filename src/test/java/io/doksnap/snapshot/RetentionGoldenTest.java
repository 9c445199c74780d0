package io.doksnap.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.snapshot.RetentionPlan.Candidate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Histories and what is made of them, each in a file that tells both: a head of settings, a blank line, and the plan.
 *
 * <p>In the head, {@code runs:} is what succeeded: {@code daily FIRST LAST}, {@code every DURATION FIRST LAST}, or a single time, with its
 * sources behind them where they matter. {@code originals:} is what the original program left, in the same words; where the head says
 * {@code confirmed: no}, nobody has agreed yet that it may go. {@code failed:} takes those between two times away again; {@code damaged:}
 * is what verification found in one, by sources. All times are local. In the plan, removals in a row are one line where the head says
 * {@code brief: yes}. What is made of a history now is written to {@code target/golden}.
 */
class RetentionGoldenTest {
    private static final Path FILES = Path.of("src/test/resources/io/doksnap/snapshot/retention");
    private static final Pattern RULE = Pattern.compile("(last|daily|weekly|monthly|yearly)=(\\d+)");

    @TestFactory
    Stream<DynamicTest> planIsWhatTheFileSays() throws IOException {
        try (Stream<Path> files = Files.list(FILES)) {
            List<Path> all = files.sorted().toList();
            assertThat(all).hasSizeGreaterThanOrEqualTo(13);
            return all.stream()
                    .map(file -> DynamicTest.dynamicTest(
                            String.valueOf(file.getFileName()), file.toUri(), () -> check(file)));
        }
    }

    private static void check(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        int blank = lines.indexOf("");
        List<String> head = blank < 0 ? lines : lines.subList(0, blank);
        List<String> actual = new ArrayList<>(head);
        actual.add("");
        actual.addAll(new History(head).lines());
        Path made = Files.createDirectories(Path.of("target/golden")).resolve(file.getFileName());
        Files.write(made, actual);

        assertThat(made).hasSameTextualContentAs(file);
    }

    /** What a head says. */
    private static final class History {
        private final Map<Instant, String[]> runs = new LinkedHashMap<>();
        private final Map<Instant, String[]> damaged = new LinkedHashMap<>();
        private final List<Candidate> unreadable = new ArrayList<>();
        private final List<Candidate> originals = new ArrayList<>();
        private final ZoneId zone;
        private final Instant now;
        private final RetentionRules rules;
        private final boolean brief;
        private final boolean confirmed;

        History(List<String> head) {
            zone = ZoneId.of(value(head, "zone"));
            now = instant(value(head, "now"));
            rules = rules(value(head, "rules"));
            brief = value(head, "brief").equals("yes");
            confirmed = !value(head, "confirmed").equals("no");
            for (String line : head) {
                String[] words = line.split(" +");
                switch (words[0]) {
                    case "runs:" -> runs(words);
                    case "originals:" -> some(words).forEach(run -> originals.add(Candidates.original(run.started())));
                    case "failed:" ->
                        runs.keySet()
                                .removeIf(
                                        time -> !time.isBefore(instant(words[1])) && !time.isAfter(instant(words[2])));
                    case "damaged:" -> damaged.put(instant(words[1]), words[2].split(","));
                    case "unreadable:" ->
                        unreadable.add(new Candidate.Unreadable(
                                Candidates.taken(instant(words[1])).folder(), "its manifest cannot be used"));
                    default -> assertThat(line).matches("(#|zone:|now:|rules:|brief:|confirmed:).*");
                }
            }
        }

        private void runs(String[] words) {
            int sources = words[1].startsWith("2") ? 2 : words[1].equals("daily") ? 4 : 5;
            String[] names = words.length > sources ? words[sources].split(",") : new String[] {"data"};
            some(words).forEach(run -> runs.put(run.started(), names));
        }

        private List<Candidate.Counted> some(String[] words) {
            List<Candidate> some = switch (words[1]) {
                case "daily" -> Candidates.daily(words[2], words[3], zone);
                case "every" -> Candidates.every(Duration.parse(words[2]), words[3], words[4], zone);
                default -> List.of(Candidates.taken(instant(words[1])));
            };
            return some.stream().map(Candidate.Counted.class::cast).toList();
        }

        List<String> lines() {
            List<Candidate> all = new ArrayList<>(unreadable);
            all.addAll(originals);
            runs.forEach((time, sources) -> {
                Candidate.Known run = Candidates.taken(time, sources);
                all.add(damaged.containsKey(time) ? Candidates.damaged(run, damaged.get(time)) : run);
            });
            RetentionPlan plan =
                    confirmed ? RetentionPlan.plan(all, rules, now) : RetentionPlan.planUnconfirmed(all, rules, now);
            List<String> lines = RetentionText.lines(plan, zone);
            return brief ? shortened(lines) : lines;
        }

        private static List<String> shortened(List<String> lines) {
            List<String> brief = new ArrayList<>();
            int removed = 0;
            for (String line : lines) {
                if (line.startsWith("remove")) {
                    removed++;
                } else {
                    if (removed > 0) {
                        brief.add("     " + removed + " removed");
                    }
                    removed = 0;
                    brief.add(line);
                }
            }
            return brief;
        }

        private static String value(List<String> head, String key) {
            return head.stream()
                    .filter(line -> line.startsWith(key + ":"))
                    .map(line -> line.substring(key.length() + 1).strip())
                    .findFirst()
                    .orElse("");
        }

        private Instant instant(String local) {
            return local.endsWith("Z")
                    ? Instant.parse(local)
                    : LocalDateTime.parse(local).atZone(zone).toInstant();
        }

        private RetentionRules rules(String text) {
            int[] counts = new int[5];
            Matcher matcher = RULE.matcher(text);
            while (matcher.find()) {
                int index =
                        List.of("last", "daily", "weekly", "monthly", "yearly").indexOf(matcher.group(1));
                counts[index] = Integer.parseInt(matcher.group(2));
            }
            return Candidates.rules(counts[0], counts[1], counts[2], counts[3], counts[4], zone);
        }
    }
}
