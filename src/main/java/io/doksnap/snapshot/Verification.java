package io.doksnap.snapshot;

import io.doksnap.api.Reason;
import io.doksnap.policy.VerifyLevel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code verified.json}: what verification found in a snapshot, for each source and level the newest result.
 *
 * <p>A check that passed takes away what any check found before that was no stricter than itself. So what stands here as damage is damage, until
 * a check that could have seen it has passed.
 *
 * @param formatVersion {@value #FORMAT_VERSION}; a reader refuses what is newer
 * @param id the folder's id
 * @param checks at most one for each source and level
 */
public record Verification(int formatVersion, String id, List<Check> checks) {

    /** The version that this program writes, and the newest that it reads. */
    public static final int FORMAT_VERSION = 1;

    public Verification {
        checks = List.copyOf(checks);
    }

    /** That of a snapshot which was never verified. */
    public static Verification none(SnapshotFolder folder) {
        return new Verification(FORMAT_VERSION, folder.id(), List.of());
    }

    /**
     * One check of one source that came to a result. One that did not, such as for want of a key, is not here.
     *
     * @param at when it ended
     * @param program what made it, with its version
     * @param reason {@link Reason#VERIFIED} when it passed; else what is wrong
     * @param findings what is wrong, object by object; empty when it passed
     */
    public record Check(
            String source, VerifyLevel level, Instant at, String program, Reason reason, List<Finding> findings) {
        public Check {
            findings = List.copyOf(findings);
        }

        /** Whether everything was as it should be. */
        boolean passed() {
            return reason == Reason.VERIFIED;
        }

        /** Whether this one makes another, earlier one obsolete. */
        private boolean replaces(Check earlier) {
            boolean repeated = level == earlier.level;
            boolean refuted = passed() && !earlier.passed() && level.compareTo(earlier.level) > 0;
            return source.equals(earlier.source) && (repeated || refuted);
        }
    }

    /**
     * One object that is not what it should be.
     *
     * @param object its name within the snapshot's folder
     */
    public record Finding(String object, String expected, String found) {}

    /**
     * The strictest check that all sources have passed.
     *
     * @param at when the first of them did
     */
    public record Passed(VerifyLevel level, Instant at) {}

    /** With the results of a later verification. */
    public Verification with(List<Check> later) {
        List<Check> all = new ArrayList<>(checks);
        for (Check check : later) {
            all.removeIf(check::replaces);
            all.add(check);
        }
        all.sort(Comparator.comparing(Check::source).thenComparing(Check::level));
        return new Verification(formatVersion, id, all);
    }

    /** The sources whose copy here is known to be damaged. */
    public Set<String> damagedSources() {
        return checks.stream()
                .filter(check -> !check.passed())
                .map(Check::source)
                .collect(Collectors.toSet());
    }

    /** What all of these sources have passed; empty where one of them has passed nothing. */
    public Optional<Passed> passed(Collection<String> sources) {
        return Stream.of(VerifyLevel.values())
                .sorted(Comparator.reverseOrder())
                .flatMap(level -> passed(sources, level).stream())
                .findFirst();
    }

    private Optional<Passed> passed(Collection<String> sources, VerifyLevel level) {
        List<Instant> newest = sources.stream()
                .flatMap(source -> checks.stream()
                        .filter(check -> check.passed() && check.source().equals(source))
                        .filter(check -> check.level().compareTo(level) >= 0)
                        .map(Check::at)
                        .max(Comparator.naturalOrder())
                        .stream())
                .toList();
        return newest.size() == sources.size()
                ? newest.stream().min(Comparator.naturalOrder()).map(at -> new Passed(level, at))
                : Optional.empty();
    }
}
