package io.doksnap.declare.offen;

import static io.doksnap.declare.offen.OffenVariable.BACKUP_COMPRESSION;
import static io.doksnap.declare.offen.OffenVariable.BACKUP_CRON_EXPRESSION;
import static io.doksnap.declare.offen.OffenVariable.BACKUP_EXCLUDE_REGEXP;
import static io.doksnap.declare.offen.OffenVariable.BACKUP_RETENTION_DAYS;
import static io.doksnap.declare.offen.OffenVariable.BACKUP_SOURCES;
import static io.doksnap.declare.offen.OffenVariable.BACKUP_STOP_SERVICE_TIMEOUT;
import static io.doksnap.declare.offen.OffenVariable.TZ;

import io.doksnap.declare.offen.Moved.App;
import io.doksnap.declare.offen.Moved.Source;
import io.doksnap.policy.AllowedPaths;
import io.doksnap.policy.TimeZones;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Moves one schedule: it becomes an app. */
final class AppMove {
    /** {@code \.log$} and {@code \.(log|tmp)$}. */
    private static final Pattern ENDING =
            Pattern.compile("\\(?\\\\\\.(?:([A-Za-z0-9_-]+)|\\(([A-Za-z0-9_|-]+)\\))\\)?\\$");

    private final Moved moved;
    private final OffenInstallation installation;
    private final Paths paths;

    AppMove(Moved moved, OffenInstallation installation, Paths paths) {
        this.moved = moved;
        this.installation = installation;
        this.paths = paths;
    }

    void move(OffenSchedule schedule) {
        String where = schedule.name().isEmpty() ? "" : schedule.name() + ": ";
        List<String> destinations = new PlacesMove(moved, paths).of(schedule);
        String encryption = new KeysMove(moved).of(schedule);
        String path = schedule.value(BACKUP_SOURCES, "/backup");
        List<Source> sources = paths.below(path);
        if (sources.isEmpty()) {
            moved.findings.add(Finding.lost(
                    BACKUP_SOURCES.name(),
                    where + "nothing is known to be mounted at " + path
                            + "; give --compose or --container, or write the app's sources"));
            return;
        }
        sources.forEach(this::allow);
        OffenCron cron = OffenCron.parse(schedule.value(BACKUP_CRON_EXPRESSION, "@daily"));
        cron.lost().ifPresent(why -> moved.findings.add(Finding.lost(BACKUP_CRON_EXPRESSION.name(), where + why)));
        Keep keep = keep(schedule, cron, where);
        Workloads workloads = new Workloads(installation, schedule, moved);
        App app = new App(
                name(schedule, sources),
                sources,
                cron.schedule(),
                zone(schedule, cron, where),
                keep,
                exclude(schedule, where),
                compression(schedule, where),
                destinations,
                encryption.equals(Moved.DEFAULT) ? Optional.empty() : Optional.of(encryption),
                workloads.stopped(),
                schedule.value(BACKUP_STOP_SERVICE_TIMEOUT)
                        .flatMap(GoDuration::parse)
                        .map(GoDuration::ours),
                workloads.hooks(OffenLabel.ARCHIVE_PRE, OffenLabel.EXEC_PRE, OffenLabel.ARCHIVE_PRE_USER),
                workloads.hooks(OffenLabel.ARCHIVE_POST, OffenLabel.EXEC_POST, OffenLabel.ARCHIVE_POST_USER));
        moved.apps.add(app);
        app.unreachable()
                .forEach(hook -> moved.findings.add(Finding.lost(
                        where + hook.workload().name(),
                        "its commands run in a service, and an app reaches those of its target alone;"
                                + " label that service with doksnap.hooks.pre and doksnap.hooks.post, or"
                                + " make an app of its own")));
    }

    private String name(OffenSchedule schedule, List<Source> sources) {
        List<String> taken = moved.apps.stream().map(App::name).toList();
        String wanted = schedule.name();
        if (wanted.isEmpty()) {
            wanted = sources.size() == 1 ? Names.lastSegment(sources.get(0).name()) : installation.name();
        }
        return Names.unused(wanted, "backup", taken);
    }

    private void allow(Source source) {
        boolean refused = source.directory()
                && AllowedPaths.usual().check(Path.of(source.name())).isPresent();
        if (refused && !moved.allowedPaths.contains(source.name())) {
            moved.allowedPaths.add(source.name());
        }
    }

    private Keep keep(OffenSchedule schedule, OffenCron cron, String where) {
        String days = schedule.value(BACKUP_RETENTION_DAYS, "-1");
        Optional<Integer> number = number(days);
        if (number.isEmpty()) {
            moved.findings.add(Finding.lost(
                    BACKUP_RETENTION_DAYS.name(),
                    where + "'" + days + "' is no number of days; nothing is removed now"));
        }
        Keep keep = Keep.of(number.orElse(-1), cron.schedule().isEmpty() ? 1 : cron.runsADay());
        keep.lost().ifPresent(why -> moved.findings.add(Finding.lost(BACKUP_RETENTION_DAYS.name(), where + why)));
        return keep;
    }

    static Optional<Integer> number(String text) {
        return text.strip().matches("-?[0-9]{1,8}") ? Optional.of(Integer.valueOf(text.strip())) : Optional.empty();
    }

    /** The app's own, where it is not that of all. */
    private Optional<String> zone(OffenSchedule schedule, OffenCron cron, String where) {
        Optional<String> own = schedule.value(TZ);
        Optional<String> wanted = cron.zone().or(() -> own);
        if (wanted.isPresent() && TimeZones.parse(wanted.get()).isEmpty()) {
            moved.findings.add(
                    Finding.lost(TZ.name(), where + "'" + wanted.get() + "' is no time zone known here; set timezone"));
            return Optional.empty();
        }
        if (moved.timeZone.isEmpty() && moved.apps.isEmpty() && cron.zone().isEmpty()) {
            moved.timeZone = wanted;
        }
        if (wanted.isEmpty() && paths.mounts("/etc/localtime")) {
            Finding unknown = Finding.lost(
                    "/etc/localtime",
                    "the host's time zone is mounted, and it cannot be told here which that is; set defaults.timezone");
            if (!moved.findings.contains(unknown)) {
                moved.findings.add(unknown);
            }
        }
        return wanted.equals(moved.timeZone) ? Optional.empty() : wanted.or(() -> Optional.of("UTC"));
    }

    private List<String> exclude(OffenSchedule schedule, String where) {
        Optional<String> expression = schedule.value(BACKUP_EXCLUDE_REGEXP);
        if (expression.isEmpty()) {
            return List.of();
        }
        List<String> globs = new ArrayList<>();
        for (String part : expression.get().split("(?<=\\$)\\|", -1)) {
            Matcher ending = ENDING.matcher(part);
            if (!ending.matches()) {
                moved.findings.add(Finding.lost(
                        BACKUP_EXCLUDE_REGEXP.name(),
                        where + "'" + expression.get()
                                + "' cannot be written as globs; set exclude, such as [\"cache/**\", \"*.log\"]"));
                return List.of();
            }
            String names = ending.group(1) == null ? ending.group(2) : ending.group(1);
            Arrays.stream(names.split("\\|", -1)).forEach(name -> globs.add("*." + name));
        }
        return globs;
    }

    private Optional<String> compression(OffenSchedule schedule, String where) {
        return schedule.value(BACKUP_COMPRESSION).flatMap(written -> switch (written) {
            case "gz" -> Optional.of("gzip");
            case "zst" -> Optional.of("zstd");
            case "none" -> Optional.of("none");
            default -> {
                moved.findings.add(Finding.lost(
                        BACKUP_COMPRESSION.name(),
                        where + "'" + written + "' is no compression known here; it is zstd now"));
                yield Optional.empty();
            }
        });
    }
}
