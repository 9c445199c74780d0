package io.doksnap.declare.labels;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * All labels that there are, by what stands behind {@code doksnap.} or {@code doksnap.policies.NAME.}, in the order of the
 * documentation. {@code NAME} stands for a name, and a hook may have a number behind it: {@code hooks.pre.2.timeout}.
 */
enum LabelKey {
    ENABLE("enable", "", "true", "protect this workload; implied by every other label. `false` switches off"),
    IMAGE_LABELS(
            "image-labels",
            "",
            "accept",
            "`accept`: what the image's own labels say of commands, quiescing, directories, destinations and encryption counts,"
                    + " too. Only the container itself can say so"),
    SCHEDULE(
            "schedule",
            "spec.schedule.cron",
            "0 2 * * *",
            "when: five fields of cron, `@hourly`, `@daily`, `@weekly` or `@monthly` (also without the `@`), or"
                    + " `@daily-random`, a time of its own for each policy. Not given: `@daily-random`"),
    TIMEZONE(
            "timezone",
            "spec.schedule.timeZone",
            "Europe/Istanbul",
            "the zone of the schedule and of retention's days"),
    JITTER("jitter", "spec.schedule.jitter", "10m", "start up to so much later, always the same for one policy"),
    CATCH_UP("catch-up", "spec.schedule.catchUp", "none", "`once` or `none`: whether one run makes up for missed ones"),
    STARTING_DEADLINE("starting-deadline", "spec.schedule.startingDeadline", "2h", "how late a run may still start"),
    SUSPEND("suspend", "spec.suspend", "true", "`true`: do not run by itself for now"),
    HOST("host", "spec.host", "web-1", "this host's own name, and no other: its data is here. Not needed"),
    VOLUMES(
            "volumes",
            "spec.sources[].volume",
            "data,/app/uploads",
            "which volumes: names, their short names in Compose and Dokploy, or the paths at which they are mounted;"
                    + " `*` or `all` for every named one. Not given: `*`, or with `dump` none"),
    VOLUME_EXCLUDE(
            "volume.NAME.exclude",
            "spec.sources[].exclude",
            "cache/**,*.log",
            "globs of paths in that volume that are left out"),
    DIRECTORIES(
            "directories",
            "spec.sources[].directory",
            "/srv/shop",
            "directories of the host, besides the volumes; only under the allowed paths"),
    DIRECTORY_EXCLUDE(
            "directory.NAME.exclude",
            "spec.sources[].exclude",
            "*.tmp",
            "the same for a directory, by its last segment"),
    DUMP(
            "dump",
            "spec.sources[].dump.kind",
            "postgres",
            "`postgres`, `mysql`, `mariadb`, `mongo`, `redis` or `command`: what it dumps is a source"),
    DUMP_COMMAND(
            "dump.command",
            "spec.sources[].dump.command",
            "sqlite3 /data/shop.db .dump",
            "for `dump=command`, which it implies: the command in the container whose output is the dump"),
    DUMP_USER("dump.user", "spec.sources[].dump.user", "postgres", "as which user of the container the dump runs"),
    QUIESCE("quiesce", "spec.quiesce.mode", "stop", "`none`, `pause` or `stop`: how the workload is kept still"),
    QUIESCE_TIMEOUT("quiesce.timeout", "spec.quiesce.timeout", "5m", "the longest that stopping and starting may take"),
    QUIESCE_RELEASE(
            "quiesce.release",
            "spec.quiesce.release",
            "after-read",
            "`after-read`, `after-upload` or `auto`: when the workload may go on"),
    QUIESCE_MAX_DOWNTIME(
            "quiesce.max-downtime", "spec.quiesce.maxDowntime", "15m", "the longest that it is kept still"),
    QUIESCE_WITH("quiesce.with", "spec.quiesce.with", "worker", "containers or services that are kept still with it"),
    HOOKS_PRE("hooks.pre", "spec.hooks.pre[].exec.command", "redis-cli save", "a command before anything is read"),
    HOOKS_POST("hooks.post", "spec.hooks.post[].exec.command", "rm -f /tmp/lock", "one after the read, always run"),
    HOOKS_FAILURE("hooks.failure", "spec.hooks.failure[].exec.command", "touch /tmp/failed", "one after a failure"),
    HOOKS_PRE_USER("hooks.pre.user", "spec.hooks.pre[].exec.user", "redis", "as which user the command runs"),
    HOOKS_POST_USER("hooks.post.user", "spec.hooks.post[].exec.user", "redis", "the same for `hooks.post`"),
    HOOKS_FAILURE_USER("hooks.failure.user", "spec.hooks.failure[].exec.user", "redis", "the same for `hooks.failure`"),
    HOOKS_PRE_WORKDIR("hooks.pre.workdir", "spec.hooks.pre[].exec.workingDir", "/data", "in which directory it runs"),
    HOOKS_POST_WORKDIR("hooks.post.workdir", "spec.hooks.post[].exec.workingDir", "/data", "the same for `hooks.post`"),
    HOOKS_FAILURE_WORKDIR(
            "hooks.failure.workdir", "spec.hooks.failure[].exec.workingDir", "/data", "the same for `hooks.failure`"),
    HOOKS_PRE_TIMEOUT("hooks.pre.timeout", "spec.hooks.pre[].timeout", "60s", "the longest that it may take"),
    HOOKS_POST_TIMEOUT("hooks.post.timeout", "spec.hooks.post[].timeout", "60s", "the same for `hooks.post`"),
    HOOKS_FAILURE_TIMEOUT(
            "hooks.failure.timeout", "spec.hooks.failure[].timeout", "60s", "the same for `hooks.failure`"),
    HOOKS_PRE_ON_ERROR("hooks.pre.on-error", "spec.hooks.pre[].onError", "continue", "`fail` or `continue`"),
    HOOKS_POST_ON_ERROR("hooks.post.on-error", "spec.hooks.post[].onError", "continue", "the same for `hooks.post`"),
    HOOKS_FAILURE_ON_ERROR(
            "hooks.failure.on-error", "spec.hooks.failure[].onError", "continue", "the same for `hooks.failure`"),
    RETRY_ATTEMPTS("retry.attempts", "spec.retry.attempts", "3", "how often a run is tried in all, 1 to 10"),
    RETRY_BACKOFF("retry.backoff", "spec.retry.backoff", "10m", "how long to wait before the second attempt"),
    COMPRESSION("compression", "spec.compression", "gzip", "`zstd`, `gzip` or `none`"),
    ENCRYPTION("encryption", "spec.encryption.name", "team-key", "one of the operator's `encryptions`, by its name"),
    DESTINATION(
            "destination", "spec.destinations[].name", "main,offsite", "where to store, by name; not given: `default`"),
    RETENTION(
            "retention",
            "spec.retention",
            "last=7,daily=7,weekly=4,monthly=12",
            "what to keep, also with `yearly=`; `all` keeps everything. Not given: what the example says"),
    VERIFY("verify", "spec.verify.schedule", "@weekly", "when what is stored is proven"),
    VERIFY_LEVEL(
            "verify.level",
            "spec.verify.level",
            "full",
            "`presence`, `checksum`, `full` or `drill` (to come, until then as `full`)"),
    VERIFY_COMMAND(
            "verify.command",
            "spec.verify.command",
            "test -s PG_VERSION",
            "for `drill`: what must succeed; to come, until then it does not run"),
    ALLOW_EMPTY("allow-empty", "spec.allowEmpty", "true", "`true`: a source without any file is a success"),
    TIMEOUT("timeout", "spec.timeout", "12h", "the longest that a run may take");

    private static final Pattern NUMBERED = Pattern.compile("(hooks\\.[a-z]+)\\.([1-9][0-9]?)(\\..+)?");
    private static final Pattern NAMED = Pattern.compile("(volume|directory)\\.(.+)\\.exclude");

    private final String key;
    private final String field;
    private final String example;
    private final String meaning;

    LabelKey(String key, String field, String example, String meaning) {
        this.key = key;
        this.field = field;
        this.example = example;
        this.meaning = meaning;
    }

    /** As it is written, without the namespace. */
    String key() {
        return key;
    }

    /** The field of a resource that it fills; lists without their index. Empty: none. */
    String field() {
        return field;
    }

    String example() {
        return example;
    }

    String meaning() {
        return meaning;
    }

    /** Whether its value is a command line, which may be longer than other values. */
    boolean isCommand() {
        return field.endsWith("command");
    }

    /** The label of that key; empty where there is none. */
    static Optional<LabelKey> of(String key) {
        Matcher numbered = NUMBERED.matcher(key);
        Matcher named = NAMED.matcher(key);
        String plain = key;
        if (numbered.matches()) {
            plain = numbered.group(1) + (numbered.group(3) == null ? "" : numbered.group(3));
        } else if (named.matches()) {
            plain = named.group(1) + ".NAME.exclude";
        }
        String wanted = plain;
        return Arrays.stream(values())
                .filter(label -> label.key.equals(wanted) && (named.matches() || !wanted.contains("NAME")))
                .findFirst();
    }

    /** Keys that somebody may have meant who wrote this one. */
    static List<String> candidates(String written) {
        String number = "";
        String plain = written;
        Matcher numbered = Pattern.compile("([^.]+\\.[^.]+)\\.([0-9]+)(\\..+)?").matcher(written);
        if (numbered.matches()) {
            number = "." + numbered.group(2);
            plain = numbered.group(1) + (numbered.group(3) == null ? "" : numbered.group(3));
        }
        int first = plain.indexOf('.');
        int last = plain.lastIndexOf('.');
        String name = first < last ? plain.substring(first + 1, last) : "NAME";
        List<String> candidates = new ArrayList<>();
        for (LabelKey label : values()) {
            String key = label.key.replace("NAME", name);
            Matcher hook = Pattern.compile("(hooks\\.[a-z]+)(.*)").matcher(key);
            candidates.add(hook.matches() ? hook.group(1) + number + hook.group(2) : key);
        }
        return candidates;
    }
}
