package io.doksnap.app.objects;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what policies the labels of an engine's containers and services declare, when that has changed. Polled by one thread; looked for by another. */
public final class LabelWatch implements EngineEvents.Watcher, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LabelWatch.class);

    private final DockerEngine engine;
    private final Labels labels;
    private final Renames renames;
    private final Runnable changed;
    private final AtomicReference<@Nullable List<LabelPolicy>> news = new AtomicReference<>();
    private @Nullable EngineEvents events;
    private @Nullable List<LabelPolicy> last;
    private List<Service> services = List.of();
    private String trouble = "";

    private LabelWatch(DockerEngine engine, Labels labels, Clock clock, Runnable changed) {
        this.engine = engine;
        this.labels = labels;
        this.renames = new Renames(clock);
        this.changed = changed;
    }

    /**
     * Begins to watch an engine, which stays the caller's and does not have to answer yet.
     *
     * @param changed run whenever there is something to poll; by another thread, and must not block
     */
    public static LabelWatch start(DockerEngine engine, Labels labels, Clock clock, Runnable changed) {
        LabelWatch watch = new LabelWatch(engine, labels, clock, changed);
        watch.events = EngineEvents.follow(engine, watch, EngineEvents.Pace.usual());
        return watch;
    }

    /** All policies of labels, if they are not what they were the last time. */
    public Optional<List<LabelPolicy>> poll() {
        return Optional.ofNullable(news.getAndSet(null));
    }

    @Override
    public void look() throws DockerException {
        List<Container> containers = renames.settled(engine.containers().all());
        lookAtServices();
        List<LabelPolicy> read = new ArrayList<>();
        for (Carrier carrier : Carriers.of(containers, services)) {
            read.addAll(labels.read(carrier));
        }
        List<LabelPolicy> now = Labels.merge(read);
        if (!now.equals(last)) {
            last = now;
            news.set(now);
            changed.run();
        }
    }

    /** A manager that was restarted knows for a moment as little as a worker does: then what was seen before counts. */
    private void lookAtServices() throws DockerException {
        Services swarm = engine.services();
        if (services.isEmpty() || swarm.role() != Services.Role.WORKER) {
            services = swarm.all();
        }
    }

    @Override
    public void told(Optional<DockerException> failure) {
        String now = failure.map(DockerException::getMessage).orElse("");
        if (!now.equals(trouble)) {
            if (failure.isPresent()) {
                LOG.warn("labels cannot be followed now, and what they said before counts; tried again: {}", now);
            } else {
                LOG.info("labels are followed again");
            }
            trouble = now;
        }
    }

    @Override
    public void close() {
        if (events != null) {
            events.close();
        }
    }
}
