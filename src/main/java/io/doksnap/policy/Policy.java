package io.doksnap.policy;

import io.doksnap.schedule.Schedule;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/**
 * A policy that makes sense: every value is present, in range and of its own type.
 *
 * @param namespace the namespace of the resource it came from
 * @param name the name used for keys in a bucket and on the command line; safe as a path segment
 * @param target the workload that the data belongs to; empty: the sources stand alone
 * @param host whose operator owns it; empty: there is only one
 * @param sources what to read, in this order, names unique; empty: every named volume of the target, which is then there
 * @param schedule when it runs by itself; empty: only by hand
 * @param zone the time zone in which its days begin: its own, else the operator's
 * @param suspended whether it does not run by itself for now
 * @param quiesce how the workload is kept still
 * @param hooks what is carried out around a run
 * @param retry how often a run is tried
 * @param compression how archives are compressed
 * @param encryption how archives are encrypted
 * @param destinations names of destinations; never empty
 * @param retention what is kept
 * @param verify how what is stored is proven; empty: only by hand
 * @param allowEmpty whether a source without any file is a success
 * @param timeout the longest a run may take
 */
public record Policy(
        String namespace,
        String name,
        Optional<Target> target,
        Optional<String> host,
        List<Source> sources,
        Optional<Schedule> schedule,
        ZoneId zone,
        boolean suspended,
        Quiesce quiesce,
        Hooks hooks,
        Retry retry,
        Compression compression,
        EncryptionChoice encryption,
        List<String> destinations,
        Retention retention,
        Optional<VerifyPlan> verify,
        boolean allowEmpty,
        Duration timeout) {

    public Policy {
        sources = List.copyOf(sources);
        destinations = List.copyOf(destinations);
    }
}
