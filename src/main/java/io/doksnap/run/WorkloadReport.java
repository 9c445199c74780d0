package io.doksnap.run;

import io.doksnap.api.Backup.HookOutput;
import io.doksnap.api.Reason;
import io.doksnap.policy.HookStep;
import java.util.ArrayList;
import java.util.List;

/** What became of the containers that a run stopped or paused, and of its hooks; may be read from other threads. */
public final class WorkloadReport {
    /** It becomes part of an object in the API, of which there are many. */
    private static final int LONGEST_OUTPUT = 1000;

    private static final int MOST_HOOKS = 20;

    private final List<String> notes = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final List<Trouble> troubles = new ArrayList<>();
    private boolean postponed;
    private final List<HookOutput> hookOutput = new ArrayList<>();
    private Reason best = Reason.NOT_QUIESCED;

    /**
     * A container that was running before the run, and is not now.
     *
     * @param message what happened and what to do; complete for a person to read
     */
    public record Trouble(Reason reason, String message) {}

    /** What went as it should. */
    public synchronized List<String> notes() {
        return List.copyOf(notes);
    }

    /** What deserves a look. */
    public synchronized List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** What has to be said louder than anything else; empty when everything runs that ran before. */
    public synchronized List<Trouble> troubles() {
        return List.copyOf(troubles);
    }

    /** Whether something was left as it is for now, as a run is at work in it. */
    public synchronized boolean isPostponed() {
        return postponed;
    }

    synchronized void postpone() {
        postponed = true;
    }

    /** What hooks printed that succeeded, as far as there is room for it. */
    public synchronized List<HookOutput> hookOutput() {
        return List.copyOf(hookOutput);
    }

    /** Keeps what a hook printed. */
    synchronized void printed(String phase, HookStep step, String output) {
        String text = output.strip();
        if (!text.isEmpty() && hookOutput.size() < MOST_HOOKS) {
            hookOutput.add(new HookOutput(phase + " hook '" + step.hook().summary() + "'", endOf(text)));
        }
    }

    private static String endOf(String text) {
        if (text.length() <= LONGEST_OUTPUT) {
            return text;
        }
        int from = text.length() - LONGEST_OUTPUT;
        return "..." + text.substring(Character.isLowSurrogate(text.charAt(from)) ? from + 1 : from);
    }

    /** Warnings and troubles alike. */
    synchronized List<String> allWarnings() {
        List<String> all = new ArrayList<>(warnings);
        troubles.forEach(trouble -> all.add(trouble.message()));
        return all;
    }

    /** The workload's condition: the worst of all. */
    public synchronized Reason reason() {
        return troubles.isEmpty() ? best : troubles.get(0).reason();
    }

    synchronized void note(String note) {
        notes.add(note);
    }

    synchronized void warn(String warning) {
        warnings.add(warning);
    }

    /** Adds what became of one container. */
    synchronized void add(Revived revived) {
        if (revived instanceof Revived.Down down) {
            troubles.add(new Trouble(down.reason(), down.text()));
        } else if (revived instanceof Revived.Unsettled unsettled) {
            warnings.add(unsettled.text());
        } else if (revived instanceof Revived.Back back) {
            (back.healthy() ? notes : warnings).add(back.text());
            best = best == Reason.REDEPLOYED ? best : Reason.RESTORED;
        } else if (revived instanceof Revived.LeftAlone left) {
            (left.reason() == Reason.NOT_QUIESCED ? notes : warnings).add(left.text());
            best = left.reason() == Reason.NOT_QUIESCED ? best : left.reason();
        }
    }
}
