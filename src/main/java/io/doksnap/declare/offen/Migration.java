package io.doksnap.declare.offen;

import io.doksnap.policy.Nearest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * An installation of offen/docker-volume-backup in our words.
 *
 * @param config a whole {@code config.yaml}, with comments
 * @param labels the same policies as labels, by the name of the container or service that would carry them
 * @param findings what was not carried over, and what is worth a look
 */
public record Migration(String config, Map<String, Map<String, String>> labels, List<Finding> findings) {
    /** How offen's variables begin; others in the same file are somebody else's. */
    private static final Pattern OFFENS = Pattern.compile(
            "(BACKUP|AWS_S3|AWS_ENDPOINT|GPG|AGE|NOTIFICATION|EMAIL|WEBDAV|SSH|AZURE_STORAGE|DROPBOX|GOOGLE_DRIVE|EXEC)_.*");

    private static final Set<OffenVariable> FLAGS = Set.of(
            OffenVariable.AWS_ENDPOINT_INSECURE, OffenVariable.BACKUP_FROM_SNAPSHOT, OffenVariable.WEBDAV_URL_INSECURE);

    /** Means something only beside others. */
    private static final Set<OffenVariable> ALONE_NOTHING = Set.of(OffenVariable.NOTIFICATION_LEVEL);

    public Migration {
        labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
        findings = List.copyOf(findings);
    }

    /** Whether every setting has its counterpart. */
    public boolean complete() {
        return findings.stream().noneMatch(Finding::lost);
    }

    /** Moves everything. */
    public static Migration of(OffenInstallation installation) {
        Moved moved = new Moved();
        lostVariables(installation, moved);
        lostLabels(installation, moved);
        installation.schedules().stream()
                .flatMap(schedule -> schedule.value(OffenVariable.DOCKER_HOST).stream())
                .filter(host -> !host.equals("unix:///var/run/docker.sock"))
                .findFirst()
                .ifPresent(host -> moved.dockerHost = Optional.of(host));
        AppMove apps = new AppMove(moved, installation, new Paths(installation.mounts()));
        installation.schedules().forEach(apps::move);
        if (installation.workloads().isEmpty()) {
            moved.findings.add(Finding.note(
                    "labels",
                    "nothing said what runs beside it, so what is stopped and which commands run is missing;"
                            + " add --docker"));
        }
        LabelText labelText = new LabelText(moved, installation);
        Map<String, Map<String, String>> labels = labelText.labels();
        List<Finding> findings = moved.findings.stream().distinct().toList();
        return new Migration(new ConfigText(moved, labels, labelText.unsaid()).text(), labels, findings);
    }

    private static void lostVariables(OffenInstallation installation, Moved moved) {
        Map<String, Set<String>> byRemark = new LinkedHashMap<>();
        for (OffenSchedule schedule : installation.schedules()) {
            boolean notifies = schedule.has(OffenVariable.NOTIFICATION_URLS)
                    || schedule.has(OffenVariable.EMAIL_NOTIFICATION_RECIPIENT);
            for (Map.Entry<String, String> set : new TreeMap<>(schedule.variables()).entrySet()) {
                OffenVariable variable = OffenVariable.of(set.getKey()).orElse(null);
                if (set.getValue().isBlank()) {
                    continue;
                }
                if (variable == null) {
                    unknown(set.getKey(), moved);
                } else if (variable.fate() == Fate.LOST
                        && (!FLAGS.contains(variable) || schedule.flag(variable))
                        && (notifies || !ALONE_NOTHING.contains(variable))) {
                    byRemark.computeIfAbsent(variable.remark(), remark -> new TreeSet<>())
                            .add(set.getKey());
                } else if (variable.fate() == Fate.CARRIED && schedule.inFile(variable) && !isKey(variable)) {
                    moved.findings.add(Finding.lost(
                            set.getKey(), "its value is needed here; give it as " + variable + " in a file for --env"));
                }
            }
        }
        byRemark.forEach((remark, names) -> moved.findings.add(Finding.lost(String.join(", ", names), plain(remark))));
    }

    /** Keys stay where they are; their files are read by the program itself. */
    private static boolean isKey(OffenVariable variable) {
        return variable.secret()
                || variable == OffenVariable.GPG_PUBLIC_KEY_RING
                || variable == OffenVariable.AGE_PUBLIC_KEYS;
    }

    private static void unknown(String name, Moved moved) {
        if (OFFENS.matcher(name).matches()) {
            List<String> known =
                    Arrays.stream(OffenVariable.values()).map(Enum::name).toList();
            moved.findings.add(Finding.lost(
                    name,
                    Nearest.to(name, known)
                            .map(meant -> "is no variable of offen known here; did you mean '" + meant + "'?")
                            .orElse("is no variable of offen known here; see what it is for")));
        }
    }

    private static void lostLabels(OffenInstallation installation, Moved moved) {
        List<OffenWorkload> all = new ArrayList<>(installation.workloads());
        installation.own().stream().filter(own -> !all.contains(own)).forEach(all::add);
        for (OffenWorkload workload : all) {
            Map<String, String> labels = new TreeMap<>(workload.carrier().containerLabels());
            labels.putAll(workload.carrier().labels());
            for (String written : labels.keySet()) {
                if (!written.startsWith(OffenLabel.PREFIX)) {
                    continue;
                }
                OffenLabel label = OffenLabel.of(written).orElse(null);
                String setting = workload.name() + " " + written;
                if (label == null) {
                    moved.findings.add(Finding.lost(
                            setting, "is no label of offen known here; " + Nearest.remedy(written, OffenLabel.all())));
                } else if (label.fate() == Fate.LOST) {
                    moved.findings.add(Finding.lost(setting, plain(label.remark())));
                }
            }
        }
    }

    /** A line on a terminal has no marks. */
    static String plain(String remark) {
        return remark.replace("`", "");
    }
}
