package io.doksnap.apiserver.rest;

import io.doksnap.apiserver.credentials.Access;
import io.doksnap.apiserver.credentials.User;
import io.doksnap.apiserver.failure.Failures;
import io.doksnap.apiserver.failure.Failures.Subject;
import java.util.Set;

/** Who may do what: an admin everything; whoever may only read, read everything but secrets. */
final class Authorization {
    private static final Set<String> READS = Set.of("get", "list", "watch");

    /** What anybody may ask about themselves. */
    static final Set<String> REVIEWS =
            Set.of("selfsubjectreviews", "selfsubjectaccessreviews", "selfsubjectrulesreviews");

    private Authorization() {}

    /** @param verb as it is written; also one that this server does not know, or {@code *} for any */
    static boolean may(User user, String verb, String group, String plural) {
        if (user.access() == Access.ADMIN) {
            return true;
        }
        if (REVIEWS.contains(plural)) {
            return verb.equals("create");
        }
        boolean secret = plural.equals("secrets") || plural.equals("*");
        return READS.contains(verb) && !(secret && group.isEmpty()) && !group.equals("*");
    }

    static void require(User user, Verb verb, RequestPath path) {
        if (!may(user, verb.text(), path.group(), path.plural())) {
            Subject subject = new Subject(path.group(), path.plural(), path.plural());
            String scope = path.namespace().isEmpty()
                    ? " at the cluster scope"
                    : " in the namespace \"" + path.namespace() + "\"";
            String resource = path.plural() + (path.subresource().isEmpty() ? "" : "/" + path.subresource());
            throw Failures.forbidden(
                    subject,
                    path.name(),
                    "User \"" + user.name() + "\" cannot " + verb.text() + " resource \"" + resource
                            + "\" in API group \"" + path.group() + "\"" + scope);
        }
    }
}
