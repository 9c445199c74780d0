package io.doksnap.declare.offen;

import static io.doksnap.declare.offen.OffenVariable.BACKUP_LABEL_MATCH_BEHAVIOR;
import static io.doksnap.declare.offen.OffenVariable.BACKUP_LABEL_MATCH_SEPARATOR;
import static io.doksnap.declare.offen.OffenVariable.BACKUP_STOP_CONTAINER_LABEL;
import static io.doksnap.declare.offen.OffenVariable.BACKUP_STOP_DURING_BACKUP_LABEL;
import static io.doksnap.declare.offen.OffenVariable.EXEC_LABEL;

import io.doksnap.declare.offen.Moved.Hook;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which workloads a schedule stops, and in which it runs commands. */
final class Workloads {
    private static final Pattern PASSWORD = Pattern.compile("(?i)(^|\\s)-p\\S+|pass(word|wd)?=\\S+");

    private static final Pattern DUMP = Pattern.compile("\\b(pg_dump(all)?|mysqldump|mariadb-dump|mongodump)\\b");

    private final OffenInstallation installation;
    private final OffenSchedule schedule;
    private final Moved moved;

    Workloads(OffenInstallation installation, OffenSchedule schedule, Moved moved) {
        this.installation = installation;
        this.schedule = schedule;
        this.moved = moved;
    }

    List<OffenWorkload> stopped() {
        String value =
                schedule.value(BACKUP_STOP_CONTAINER_LABEL, schedule.value(BACKUP_STOP_DURING_BACKUP_LABEL, "true"));
        boolean oneOf = schedule.value(BACKUP_LABEL_MATCH_BEHAVIOR, "match").equals("one-of");
        String separator = schedule.value(BACKUP_LABEL_MATCH_SEPARATOR, ",");
        return installation.workloads().stream()
                .filter(workload -> !installation.own().contains(workload))
                .filter(workload -> workload.label(OffenLabel.STOP_DURING_BACKUP)
                        .map(label -> label.equals(value)
                                || (oneOf
                                        && Arrays.asList(label.split(Pattern.quote(separator)))
                                                .contains(value)))
                        .orElse(false))
                .toList();
    }

    /** The commands of one moment, as either of its labels says. */
    List<Hook> hooks(OffenLabel label, OffenLabel older, OffenLabel user) {
        List<Hook> hooks = new ArrayList<>();
        Optional<String> chosen = schedule.value(EXEC_LABEL);
        for (OffenWorkload workload : installation.workloads()) {
            Optional<String> command = workload.label(label).or(() -> workload.label(older));
            boolean meant =
                    chosen.isEmpty() || workload.label(OffenLabel.EXEC_LABEL).equals(chosen);
            if (command.isEmpty() || !meant) {
                continue;
            }
            if (installation.own().contains(workload)) {
                tell(Finding.lost(
                        workload.name() + " " + label.label(),
                        "runs in the backup's own container, which goes; write it into hooks.pre_backup or"
                                + " hooks.post_backup of the app: a command there runs where doksnap does"));
                continue;
            }
            hooks.add(new Hook(workload, command.get(), workload.label(user)));
            if (DUMP.matcher(command.get()).find()) {
                tell(Finding.note(
                        workload.name() + " " + label.label(),
                        "dumps a database into a file; as a source of its own a dump needs no file, and counts only"
                                + " when it is whole (docs/dumps.md)"));
            }
            if (PASSWORD.matcher(command.get()).find()) {
                tell(Finding.note(
                        workload.name() + " " + label.label(),
                        "looks as if it held a password, which is now in the configuration, too; take it from the"
                                + " container's environment instead"));
            }
        }
        return hooks;
    }

    private void tell(Finding finding) {
        if (!moved.findings.contains(finding)) {
            moved.findings.add(finding);
        }
    }
}
