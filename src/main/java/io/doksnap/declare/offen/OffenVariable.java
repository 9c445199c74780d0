package io.doksnap.declare.offen;

import java.util.Arrays;
import java.util.Optional;

/**
 * All variables of offen/docker-volume-backup, in the order of its reference, with what becomes of each. Each may also be written as
 * {@code NAME_FILE}.
 *
 * @see <a href="https://offen.github.io/docker-volume-backup/reference/">its reference</a>
 */
enum OffenVariable {
    BACKUP_CRON_EXPRESSION(
            Fate.CARRIED,
            "`schedule`",
            "Five fields as they are; a field for seconds goes, `?` becomes `*`, and `@every` becomes times of the"
                    + " clock. What never fires, such as `0 0 5 31 2 ?`, is an app without a schedule"),
    BACKUP_COMPRESSION(Fate.CARRIED, "`compression`", "`gz` is `gzip`, `zst` is `zstd`. Not set: zstd"),
    GZIP_PARALLELISM(Fate.NEEDLESS, "", "zstd takes up to two threads (`limits.threads`), and is faster with one"),
    BACKUP_FILENAME(
            Fate.NEEDLESS,
            "",
            "Every snapshot has a folder of its own, named by app, host and time; nothing overwrites"),
    BACKUP_FILENAME_EXPAND(Fate.NEEDLESS, "", "There is no name to expand"),
    BACKUP_LATEST_SYMLINK(
            Fate.LOST, "", "There is no link to the newest; `restore` takes the newest snapshot by itself"),
    BACKUP_FROM_SNAPSHOT(
            Fate.LOST,
            "",
            "Nothing is copied before it is read; keep the workload still with `quiesce: pause` or `stop`, or dump the"
                    + " database"),
    BACKUP_SOURCES(
            Fate.CARRIED,
            "`sources`",
            "The volumes and directories that are mounted below it; a part of a volume becomes a directory of the"
                    + " host"),
    BACKUP_EXCLUDE_REGEXP(
            Fate.CARRIED,
            "`exclude`",
            "Endings such as `\\.log$` become globs; any other expression cannot be translated, and is named"),
    BACKUP_SKIP_BACKENDS_FROM_PRUNE(
            Fate.LOST,
            "",
            "Retention counts in each destination of an app; make a second app without `retention` for the destination"
                    + " that keeps everything"),
    AWS_S3_BUCKET_NAME(Fate.CARRIED, "`s3.bucket`", ""),
    AWS_S3_PATH(Fate.CARRIED, "`s3.prefix`", ""),
    AWS_ACCESS_KEY_ID(Fate.CARRIED, "`AWS_ACCESS_KEY_ID`", "The same variable", true),
    AWS_SECRET_ACCESS_KEY(Fate.CARRIED, "`AWS_SECRET_ACCESS_KEY`", "The same variable", true),
    AWS_IAM_ROLE_ENDPOINT(
            Fate.NEEDLESS,
            "",
            "Without credentials the AWS SDK looks for the role of the instance or container by itself"),
    AWS_ENDPOINT(Fate.CARRIED, "`s3.endpoint`", "Set `s3.region`, too, where the endpoint does not name it"),
    AWS_ENDPOINT_PROTO(Fate.CARRIED, "`s3.endpoint`", "The scheme of the URL"),
    AWS_ENDPOINT_INSECURE(
            Fate.LOST,
            "",
            "Certificates are always checked; put the server's authority into a file, and name it in `s3.ca_file`"),
    AWS_ENDPOINT_CA_CERT(
            Fate.CARRIED,
            "`s3.ca_file`",
            "The path on the host; a certificate in the variable itself goes into a file first"),
    AWS_STORAGE_CLASS(Fate.CARRIED, "`s3.storage_class`", ""),
    AWS_PART_SIZE(
            Fate.NEEDLESS,
            "",
            "Parts are sized by themselves, and an archive goes on in a further object; `s3.part_limit: 1000` for"
                    + " servers that take fewer parts"),
    WEBDAV_URL(Fate.LOST, "", Instead.STORAGE),
    WEBDAV_PATH(Fate.LOST, "", Instead.STORAGE),
    WEBDAV_USERNAME(Fate.LOST, "", Instead.STORAGE),
    WEBDAV_PASSWORD(Fate.LOST, "", Instead.STORAGE, true),
    WEBDAV_URL_INSECURE(Fate.LOST, "", Instead.STORAGE),
    SSH_HOST_NAME(Fate.LOST, "", Instead.STORAGE),
    SSH_PORT(Fate.LOST, "", Instead.STORAGE),
    SSH_REMOTE_PATH(Fate.LOST, "", Instead.STORAGE),
    SSH_USER(Fate.LOST, "", Instead.STORAGE),
    SSH_PASSWORD(Fate.LOST, "", Instead.STORAGE, true),
    SSH_IDENTITY_FILE(Fate.LOST, "", Instead.STORAGE),
    SSH_IDENTITY_PASSPHRASE(Fate.LOST, "", Instead.STORAGE, true),
    AZURE_STORAGE_ACCOUNT_NAME(Fate.LOST, "", Instead.STORAGE),
    AZURE_STORAGE_PRIMARY_ACCOUNT_KEY(Fate.LOST, "", Instead.STORAGE, true),
    AZURE_STORAGE_CONNECTION_STRING(Fate.LOST, "", Instead.STORAGE, true),
    AZURE_STORAGE_CONTAINER_NAME(Fate.LOST, "", Instead.STORAGE),
    AZURE_STORAGE_PATH(Fate.LOST, "", Instead.STORAGE),
    AZURE_STORAGE_ENDPOINT(Fate.LOST, "", Instead.STORAGE),
    AZURE_STORAGE_ACCESS_TIER(Fate.LOST, "", Instead.STORAGE),
    DROPBOX_REMOTE_PATH(Fate.LOST, "", Instead.STORAGE),
    DROPBOX_APP_KEY(Fate.LOST, "", Instead.STORAGE, true),
    DROPBOX_APP_SECRET(Fate.LOST, "", Instead.STORAGE, true),
    DROPBOX_CONCURRENCY_LEVEL(Fate.LOST, "", Instead.STORAGE),
    DROPBOX_REFRESH_TOKEN(Fate.LOST, "", Instead.STORAGE, true),
    DROPBOX_ENDPOINT(Fate.LOST, "", Instead.STORAGE),
    DROPBOX_OAUTH2_ENDPOINT(Fate.LOST, "", Instead.STORAGE),
    GOOGLE_DRIVE_CREDENTIALS_JSON(Fate.LOST, "", Instead.STORAGE, true),
    GOOGLE_DRIVE_FOLDER_ID(Fate.LOST, "", Instead.STORAGE),
    GOOGLE_DRIVE_IMPERSONATE_SUBJECT(Fate.LOST, "", Instead.STORAGE),
    GOOGLE_DRIVE_ENDPOINT(Fate.LOST, "", Instead.STORAGE),
    GOOGLE_DRIVE_TOKEN_URL(Fate.LOST, "", Instead.STORAGE),
    BACKUP_ARCHIVE(
            Fate.CARRIED,
            "`storage.directory`, or a destination with `directory`",
            "What is mounted there, by its path on the host. Where nothing is, nothing was stored there"),
    BACKUP_RETENTION_DAYS(
            Fate.CARRIED,
            "`retention`",
            "As many snapshots as the schedule makes in that time; see [below](#retention). Not set, or negative: all"
                    + " are kept"),
    BACKUP_PRUNING_LEEWAY(Fate.NEEDLESS, "", "Retention counts snapshots, and not their age"),
    BACKUP_PRUNING_PREFIX(
            Fate.NEEDLESS, "", "Retention knows its own snapshots by their manifests, and touches nothing else"),
    GPG_PASSPHRASE(
            Fate.CARRIED,
            "`encryption.method: aes256`, `ENCRYPTION_PASSWORD`",
            "The same kind of file: `gpg -d` opens it with the passphrase",
            true),
    GPG_PUBLIC_KEY_RING(
            Fate.CARRIED,
            "`encryption.method: gpg`, `GPG_PUBLIC_KEY`",
            "One key of the ring: `GPG_KEY_ID` says which, where it holds several"),
    AGE_PASSPHRASE(Fate.CARRIED, "`encryption.method: age`, `AGE_PASSPHRASE`", "The same variable", true),
    AGE_PUBLIC_KEYS(
            Fate.CARRIED,
            "`encryption.method: age`, `AGE_RECIPIENTS`",
            "Keys of age (`age1...`); keys of ssh cannot be used, and are named"),
    BACKUP_STOP_DURING_BACKUP_LABEL(
            Fate.CARRIED, "`quiesce`", "Which containers and services are meant: each is named in the app"),
    BACKUP_STOP_DURING_BACKUP_NO_RESTART_LABEL(
            Fate.LOST,
            "",
            "What a backup stops is always brought back; let whoever starts it stop it, too, before the schedule of"
                    + " the app"),
    BACKUP_STOP_CONTAINER_LABEL(Fate.CARRIED, "`quiesce`", "The older name of `BACKUP_STOP_DURING_BACKUP_LABEL`"),
    BACKUP_LABEL_MATCH_BEHAVIOR(Fate.CARRIED, "`quiesce`", "Which containers and services are meant"),
    BACKUP_LABEL_MATCH_SEPARATOR(Fate.CARRIED, "`quiesce`", "Which containers and services are meant"),
    BACKUP_STOP_SERVICE_TIMEOUT(Fate.CARRIED, "`quiesce.timeout`", "For containers, too"),
    EXEC_FORWARD_OUTPUT(Fate.NEEDLESS, "", "`doksnap logs` shows what hooks printed; a failure says it at once"),
    EXEC_LABEL(Fate.CARRIED, "`hooks`", "Whose commands are meant: each is written into the app"),
    NOTIFICATION_URLS(Fate.LOST, "", Instead.NOTIFICATION, true),
    NOTIFICATION_LEVEL(Fate.LOST, "", Instead.NOTIFICATION),
    DOCKER_HOST(Fate.CARRIED, "`docker.host`", ""),
    LOCK_TIMEOUT(Fate.NEEDLESS, "", "Runs that concern the same workload wait for each other, however long that takes"),
    EMAIL_NOTIFICATION_RECIPIENT(Fate.LOST, "", Instead.NOTIFICATION),
    EMAIL_NOTIFICATION_SENDER(Fate.LOST, "", Instead.NOTIFICATION),
    EMAIL_SMTP_HOST(Fate.LOST, "", Instead.NOTIFICATION),
    EMAIL_SMTP_PASSWORD(Fate.LOST, "", Instead.NOTIFICATION, true),
    EMAIL_SMTP_USERNAME(Fate.LOST, "", Instead.NOTIFICATION),
    EMAIL_SMTP_PORT(Fate.LOST, "", Instead.NOTIFICATION),
    TZ(Fate.CARRIED, "`defaults.timezone`, or an app's `timezone`", "The zone of the schedule");

    static final String FILE = "_FILE";

    private final Fate fate;
    private final String ours;
    private final String remark;
    private final boolean secret;

    OffenVariable(Fate fate, String ours, String remark) {
        this(fate, ours, remark, false);
    }

    OffenVariable(Fate fate, String ours, String remark, boolean secret) {
        this.fate = fate;
        this.ours = ours;
        this.remark = remark;
        this.secret = secret;
    }

    Fate fate() {
        return fate;
    }

    /** What takes its place, for the table; empty where nothing does. */
    String ours() {
        return ours;
    }

    /** How it is carried over; why nothing is to be done; or why it cannot be, and what to do instead. */
    String remark() {
        return remark;
    }

    /** Whether its value must not be shown. */
    boolean secret() {
        return secret;
    }

    /** The variable of that name, also where it names a file. */
    static Optional<OffenVariable> of(String name) {
        String plain = name.endsWith(FILE) && !name.equals(SSH_IDENTITY_FILE.name())
                ? name.substring(0, name.length() - FILE.length())
                : name;
        return Arrays.stream(values())
                .filter(variable -> variable.name().equals(plain))
                .findFirst();
    }

    /** What several variables are told alike. */
    private static final class Instead {
        static final String STORAGE =
                "There are S3 and directories only: use a server of S3 (MinIO, Garage and others stand in front of"
                        + " disks), or mount the place on the host and name the directory under `destinations`";
        static final String NOTIFICATION =
                "Nothing is sent out: let Prometheus watch `doksnap_backup_last_success_timestamp_seconds`, or run"
                        + " a command of yours in `hooks.on_failure`";
    }
}
