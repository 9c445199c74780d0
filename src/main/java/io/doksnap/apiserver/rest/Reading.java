package io.doksnap.apiserver.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.failure.Failures;
import io.doksnap.apiserver.json.Json;
import io.doksnap.apiserver.objects.Objects;
import io.doksnap.apiserver.rest.Accepted.As;
import io.doksnap.apiserver.selector.FieldSelector;
import io.doksnap.apiserver.selector.LabelSelector;
import io.doksnap.apiserver.selector.SelectorException;
import io.doksnap.apiserver.storage.Key;
import io.doksnap.apiserver.storage.Listing;
import io.doksnap.apiserver.storage.Stored;
import io.doksnap.apiserver.table.TableColumns.Include;
import io.doksnap.apiserver.watch.History;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Predicate;

/** Gets and lists objects. */
record Reading(Objects objects, History history, Clock clock) {
    void get(Request request, Target target, RequestPath path) {
        Accepted accepted = Accepted.of(request.header("Accept"));
        long asked = version(request);
        if (asked > objects.version()) {
            throw Failures.versionTooLarge(asked, objects.version());
        }
        ObjectNode object =
                objects.get(target.kept(), path.namespace(), path.name()).object();
        Answers.send(
                request,
                200,
                accepted.format(),
                representation(request, target, accepted.as()).one(object));
    }

    Representation representation(Request request, Target target, As as) {
        return new Representation(target, as, Include.of(request.parameter("includeObject")), clock);
    }

    /** The version that a client wants at least; 0 where any will do. */
    static long version(Request request) {
        String text = request.parameter("resourceVersion");
        try {
            long version = text.isEmpty() ? 0 : Long.parseLong(text);
            if (version >= 0) {
                return version;
            }
        } catch (NumberFormatException expected) {
            // Told below.
        }
        throw Failures.badRequest(
                "invalid resource version \"" + text + "\": it is a number that this server gave out");
    }

    static Predicate<ObjectNode> selector(Request request, Target target) {
        try {
            LabelSelector labels = LabelSelector.parse(request.parameter("labelSelector"));
            FieldSelector fields = FieldSelector.parse(
                    request.parameter("fieldSelector"), target.kept().looks().fields());
            return object -> labels.matches(object) && fields.matches(object);
        } catch (SelectorException e) {
            throw Failures.badRequest(e.getMessage());
        }
    }

    void list(Request request, Target target, RequestPath path) {
        Accepted accepted = Accepted.of(request.header("Accept"));
        Predicate<ObjectNode> selector = selector(request, target);
        Listing listing = objects.list(target.kept(), path.namespace());
        Start start = start(request, target, listing);
        long limit = request.number("limit", 0);
        List<ObjectNode> page = new ArrayList<>();
        ObjectNode metadata = Json.object().put("resourceVersion", Long.toString(start.version()));
        int seen = 0;
        for (Stored stored : listing.objects()) {
            seen++;
            if (stored.key().compareTo(start.after()) <= 0) {
                continue;
            }
            ObjectNode object = stored.object();
            if (!selector.test(object)) {
                continue;
            }
            if (limit > 0 && page.size() == limit) {
                metadata.put("continue", Start.token(start.version(), lastKey(target, page)));
                if (request.parameter("labelSelector").isEmpty()
                        && request.parameter("fieldSelector").isEmpty()) {
                    metadata.put("remainingItemCount", listing.objects().size() - seen + 1);
                }
                break;
            }
            page.add(object);
        }
        Answers.send(
                request,
                200,
                accepted.format(),
                representation(request, target, accepted.as()).list(page, metadata));
    }

    private static Key lastKey(Target target, List<ObjectNode> page) {
        ObjectNode last = page.get(page.size() - 1);
        return target.kept()
                .key(
                        last.at("/metadata/namespace").asText(""),
                        last.at("/metadata/name").asText());
    }

    private Start start(Request request, Target target, Listing listing) {
        String token = request.parameter("continue");
        long asked = version(request);
        if (!token.isEmpty()) {
            Start start = Start.of(token, target);
            if (!history.knows(target.kept().resource(), start.version())) {
                throw Failures.expired(
                        "The provided continue parameter is too old to display a consistent list result. You can"
                                + " start a new list without the continue parameter.");
            }
            return start;
        }
        if (asked > listing.version()) {
            throw Failures.versionTooLarge(asked, listing.version());
        }
        if (request.parameter("resourceVersionMatch").equals("Exact") && asked != listing.version()) {
            throw Failures.expired("The resourceVersion for the provided list is too old.");
        }
        return new Start(listing.version(), target.kept().key("", ""));
    }

    /**
     * Where a list goes on. Later pages show what is there by then, and name the version of the first page: whoever watches
     * from there on hears of everything that happened since.
     */
    private record Start(long version, Key after) {
        static String token(long version, Key last) {
            ObjectNode token = Json.object()
                    .put("v", "meta.k8s.io/v1")
                    .put("rv", version)
                    .put("start", last.namespace() + "/" + last.name());
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Json.bytes(token));
        }

        static Start of(String text, Target target) {
            try {
                byte[] json = Base64.getUrlDecoder().decode(text.getBytes(StandardCharsets.US_ASCII));
                var token = Json.read(json);
                String start = token.path("start").asText("");
                int slash = start.indexOf('/');
                if (slash >= 0) {
                    return new Start(
                            token.path("rv").asLong(),
                            target.kept().key(start.substring(0, slash), start.substring(slash + 1)));
                }
            } catch (IllegalArgumentException | IOException expected) {
                // Told below.
            }
            throw Failures.badRequest("continue key is not valid: start a new list without the continue parameter");
        }
    }
}
