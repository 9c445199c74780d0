package io.doksnap.app;

import io.doksnap.api.Reason;
import io.doksnap.run.WorkloadReport;

/** Tells a person what became of the containers that backups stop and pause. Nothing is as loud as one that is still down. */
final class WorkloadLines {
    private final Console console;

    WorkloadLines(Console console) {
        this.console = console;
    }

    /** What a backup that was cut off had left; returns the exit code that it makes. */
    int replayed(WorkloadReport report) {
        report.notes().forEach(note -> console.say("an earlier backup was cut off: " + note));
        report.warnings().forEach(warning -> console.warn("an earlier backup was cut off: " + warning));
        return loud("an earlier backup", report);
    }

    /** What became of the workload of a backup that has ended; returns the exit code that it makes. */
    int ended(String policy, WorkloadReport report) {
        report.warnings().forEach(warning -> console.warn(policy + ": " + warning));
        return loud(policy, report);
    }

    private int loud(String whose, WorkloadReport report) {
        report.troubles()
                .forEach(trouble -> say(
                        whose, trouble.reason(), trouble.message(), "until it runs, each doksnap backup tries again"));
        return report.troubles().isEmpty() ? ExitCode.OK : ExitCode.WORKLOAD_DOWN;
    }

    /** What an operator could not bring back; returns the exit code that it makes. */
    int down(String policy, Reason reason, String message) {
        say(policy, reason, message, "until it runs, the operator tries again all the time");
        return ExitCode.WORKLOAD_DOWN;
    }

    private void say(String whose, Reason reason, String message, String meanwhile) {
        console.error("!!! NOT BROUGHT BACK (" + reason + "): " + whose + ": " + message.replaceAll("[.]$", "")
                + ". Start it by hand; " + meanwhile + ".");
    }
}
