package io.doksnap.api;

import io.doksnap.api.SecretKeyRef.ValueFrom;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to protect and how, as a person writes it. Every field may be absent or empty, and each says what that means. Lengths of
 * time are texts such as {@code 90s}, {@code 5m}, {@code 12h} or {@code 1h30m}.
 *
 * @param displayName the name as its author wrote it, which may be no Kubernetes name; used for keys and on the command
 *     line; stays what it was, and is no other policy's; absent: the resource's own name
 * @param target the workload that the data belongs to; absent: there is none, the sources stand alone
 * @param host whose operator owns it; absent: there is only one
 * @param sources what to read, in this order; empty: every named volume of the target
 * @param schedule when to run; absent: only by hand
 * @param suspend whether it does not run by itself for now
 * @param quiesce how the workload is kept still; absent: not at all
 * @param hooks what is carried out around a run
 * @param retry whether a failed run is tried again; absent: not
 * @param compression {@code zstd}, {@code gzip} or {@code none}; absent: {@code zstd}
 * @param encryption how to encrypt; absent: the operator's default
 * @param destinations where to store; empty: the destination named {@code default}
 * @param retention what to keep; absent: everything
 * @param verify how what is stored is proven; absent: only by hand
 * @param allowEmpty whether a source without any file is a success
 * @param timeout the longest a run may take; absent: {@code 12h}
 */
public record BackupPolicySpec(
        @Nullable String displayName,
        @Nullable TargetSpec target,
        @Nullable String host,
        List<SourceSpec> sources,
        @Nullable ScheduleSpec schedule,
        boolean suspend,
        @Nullable QuiesceSpec quiesce,
        @Nullable HooksSpec hooks,
        @Nullable RetrySpec retry,
        @Nullable String compression,
        @Nullable EncryptionSpec encryption,
        List<DestinationRef> destinations,
        @Nullable RetentionSpec retention,
        @Nullable VerifySpec verify,
        boolean allowEmpty,
        @Nullable String timeout) {

    public BackupPolicySpec {
        sources = Absent.list(sources);
        destinations = Absent.list(destinations);
    }

    /** The same, owned by the operator of a host. */
    public BackupPolicySpec onHost(String name) {
        return new BackupPolicySpec(
                displayName,
                target,
                name,
                sources,
                schedule,
                suspend,
                quiesce,
                hooks,
                retry,
                compression,
                encryption,
                destinations,
                retention,
                verify,
                allowEmpty,
                timeout);
    }

    /** The same under another name for keys and commands. */
    public BackupPolicySpec shownAs(String name) {
        return new BackupPolicySpec(
                name,
                target,
                host,
                sources,
                schedule,
                suspend,
                quiesce,
                hooks,
                retry,
                compression,
                encryption,
                destinations,
                retention,
                verify,
                allowEmpty,
                timeout);
    }

    /** The same, which does not run by itself. */
    public BackupPolicySpec suspended() {
        return new BackupPolicySpec(
                displayName,
                target,
                host,
                sources,
                schedule,
                true,
                quiesce,
                hooks,
                retry,
                compression,
                encryption,
                destinations,
                retention,
                verify,
                allowEmpty,
                timeout);
    }

    /**
     * The workload; exactly one field is set.
     *
     * @param container a container by name
     * @param service a Swarm service by name
     * @param compose a service of a Compose project
     * @param matchLabels every container or service that has all these labels
     */
    public record TargetSpec(
            @Nullable String container,
            @Nullable String service,
            @Nullable ComposeSpec compose,
            Map<String, String> matchLabels) {
        public TargetSpec {
            matchLabels = Absent.map(matchLabels);
        }
    }

    /**
     * A service of a Compose project.
     *
     * @param project by name
     * @param service by its name within the project
     */
    public record ComposeSpec(
            @Nullable String project, @Nullable String service) {}

    /**
     * One thing to read; exactly one of {@code volume}, {@code directory} and {@code dump} is set.
     *
     * @param name names the source within its policy, and its objects in the bucket
     * @param volume a Docker volume by name, or by the path at which the target mounts it; {@code *}: every named volume of the
     *     target that no other source reads
     * @param directory an absolute path on the host
     * @param dump what a command in the target writes
     * @param exclude globs of paths, relative to the source's root, that are left out
     */
    public record SourceSpec(
            @Nullable String name,
            @Nullable String volume,
            @Nullable String directory,
            @Nullable DumpSpec dump,
            List<String> exclude) {
        public SourceSpec {
            exclude = Absent.list(exclude);
        }
    }

    /**
     * A dump of a database, streamed from the target.
     *
     * @param kind {@code postgres}, {@code mysql}, {@code mariadb}, {@code mongo}, {@code redis} or {@code command}
     * @param command for kind {@code command}: the program and its arguments, whose output is the dump
     * @param user as which it runs; absent: the container's own
     */
    public record DumpSpec(
            @Nullable String kind,
            List<String> command,
            @Nullable String user) {
        public DumpSpec {
            command = Absent.list(command);
        }
    }

    /**
     * When to run.
     *
     * @param cron five fields, {@code @daily} and its like, or {@code @daily-random}; absent: only by hand
     * @param timeZone an IANA name such as {@code Europe/Berlin}, also for the days of retention; absent: the operator's
     * @param jitter up to how much later than that it starts, always the same for one policy; absent: not at all
     * @param catchUp {@code Once}: what was missed is made up for by one run; {@code None}: it is not; absent: {@code Once}
     * @param startingDeadline how late a run may still start; absent: however late
     */
    public record ScheduleSpec(
            @Nullable String cron,
            @Nullable String timeZone,
            @Nullable String jitter,
            @Nullable String catchUp,
            @Nullable String startingDeadline) {}

    /**
     * How the workload is kept still while it is read.
     *
     * @param mode {@code none}, {@code pause} or {@code stop}; absent: {@code none}
     * @param timeout the longest that stopping and starting may take; absent: {@code 5m}
     * @param release when it may go on: {@code afterRead}, {@code afterUpload} or {@code auto}; absent: {@code auto}
     * @param maxDowntime the longest that it is kept still, whatever becomes of the run; absent: no limit of its own
     * @param with names of further containers or services that are kept still together with it
     */
    public record QuiesceSpec(
            @Nullable String mode,
            @Nullable String timeout,
            @Nullable String release,
            @Nullable String maxDowntime,
            List<String> with) {
        public QuiesceSpec {
            with = Absent.list(with);
        }
    }

    /**
     * Whether a failed run is tried again.
     *
     * @param attempts how often in all, 1 to 10; absent: 2
     * @param backoff how long to wait before the second attempt; absent: {@code 10m}
     */
    public record RetrySpec(
            @Nullable Integer attempts, @Nullable String backoff) {}

    /**
     * How to encrypt: by name, or by method.
     *
     * @param name one of the encryptions that the operator's configuration names
     * @param method {@code gpg}, {@code aes256}, {@code age} or {@code none}
     * @param recipientsFrom public keys, for {@code gpg} and {@code age}
     * @param passwordFrom the password, for {@code aes256}
     */
    public record EncryptionSpec(
            @Nullable String name,
            @Nullable String method,
            List<ValueFrom> recipientsFrom,
            @Nullable ValueFrom passwordFrom) {
        public EncryptionSpec {
            recipientsFrom = Absent.list(recipientsFrom);
        }
    }

    /**
     * A place to store in.
     *
     * @param name of a BackupDestination, or of a destination of the operator's configuration
     */
    public record DestinationRef(@Nullable String name) {}

    /**
     * How many snapshots to keep. Absent counts keep nothing of their own; with none at all, everything is kept.
     *
     * @param keepLast the newest ones, 1 to 1000
     * @param daily the newest of each of so many days before those, 1 to 365
     * @param weekly the newest of each of so many weeks, 1 to 104
     * @param monthly the newest of each of so many months, 1 to 120
     * @param yearly the newest of each of so many years, up to 100
     */
    public record RetentionSpec(
            @Nullable Integer keepLast,
            @Nullable Integer daily,
            @Nullable Integer weekly,
            @Nullable Integer monthly,
            @Nullable Integer yearly) {}

    /**
     * How what is stored is proven.
     *
     * @param schedule when, as cron; absent: only by hand
     * @param level {@code presence}, {@code checksum}, {@code full} or {@code drill} (to come, until then as {@code full}); absent: {@code checksum}
     * @param command for {@code drill}: what must succeed on the restored data; to come, until then it does not run
     * @param decryption the private key or password, for {@code full} and {@code drill}; absent: what the operator has
     */
    public record VerifySpec(
            @Nullable String schedule,
            @Nullable String level,
            List<String> command,
            @Nullable ValueFrom decryption) {
        public VerifySpec {
            command = Absent.list(command);
        }
    }
}
