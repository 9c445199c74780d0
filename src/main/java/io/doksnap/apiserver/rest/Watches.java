package io.doksnap.apiserver.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.failure.Failures;
import io.doksnap.apiserver.failure.StatusException;
import io.doksnap.apiserver.json.Json;
import io.doksnap.apiserver.objects.Objects;
import io.doksnap.apiserver.storage.Listing;
import io.doksnap.apiserver.watch.ExpiredException;
import io.doksnap.apiserver.watch.Feed;
import io.doksnap.apiserver.watch.History;
import io.doksnap.apiserver.watch.Selection;
import io.doksnap.apiserver.watch.Watch;
import io.doksnap.apiserver.watch.Watch.Opening;
import io.doksnap.apiserver.watch.WatchEvent;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** All watches that are open. */
final class Watches {
    private static final int MOST = 500;
    private static final long SECONDS_BETWEEN_BOOKMARKS = 60;

    /** Where a client names no time: half an hour to an hour, so that not all come back at once. */
    private static final int SHORTEST_SECONDS = 1800;

    private final Objects objects;
    private final History history;
    private final Reading reading;
    private final Executor senders;
    private final ScheduledExecutorService timer;
    private final Random random = new Random();
    private final Set<WatchConnection> open = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;

    Watches(Objects objects, History history, Reading reading, Executor senders, ScheduledExecutorService timer) {
        this.objects = objects;
        this.history = history;
        this.reading = reading;
        this.senders = senders;
        this.timer = timer;
    }

    /** Answers with events for as long as the client, its time and the server allow. */
    void watch(Request request, Target target, RequestPath path) {
        if (stopped || open.size() >= MOST) {
            throw Failures.tooManyRequests("too many watches, please try again later", 1);
        }
        Accepted accepted = Accepted.of(request.header("Accept"));
        Representation representation = reading.representation(request, target, accepted.as());
        if (request.context().req().getAttribute(NoWebSockets.MARK) != null) {
            // A finished answer: the client's library waits for its end before it tries the plain watch.
            Answers.send(request, 200, Bodies.JSON, new byte[0]);
            return;
        }
        long seconds = seconds(request);
        Selection selection =
                new Selection(target.kept().resource(), path.namespace(), Reading.selector(request, target));
        WatchConnection connection = new WatchConnection(event -> encode(event, representation), senders);
        Watch watch;
        try {
            watch = begin(request, target, selection, connection);
        } catch (ExpiredException e) {
            Answers.send(request, 200, Bodies.JSON, encode(expired(e), representation));
            return;
        }
        serve(request, connection, watch, seconds);
    }

    private long seconds(Request request) {
        long asked = request.number("timeoutSeconds", 0);
        return asked > 0 ? asked : SHORTEST_SECONDS + (long) random.nextInt(SHORTEST_SECONDS);
    }

    private Watch begin(Request request, Target target, Selection selection, WatchConnection connection)
            throws ExpiredException {
        Opening opening = opening(request);
        if (opening == Opening.CHANGES) {
            long since = request.parameter("resourceVersion").isEmpty() ? objects.version() : Reading.version(request);
            Feed feed = history.subscribe(selection.resource(), since, connection::wake);
            return new Watch(feed, selection, opening, List.of(), since);
        }
        if (Reading.version(request) > objects.version()) {
            throw Failures.versionTooLarge(Reading.version(request), objects.version());
        }
        Listing listing = objects.list(target.kept(), selection.namespace());
        Feed feed = history.subscribe(selection.resource(), listing.version(), connection::wake);
        return new Watch(feed, selection, opening, listing.objects(), listing.version());
    }

    private static Opening opening(Request request) {
        boolean asked = request.isSet("sendInitialEvents");
        if (asked && !request.parameter("resourceVersionMatch").equals("NotOlderThan")) {
            throw Failures.invalid(
                    new Failures.Subject("meta.k8s.io", "listoptions", "ListOptions"),
                    "",
                    List.of(new StatusException.Cause(
                            "FieldValueForbidden",
                            "Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan",
                            "resourceVersionMatch")));
        }
        if (asked) {
            return request.isSet("allowWatchBookmarks") ? Opening.OBJECTS_AND_BOOKMARK : Opening.OBJECTS;
        }
        boolean refused = !request.parameter("sendInitialEvents").isEmpty();
        return Reading.version(request) == 0 && !refused ? Opening.OBJECTS : Opening.CHANGES;
    }

    private static WatchEvent expired(ExpiredException e) {
        return new WatchEvent(
                WatchEvent.Type.ERROR, Failures.expired(e.getMessage()).status());
    }

    private static byte[] encode(WatchEvent event, Representation representation) {
        ObjectNode frame = Json.object().put("type", event.type().name());
        frame.set(
                "object",
                switch (event.type()) {
                    case BOOKMARK -> representation.bookmark(event.object());
                    case ERROR -> event.object();
                    case ADDED, MODIFIED, DELETED -> representation.one(event.object());
                });
        byte[] json = Json.bytes(frame);
        byte[] line = Arrays.copyOf(json, json.length + 1);
        line[json.length] = '\n';
        return line;
    }

    private void serve(Request request, WatchConnection connection, Watch watch, long seconds) {
        HttpServletResponse response = request.context().res();
        response.setStatus(200);
        response.setContentType(Bodies.JSON);
        response.setHeader("Cache-Control", "no-cache, private");
        // Nobody else may read from this connection: ClientPresence does, to see whether the client is still there.
        response.setHeader("Connection", "close");
        ClientPresence presence = ClientPresence.of(request.context().req());
        request.context().future(() -> {
            try {
                ServletOutputStream out = response.getOutputStream();
                register(request, connection, seconds);
                request.context().req().getAsyncContext().setTimeout(0);
                response.flushBuffer();
                connection.open(watch, out);
                presence.whenGone(connection::end);
            } catch (IOException e) {
                watch.close();
                connection.end();
            }
            return connection.ended();
        });
    }

    private void register(Request request, WatchConnection connection, long seconds) {
        open.add(connection);
        Future<?> end = timer.schedule(connection::end, seconds, TimeUnit.SECONDS);
        Future<?> bookmarks = request.isSet("allowWatchBookmarks")
                ? timer.scheduleWithFixedDelay(
                        connection::wantBookmark,
                        SECONDS_BETWEEN_BOOKMARKS,
                        SECONDS_BETWEEN_BOOKMARKS,
                        TimeUnit.SECONDS)
                : end;
        var unused = connection.ended().whenComplete((nothing, failure) -> {
            open.remove(connection);
            end.cancel(false);
            bookmarks.cancel(false);
        });
        if (stopped) {
            connection.end();
        }
    }

    int count() {
        return open.size();
    }

    /** Ends all; no other can be opened. */
    void stop() {
        stopped = true;
        List.copyOf(open).forEach(WatchConnection::end);
    }
}
