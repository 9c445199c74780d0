package io.doksnap.policy;

import io.doksnap.schedule.CronSchedule;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/**
 * A policy that makes sense: every value is present, in range and of its own type.
 *
 * @param namespace the namespace of the resource it came from
 * @param name the name used for keys in a bucket and on the command line; safe as a path segment
 * @param sources what to read, in this order; never empty, names unique
 * @param schedule when it runs by itself; empty: only by hand
 * @param hooks the commands around a run, as written
 * @param compression how archives are compressed
 * @param encryption how archives are encrypted; empty: the operator's default
 * @param destinations names of destinations; never empty
 * @param retention what is kept
 * @param allowEmpty whether a source without any file is a success
 * @param timeout the longest a run may take
 */
public record Policy(
        String namespace,
        String name,
        List<Source> sources,
        Optional<CronSchedule> schedule,
        Hooks hooks,
        Compression compression,
        Optional<EncryptionMethod> encryption,
        List<String> destinations,
        Retention retention,
        boolean allowEmpty,
        Duration timeout) {

    public Policy {
        sources = List.copyOf(sources);
        destinations = List.copyOf(destinations);
    }

    /** The time zone in which its days begin: that of its schedule, else UTC. */
    public ZoneId zone() {
        return schedule.map(CronSchedule::zone).orElse(ZoneOffset.UTC);
    }

    /** The commands before and after a run; nothing here says yet how they are carried out. */
    public record Hooks(List<String> pre, List<String> post) {
        public Hooks {
            pre = List.copyOf(pre);
            post = List.copyOf(post);
        }

        /** Whether there is no hook at all. */
        public boolean isEmpty() {
            return pre.isEmpty() && post.isEmpty();
        }
    }
}
