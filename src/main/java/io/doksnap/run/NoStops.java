package io.doksnap.run;

import io.doksnap.docker.DockerEngine;
import io.doksnap.docker.DockerException;
import io.doksnap.policy.NoStopWindows;
import io.doksnap.policy.NoStopWindows.Span;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps stops out of the times of day at which something else on the host cleans up. */
final class NoStops {
    private static final Logger LOG = LoggerFactory.getLogger(NoStops.class);
    private static final String DOKPLOY = "dokploy";

    /** A stop that would have less time than this before a window begins waits until after it. */
    private static final Duration LEAST = Duration.ofMinutes(10);

    private static final Duration SLICE = Duration.ofSeconds(20);

    private final DockerEngine docker;
    private final Optional<NoStopWindows> configured;
    private final Clock clock;
    private final Pause pause;

    /** Creates it; where nothing is configured, the usual windows count where Dokploy runs. */
    NoStops(DockerEngine docker, Optional<NoStopWindows> configured, Clock clock, Pause pause) {
        this.docker = docker;
        this.configured = configured;
        this.clock = clock;
        this.pause = pause;
    }

    /**
     * Waits as long as something must not be stopped now.
     *
     * @param longest the longest that it is going to be down, where that is known
     * @return how long it may be down then, where a window ends that
     */
    Optional<Duration> await(ZoneId zone, Optional<Duration> longest, WorkloadReport report, Cancellation cancellation)
            throws RunException {
        Duration least = longest.filter(limit -> limit.compareTo(LEAST) < 0).orElse(LEAST);
        Optional<Span> next = next(zone);
        while (next.isPresent() && left(next.get()).compareTo(least) < 0) {
            awaitEnd(next.get(), report, cancellation);
            next = next(zone);
        }
        return next.map(this::left);
    }

    private void awaitEnd(Span span, WorkloadReport report, Cancellation cancellation) throws RunException {
        String why = "nothing is stopped or paused within " + span.window() + " "
                + span.begin().getZone() + " (docker.no_stop_windows)";
        LOG.info("{}: waiting until then", why);
        while (clock.instant().isBefore(span.end().toInstant())) {
            cancellation.check();
            Duration wait = Duration.between(clock.instant(), span.end().toInstant());
            pause.take(wait.compareTo(SLICE) < 0 ? wait : SLICE);
        }
        cancellation.check();
        report.note("waited for the end of a window: " + why);
    }

    private Duration left(Span span) {
        return Duration.between(clock.instant(), span.begin().toInstant());
    }

    /** The window that is under way or comes next. */
    private Optional<Span> next(ZoneId zone) {
        if (configured.isPresent()) {
            return configured.get().from(clock.instant().atZone(zone));
        } else if (!dokployRuns()) {
            return Optional.empty();
        }
        // Dokploy goes by the clock of its own container, which is UTC unless somebody has said otherwise.
        return Stream.of(zone, ZoneOffset.UTC)
                .flatMap(clocks -> NoStopWindows.DOKPLOY.from(clock.instant().atZone(clocks)).stream())
                .min(Comparator.comparing(span -> span.begin().toInstant()));
    }

    private boolean dokployRuns() {
        try {
            return docker.services().find(DOKPLOY).isPresent()
                    || docker.containers().find(DOKPLOY).isPresent();
        } catch (DockerException e) {
            // Whoever wants to stop something asks the same engine next, and tells what it says.
            return false;
        }
    }
}
