package io.doksnap.apiserver.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.credentials.User;
import io.doksnap.apiserver.failure.Failures;
import io.doksnap.apiserver.failure.StatusException;
import io.doksnap.apiserver.json.Json;
import io.doksnap.apiserver.resource.ResourceType;
import io.doksnap.apiserver.resource.ResourceTypes;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every request begins and ends here. */
final class ApiHandler implements Handler {
    static final String VERSION = "v1.33.0-doksnap";
    private static final Logger LOG = LoggerFactory.getLogger(ApiHandler.class);
    private static final Set<String> HEALTH = Set.of("/healthz", "/livez", "/readyz");

    private final ResourceTypes types;
    private final Authentication authentication;
    private final Documents documents;
    private final Reviews reviews;
    private final Reading reading;
    private final Writing writing;
    private final Watches watches;
    private final BodyTurns bodyTurns = new BodyTurns();

    ApiHandler(
            ResourceTypes types,
            Authentication authentication,
            Documents documents,
            Reviews reviews,
            Reading reading,
            Writing writing,
            Watches watches) {
        this.types = types;
        this.authentication = authentication;
        this.documents = documents;
        this.reviews = reviews;
        this.reading = reading;
        this.writing = writing;
        this.watches = watches;
    }

    @Override
    public void handle(Context context) {
        Request request = new Request(context, bodyTurns);
        try {
            answer(request);
        } catch (StatusException e) {
            Answers.fail(request, e);
        } catch (RuntimeException e) {
            LOG.error("{} {} failed", request.method(), request.path(), e);
            Answers.fail(request, Failures.internal("see the log of the server"));
        }
    }

    private void answer(Request request) {
        String path = request.path();
        if (HEALTH.contains(path)) {
            requireRead(request);
            Answers.send(request, 200, "text/plain", "ok".getBytes(StandardCharsets.UTF_8));
            return;
        }
        if (path.equals("/version") || path.equals("/version/")) {
            requireRead(request);
            Answers.send(request, 200, Accepted.Format.JSON, version());
            return;
        }
        User user = authentication.user(request);
        if (reviews.handles(path)) {
            reviews.answer(request, user);
            return;
        }
        if (documents.handles(path)) {
            requireRead(request);
            documents.answer(request);
            return;
        }
        RequestPath resource = RequestPath.parse(path).orElseThrow(Failures::noSuchPath);
        boolean watch = request.isSet("watch");
        Verb verb = Verb.of(request.method(), resource.isCollection(), watch && resource.isCollection());
        Authorization.require(user, verb, resource);
        carryOut(request, verb, resource);
    }

    private static void requireRead(Request request) {
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            throw Failures.methodNotAllowed();
        }
    }

    private static ObjectNode version() {
        return Json.object()
                .put("major", "1")
                .put("minor", "33")
                .put("gitVersion", VERSION)
                .put("gitCommit", "")
                .put("gitTreeState", "clean")
                .put("buildDate", "1970-01-01T00:00:00Z")
                .put("goVersion", "")
                .put("compiler", "")
                .put("platform", "java");
    }

    private void carryOut(Request request, Verb verb, RequestPath path) {
        ResourceType type =
                types.find(path.group(), path.version(), path.plural()).orElseThrow(Failures::noSuchPath);
        Target target = Target.of(type);
        if (!type.namespaced() && !path.namespace().isEmpty()) {
            throw Failures.noSuchPath();
        }
        if (!path.subresource().isEmpty() && !(path.subresource().equals("status") && type.status())) {
            throw Failures.noSuchPath();
        }
        boolean everywhere = type.namespaced() && path.namespace().isEmpty();
        if (everywhere && !(path.isCollection() && verb.reads())) {
            throw Failures.methodNotAllowed();
        }
        switch (verb) {
            case GET -> reading.get(request, target, path);
            case LIST -> reading.list(request, target, path);
            case WATCH -> watches.watch(request, target, path);
            case CREATE -> writing.create(request, target, path);
            case UPDATE -> writing.update(request, target, path);
            case PATCH -> writing.patch(request, target, path);
            case DELETE -> writing.delete(request, target, path);
            case DELETECOLLECTION -> writing.deleteCollection(request, target, path);
        }
    }
}
