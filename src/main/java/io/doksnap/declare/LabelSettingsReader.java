package io.doksnap.declare;

import io.doksnap.policy.Nearest;
import io.doksnap.policy.TimeWindow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads what labels count for, and when nothing may be stopped: {@code docker.labels} and {@code docker.no_stop_windows}. */
final class LabelSettingsReader {
    private static final List<String> MODES = List.of("on", "opt-out", "off");

    private final Problems problems;

    LabelSettingsReader(Problems problems) {
        this.problems = problems;
    }

    /** The words {@code on} and {@code off} are what YAML takes for true and false, however they are written. */
    LabelMode mode(Section docker) {
        String word = docker.text("labels").orElse("on");
        switch (word) {
            case "on", "true", "yes" -> {
                return LabelMode.ON;
            }
            case "off", "false", "no" -> {
                return LabelMode.OFF;
            }
            case "opt-out", "opt_out" -> {
                return LabelMode.OPT_OUT;
            }
            default -> {
                problems.add(docker.place("labels"), "'" + word + "' is unknown; " + Nearest.remedy(word, MODES));
                return LabelMode.ON;
            }
        }
    }

    Optional<List<TimeWindow>> noStopWindows(Section docker) {
        List<TimeWindow> windows = new ArrayList<>();
        for (Section.Text text : docker.texts("no_stop_windows")) {
            Optional<TimeWindow> window = TimeWindow.parse(text.value());
            if (window.isEmpty()) {
                problems.add(
                        text.place(),
                        "'" + text.value() + "' is no part of a day; write its begin and its end, such as 23:45-00:15");
            }
            window.ifPresent(windows::add);
        }
        return docker.has("no_stop_windows") ? Optional.of(windows) : Optional.empty();
    }
}
