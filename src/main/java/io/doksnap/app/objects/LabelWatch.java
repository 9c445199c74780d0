package io.doksnap.app.objects;

import io.doksnap.api.BackupPolicy;
import io.doksnap.declare.DockerSettings;
import io.doksnap.declare.LabelMode;
import io.doksnap.declare.labels.Carrier;
import io.doksnap.declare.labels.LabelPolicy;
import io.doksnap.declare.labels.Labels;
import io.doksnap.docker.Container;
import io.doksnap.docker.DockerEngine;
import io.doksnap.docker.DockerException;
import io.doksnap.docker.EngineEvents;
import io.doksnap.docker.Service;
import io.doksnap.docker.Services;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what policies the labels of an engine's containers and services declare, when that has changed. Polled by one thread; looked for by another. */
public final class LabelWatch implements EngineEvents.Watcher, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LabelWatch.class);

    private final DockerEngine engine;
    private final Labels labels;
    private final Labels labelsOfData;
    private final Renames renames;
    private final Runnable changed;
    private final String host;
    private final AtomicReference<@Nullable List<LabelPolicy>> news = new AtomicReference<>();
    private volatile @Nullable Seen seen;
    private @Nullable EngineEvents events;
    private @Nullable List<LabelPolicy> last;
    private List<Service> services = List.of();
    private final Map<String, Map<String, String>> imageLabels = new HashMap<>();
    private Optional<DockerException.Kind> trouble = Optional.empty();

    private LabelWatch(DockerEngine engine, DockerSettings settings, Where where, Clock clock, Runnable changed) {
        ZoneId zone = where.zone();
        this.engine = engine;
        this.host = where.host();
        this.labels = new Labels(zone, settings.allowedPaths(), false);
        this.labelsOfData = new Labels(zone, settings.allowedPaths(), settings.labels() == LabelMode.OPT_OUT);
        this.renames = new Renames(clock);
        this.changed = changed;
    }

    /**
     * What labels leave unsaid.
     *
     * @param host on which they are, as the operator calls it
     * @param zone of policies that name none
     */
    public record Where(String host, ZoneId zone) {}

    /**
     * Begins to watch an engine, which stays the caller's and does not have to answer yet.
     *
     * @param changed run whenever there is something to poll; by another thread, and must not block
     */
    public static LabelWatch start(
            DockerEngine engine, DockerSettings settings, Where where, Clock clock, Runnable changed) {
        LabelWatch watch = new LabelWatch(engine, settings, where, clock, changed);
        watch.events = EngineEvents.follow(engine, watch, EngineEvents.Pace.usual());
        return watch;
    }

    /** All policies of labels, if they are not what they were the last time. */
    public Optional<List<LabelPolicy>> poll() {
        return Optional.ofNullable(news.getAndSet(null));
    }

    /** What there was when somebody looked last. */
    private record Seen(List<Container> containers, List<Service> services) {}

    /** How many workloads have data and none of these policies, from what was seen last; empty where nobody has looked yet. Asks nobody. */
    public OptionalInt unprotected(Collection<BackupPolicy> policies) {
        Seen known = seen;
        return known == null
                ? OptionalInt.empty()
                : OptionalInt.of(Unprotected.of(known.containers(), known.services(), policies)
                        .size());
    }

    @Override
    public void look() throws DockerException {
        List<Container> containers = renames.settled(engine.containers().all());
        lookAtServices();
        seen = new Seen(containers, services);
        List<LabelPolicy> read = new ArrayList<>();
        imageLabels.keySet().retainAll(containers.stream().map(Container::image).toList());
        for (Carriers.Found found : Carriers.of(containers, services)) {
            read.addAll((found.hasData() ? labelsOfData : labels).read(withImage(found)));
        }
        List<LabelPolicy> now = Labels.merge(read).stream()
                .map(policy -> HostLabels.checked(policy, host))
                .toList();
        if (!now.equals(last)) {
            last = now;
            news.set(now);
            changed.run();
        }
    }

    /** Nothing is heard of a container that has had its name for long enough. */
    @Override
    public Optional<Duration> again() {
        return renames.untilNext();
    }

    /**
     * Who carries none of ours need not be asked about. Those of one id never change. An image that cannot be looked at is in nobody else's way: its
     * containers have what it could say held back until it can.
     */
    private Carrier withImage(Carriers.Found found) {
        String image = found.image();
        if (image.isEmpty() || !found.carrier().isOurs()) {
            return found.carrier();
        }
        Map<String, String> known = imageLabels.get(image);
        if (known == null) {
            try {
                known = engine.imageLabels(image);
            } catch (DockerException e) {
                LOG.warn(
                        "an image cannot be looked at, and what its containers say counts as what it says: {}",
                        e.getMessage());
                return found.carrier().of(found.carrier().labels());
            }
            imageLabels.put(image, known);
        }
        return found.carrier().of(known);
    }

    /** A manager that was restarted knows for a moment as little as a worker does: then what was seen before counts. */
    private void lookAtServices() throws DockerException {
        List<Service> now = engine.services().all();
        if (!now.isEmpty() || services.isEmpty() || engine.services().role() != Services.Role.WORKER) {
            services = now;
        }
    }

    @Override
    public void told(Optional<DockerException> failure) {
        if (failure.isPresent() && !failure.map(DockerException::kind).equals(trouble)) {
            LOG.warn(
                    "labels cannot be followed now, and what they said before counts; tried again: {}",
                    failure.get().getMessage());
        } else if (failure.isEmpty() && trouble.isPresent()) {
            LOG.info("labels are followed again");
        }
        trouble = failure.map(DockerException::kind);
    }

    @Override
    public void close() {
        if (events != null) {
            events.close();
        }
    }
}
