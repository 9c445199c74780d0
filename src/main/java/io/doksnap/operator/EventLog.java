package io.doksnap.operator;

import io.doksnap.api.Condition;
import io.doksnap.operator.resource.DoksnapNames;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.EventList;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells what happened as Events of the API: the same thing again counts up the one that is there. Written by one thread of its own, so that
 * nobody waits for it; where too much happens at once some are left out, as conditions say the same.
 */
final class EventLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventLog.class);
    private static final String MANAGED_BY = "app.kubernetes.io/managed-by";
    private static final Duration KEPT = Duration.ofDays(7);
    private static final int LONGEST_MESSAGE = 1024;
    private static final int LONGEST_NAME = 200;
    private static final int MOST_WAITING = 5_000;
    private static final long PAGE = 500;

    private final KubernetesClient client;
    private final String host;
    private final Set<String> namespaces;
    private final Clock clock;
    private final ThreadPoolExecutor writer =
            new ThreadPoolExecutor(1, 1, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MOST_WAITING), work -> {
                Thread thread = new Thread(work, "doksnap-events");
                thread.setDaemon(true);
                return thread;
            });

    /**
     * Creates it.
     *
     * @param namespaces where old ones are looked for; empty: everywhere
     */
    EventLog(KubernetesClient client, String host, Set<String> namespaces, Clock clock) {
        this.client = client;
        this.host = host;
        this.namespaces = namespaces;
        this.clock = clock;
        writer.allowCoreThreadTimeOut(true);
    }

    /** Tells every condition that is not what it was. */
    void changes(HasMetadata object, List<Condition> before, List<Condition> after) {
        for (Condition condition : after) {
            Optional<Condition> was = Conditions.find(before, condition.type());
            boolean same = was.filter(known -> known.status() == condition.status())
                    .filter(known -> known.reason() == condition.reason())
                    .isPresent();
            boolean newlyAbsent = was.isEmpty() && isAbnormal(condition) && !BackupStatuses.isBad(condition);
            if (!same && !newlyAbsent) {
                record(
                        object,
                        BackupStatuses.isBad(condition),
                        condition.reason().toString(),
                        condition.type() + " is " + condition.status()
                                + (condition.message().isEmpty() ? "" : ": " + condition.message()));
            }
        }
    }

    /** Of conditions that tell of trouble, their absence is no news. */
    private static boolean isAbnormal(Condition condition) {
        return switch (condition.type()) {
            case STALLED, RECONCILING -> true;
            default -> false;
        };
    }

    /** Tells one thing of an object. */
    void record(HasMetadata object, boolean warning, String reason, String message) {
        Event event = event(object, warning, reason, message);
        try {
            writer.execute(() -> write(event));
        } catch (RejectedExecutionException e) {
            LOG.debug(
                    "an Event was left out: {} of {}",
                    reason,
                    object.getMetadata().getName());
        }
    }

    private Event event(HasMetadata object, boolean warning, String reason, String message) {
        String now = now();
        String name = object.getMetadata().getName();
        // What a message says changes from day to day; what kind of thing happened does not.
        String about = message.contains(":") ? message.substring(0, message.indexOf(':')) : message;
        String key =
                ResourceNames.hash(object.getMetadata().getUid() + "\n" + warning + "\n" + reason + "\n" + about, 16);
        String namespace = object.getMetadata().getNamespace();
        return new EventBuilder()
                .withNewMetadata()
                .withName((name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name) + "." + key)
                .withNamespace(namespace)
                .addToLabels(MANAGED_BY, DoksnapNames.FIELD_MANAGER)
                .endMetadata()
                .withNewInvolvedObject()
                .withApiVersion(object.getApiVersion())
                .withKind(object.getKind())
                .withName(name)
                .withNamespace(namespace)
                .withUid(object.getMetadata().getUid())
                .endInvolvedObject()
                .withType(warning ? "Warning" : "Normal")
                .withReason(reason)
                .withMessage(message.length() > LONGEST_MESSAGE ? message.substring(0, LONGEST_MESSAGE) : message)
                .withCount(1)
                .withFirstTimestamp(now)
                .withLastTimestamp(now)
                .withNewSource()
                .withComponent(DoksnapNames.FIELD_MANAGER)
                .withHost(host)
                .endSource()
                .withReportingComponent(DoksnapNames.FIELD_MANAGER)
                .withReportingInstance(host)
                .build();
    }

    private String now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private void write(Event event) {
        try {
            Resource<Event> there = client.v1()
                    .events()
                    .inNamespace(event.getMetadata().getNamespace())
                    .withName(event.getMetadata().getName());
            Event known = there.get();
            if (known == null) {
                client.v1().events().resource(event).create();
            } else {
                there.edit(old -> new EventBuilder(old)
                        .withCount((old.getCount() == null ? 0 : old.getCount()) + 1)
                        .withLastTimestamp(event.getLastTimestamp())
                        .withMessage(event.getMessage())
                        .build());
            }
        } catch (KubernetesClientException e) {
            // The namespace goes, somebody else was faster, the API is away: the condition is what counts.
            LOG.debug("an Event could not be written: {}", e.getMessage());
        }
    }

    /** Removes what is older than a week. */
    void sweep() {
        if (namespaces.isEmpty()) {
            sweep(Optional.empty());
        } else {
            namespaces.forEach(namespace -> sweep(Optional.of(namespace)));
        }
    }

    private void sweep(Optional<String> namespace) {
        Instant oldest = clock.instant().minus(KEPT);
        String next = null;
        do {
            var options = new ListOptionsBuilder()
                    .withLabelSelector(MANAGED_BY + "=" + DoksnapNames.FIELD_MANAGER)
                    .withLimit(PAGE)
                    .withContinue(next)
                    .build();
            EventList page = namespace.isPresent()
                    ? client.v1().events().inNamespace(namespace.get()).list(options)
                    : client.v1().events().inAnyNamespace().list(options);
            page.getItems().stream()
                    .filter(event -> host.equals(event.getReportingInstance()) && isOlder(event, oldest))
                    .forEach(this::remove);
            next = page.getMetadata() == null ? null : page.getMetadata().getContinue();
        } while (next != null && !next.isEmpty());
    }

    private static boolean isOlder(Event event, Instant oldest) {
        String last = event.getLastTimestamp();
        try {
            return last != null && OffsetDateTime.parse(last).toInstant().isBefore(oldest);
        } catch (DateTimeException e) {
            return false;
        }
    }

    private void remove(Event event) {
        try {
            client.v1()
                    .events()
                    .inNamespace(event.getMetadata().getNamespace())
                    .withName(event.getMetadata().getName())
                    .delete();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
        }
    }

    /** Writes what waits, for a moment, and ends. */
    @Override
    public void close() {
        writer.shutdown();
        try {
            if (!writer.awaitTermination(3, TimeUnit.SECONDS)) {
                writer.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            writer.shutdownNow();
        }
    }
}
