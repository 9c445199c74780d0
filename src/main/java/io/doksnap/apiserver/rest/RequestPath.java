package io.doksnap.apiserver.rest;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The resource that a request's path leads to.
 *
 * @param group empty for the core group
 * @param namespace empty for all, and for what has none
 * @param name empty for the collection
 * @param subresource empty for the object itself
 */
record RequestPath(String group, String version, String plural, String namespace, String name, String subresource) {
    private static final String NAMESPACES = "namespaces";

    /** Empty where it leads to no resource; that there is such a kind is not said. */
    static Optional<RequestPath> parse(String path) {
        List<String> parts = parts(path);
        if (parts.size() >= 3 && parts.get(0).equals("api")) {
            return below("", parts.get(1), parts.subList(2, parts.size()));
        }
        if (parts.size() >= 4 && parts.get(0).equals("apis")) {
            return below(parts.get(1), parts.get(2), parts.subList(3, parts.size()));
        }
        return Optional.empty();
    }

    static List<String> parts(String path) {
        List<String> parts = new ArrayList<>();
        for (String part : path.split("/", -1)) {
            if (!part.isEmpty()) {
                parts.add(URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8));
            }
        }
        return parts;
    }

    private static Optional<RequestPath> below(String group, String version, List<String> rest) {
        boolean core = group.isEmpty();
        boolean ofNamespace =
                core && rest.size() == 3 && List.of("status", "finalize").contains(rest.get(2));
        if (rest.get(0).equals(NAMESPACES) && rest.size() >= 3 && !ofNamespace) {
            return object(group, version, rest.get(1), rest.subList(2, rest.size()));
        }
        return object(group, version, "", rest);
    }

    private static Optional<RequestPath> object(String group, String version, String namespace, List<String> rest) {
        if (rest.size() > 3) {
            return Optional.empty();
        }
        return Optional.of(new RequestPath(
                group,
                version,
                rest.get(0),
                namespace,
                rest.size() > 1 ? rest.get(1) : "",
                rest.size() > 2 ? rest.get(2) : ""));
    }

    boolean isCollection() {
        return name.isEmpty();
    }
}
