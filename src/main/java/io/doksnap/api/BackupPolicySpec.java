package io.doksnap.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The spec of a {@link BackupPolicy}: what a person writes. Every field may be absent ({@code null} or an empty list);
 * what an absent field means is decided where the spec is read, in {@code io.doksnap.policy}.
 *
 * @param displayName the name as its author wrote it, which may be no Kubernetes name; used for keys and on the command
 *     line; absent: the resource's own name
 * @param sources what to read, in this order
 * @param schedule when to run; absent: only by hand
 * @param hooks commands around a run
 * @param compression {@code zstd} or {@code none}; absent: {@code zstd}
 * @param encryption how to encrypt; absent: the operator's default
 * @param destinations where to store; empty: the destination named {@code default}
 * @param retention what to keep; absent: everything
 * @param allowEmpty whether a source without any file is a success
 * @param timeout the longest a run may take, such as {@code 12h}
 */
public record BackupPolicySpec(
        @Nullable String displayName,
        List<SourceSpec> sources,
        @Nullable ScheduleSpec schedule,
        @Nullable HooksSpec hooks,
        @Nullable String compression,
        @Nullable EncryptionSpec encryption,
        List<DestinationRef> destinations,
        @Nullable RetentionSpec retention,
        boolean allowEmpty,
        @Nullable String timeout) {

    public BackupPolicySpec {
        sources = List.copyOf(sources);
        destinations = List.copyOf(destinations);
    }

    /**
     * One thing to read; exactly one of {@code volume} and {@code directory} is set.
     *
     * @param name names the source within its policy, and its objects in the bucket
     * @param volume a Docker volume by name
     * @param directory an absolute path on the host
     * @param exclude globs of paths, relative to the source's root, that are left out
     */
    public record SourceSpec(
            String name, @Nullable String volume, @Nullable String directory, List<String> exclude) {
        public SourceSpec {
            exclude = List.copyOf(exclude);
        }
    }

    /**
     * When to run.
     *
     * @param cron five fields, or {@code @daily} and its like
     * @param timeZone an IANA name such as {@code Europe/Berlin}; absent: the operator's
     */
    public record ScheduleSpec(String cron, @Nullable String timeZone) {}

    /** Commands before and after a run, each as one line of text. */
    public record HooksSpec(List<String> pre, List<String> post) {
        public HooksSpec {
            pre = List.copyOf(pre);
            post = List.copyOf(post);
        }
    }

    /**
     * How to encrypt.
     *
     * @param method {@code gpg}, {@code aes256} or {@code none}
     */
    public record EncryptionSpec(String method) {}

    /** A destination by name. */
    public record DestinationRef(String name) {}

    /** How many snapshots to keep. Absent counts keep nothing of their own. */
    public record RetentionSpec(
            @Nullable Integer keepLast,
            @Nullable Integer daily,
            @Nullable Integer weekly,
            @Nullable Integer monthly,
            @Nullable Integer yearly) {}
}
