package io.doksnap.app;

import io.doksnap.run.RestoreOutcome;
import io.doksnap.run.RestorePreview;
import java.util.Optional;

/** Says what a restore would do. */
final class DryRun {
    private DryRun() {}

    /** Says it; the exit code is that of the restore, as far as it can be told. */
    static int report(RestorePreview preview, String name, SnapshotSearch.Found where, Console console) {
        if (!preview.source().isEmpty()) {
            console.out()
                    .println(Console.oneLine(name + ": would restore "
                            + Sizes.count(preview.files(), "file", "files") + ", "
                            + Sizes.bytes(preview.bytes()) + ", of the source " + preview.source() + " from "
                            + where.choice().describe() + " in " + where.destination() + " ("
                            + where.store().location() + ")"
                            + (preview.target().isEmpty() ? "" : " into " + preview.target())));
        }
        Optional<RestoreOutcome.Failed> obstacle = preview.obstacle();
        if (obstacle.isPresent()) {
            console.error(name + ": the restore would fail (" + obstacle.get().reason() + "): "
                    + obstacle.get().message());
            return ExitCode.of(obstacle.get().reason());
        }
        console.out().println(name + ": the target can be used; nothing was written");
        return ExitCode.OK;
    }
}
