package io.doksnap.declare.offen;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** All labels of offen/docker-volume-backup, behind {@code docker-volume-backup.}, with what becomes of each. */
enum OffenLabel {
    STOP_DURING_BACKUP("stop-during-backup", Fate.CARRIED, "`doksnap.quiesce=stop`", ""),
    STOP_DURING_BACKUP_NO_RESTART(
            "stop-during-backup-no-restart",
            Fate.LOST,
            "",
            "What a backup stops is always brought back; let whoever starts it stop it, too, before the schedule of"
                    + " the app"),
    ARCHIVE_PRE(
            "archive-pre",
            Fate.CARRIED,
            "`doksnap.hooks.pre`",
            "For a dump of a database `doksnap.dump` is better: nothing lies on the disk, and a dump that fails fails"
                    + " the backup"),
    ARCHIVE_PRE_USER("archive-pre.user", Fate.CARRIED, "`doksnap.hooks.pre.user`", ""),
    ARCHIVE_POST("archive-post", Fate.CARRIED, "`doksnap.hooks.post`", ""),
    ARCHIVE_POST_USER("archive-post.user", Fate.CARRIED, "`doksnap.hooks.post.user`", ""),
    EXEC_PRE("exec-pre", Fate.CARRIED, "`doksnap.hooks.pre`", "The older name of `archive-pre`"),
    EXEC_POST("exec-post", Fate.CARRIED, "`doksnap.hooks.post`", "The older name of `archive-post`"),
    PROCESS_PRE("process-pre", Fate.LOST, "", Instead.FILE),
    PROCESS_PRE_USER("process-pre.user", Fate.LOST, "", Instead.FILE),
    PROCESS_POST("process-post", Fate.LOST, "", Instead.FILE),
    PROCESS_POST_USER("process-post.user", Fate.LOST, "", Instead.FILE),
    COPY_PRE("copy-pre", Fate.LOST, "", Instead.FILE),
    COPY_PRE_USER("copy-pre.user", Fate.LOST, "", Instead.FILE),
    COPY_POST("copy-post", Fate.LOST, "", Instead.FILE),
    COPY_POST_USER("copy-post.user", Fate.LOST, "", Instead.FILE),
    PRUNE_PRE("prune-pre", Fate.LOST, "", Instead.PRUNE),
    PRUNE_PRE_USER("prune-pre.user", Fate.LOST, "", Instead.PRUNE),
    PRUNE_POST("prune-post", Fate.LOST, "", Instead.PRUNE),
    PRUNE_POST_USER("prune-post.user", Fate.LOST, "", Instead.PRUNE),
    EXEC_LABEL("exec-label", Fate.CARRIED, "", "It chose the schedule; the hooks stand in the right app, or policy");

    static final String PREFIX = "docker-volume-backup.";

    private final String key;
    private final Fate fate;
    private final String ours;
    private final String remark;

    OffenLabel(String key, Fate fate, String ours, String remark) {
        this.key = key;
        this.fate = fate;
        this.ours = ours;
        this.remark = remark;
    }

    /** As it is written, whole. */
    String label() {
        return PREFIX + key;
    }

    Fate fate() {
        return fate;
    }

    String ours() {
        return ours;
    }

    String remark() {
        return remark;
    }

    static Optional<OffenLabel> of(String written) {
        return Arrays.stream(values())
                .filter(label -> label.label().equals(written))
                .findFirst();
    }

    static List<String> all() {
        return Arrays.stream(values()).map(OffenLabel::label).toList();
    }

    /** What several labels are told alike. */
    private static final class Instead {
        static final String FILE =
                "There is never a finished file on the host: an archive is uploaded while it is read; store in several"
                        + " `destinations`, or copy the bucket. `hooks.post` runs after everything was read";
        static final String PRUNE = "Nothing runs around retention; `hooks.post` runs after everything was read";
    }
}
