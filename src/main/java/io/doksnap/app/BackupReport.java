package io.doksnap.app;

import io.doksnap.run.BackupOutcome;
import io.doksnap.run.BackupRun;
import io.doksnap.run.RepeatedBackup;
import io.doksnap.snapshot.Manifest;
import java.time.Duration;
import java.util.List;

/** Says how a backup went: at every pause between two attempts, and at its end for each destination. */
final class BackupReport {
    private final String app;
    private final List<BackupRun.Target> targets;
    private final Console console;

    BackupReport(String app, List<BackupRun.Target> targets, Console console) {
        this.app = app;
        this.targets = targets;
        this.console = console;
    }

    /** An attempt has failed, and another one follows. */
    void failedFor(BackupOutcome.Failed failure, int attempt, Duration pause) {
        console.warn(app + ": attempt " + attempt + " failed (" + failure.reason() + "): "
                + failure.message().replaceAll("[.]$", "") + "; tries again in " + Sizes.duration(pause));
    }

    /** Prints all there is to say at the end; returns the exit code. */
    int print(RepeatedBackup.Ended ended) {
        if (ended.outcome() instanceof BackupOutcome.Failed failed) {
            console.error(app + ": backup failed (" + failed.reason() + ")"
                    + (ended.attempts() > 1 ? " after " + ended.attempts() + " attempts" : "") + ": "
                    + failed.message());
            return ExitCode.of(failed.reason());
        }
        BackupOutcome.Succeeded succeeded = (BackupOutcome.Succeeded) ended.outcome();
        Manifest manifest = succeeded.manifest();
        manifest.warnings().forEach(warning -> console.warn(app + ": " + warning));
        long files = manifest.sources().stream()
                .mapToLong(Manifest.SourceEntry::files)
                .sum();
        String method = manifest.sources().get(0).encryption().method();
        console.out()
                .println(app + ": backed up " + Sizes.count(files, "file", "files") + ", "
                        + Sizes.bytes(manifest.plainBytes()) + "; stored " + Sizes.bytes(manifest.storedBytes())
                        + (method.equals("none") ? ", not encrypted" : ", encrypted (" + method + ")") + " in "
                        + Sizes.duration(Duration.between(manifest.started(), manifest.finished()))
                        + (ended.attempts() > 1 ? ", at attempt " + ended.attempts() : ""));
        for (BackupRun.Target target : targets) {
            if (succeeded.reached(target.name())) {
                console.out()
                        .println("snapshot " + manifest.id() + " in "
                                + (targets.size() > 1 ? target.name() + ", " : "")
                                + target.store().location());
            }
        }
        for (BackupOutcome.Missed missed : succeeded.missed()) {
            console.error(app + ": " + missed.destination() + " does not have this snapshot (" + missed.reason() + "): "
                    + missed.message());
        }
        return succeeded.missed().isEmpty() ? ExitCode.of(succeeded.reason()) : ExitCode.PARTIAL;
    }
}
