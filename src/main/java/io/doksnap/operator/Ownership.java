package io.doksnap.operator;

import io.doksnap.api.Reason;
import io.doksnap.operator.Hosts.View;
import io.doksnap.operator.PolicyFacts.Trouble;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whose operator something is for. What names a host is that host's. What names none is of the host whose own API it is; in a cluster's, of the only host that there is,
 * and of nobody where there are several: to guess would be to back up another machine's data under this one's name.
 */
record Ownership(String host, Hosts hosts) {

    /** Whose something is, as this host sees it. */
    enum Whose {
        OURS,
        /** Another host's operator deals with it, or says that nobody does. */
        ANOTHERS,
        /** Nobody's, and it is for us to say so. */
        NOBODYS
    }

    /** Whose something is that names this host, or none. */
    Whose of(@Nullable String named) {
        Whose whose = of(named, hosts.known());
        // A host that has come a moment ago deals with it, whatever was known before.
        return whose == Whose.NOBODYS ? of(named, hosts.askedAnew()) : whose;
    }

    /** The same by what is known already: never waits for the API. */
    Whose asKnown(@Nullable String named) {
        return of(named, hosts.known());
    }

    private Whose of(@Nullable String named, View view) {
        if (isNone(named)) {
            boolean ours = view.home().map(host::equals).orElse(view.all().size() <= 1);
            return ours ? Whose.OURS : view.home().isPresent() ? Whose.ANOTHERS : unclaimed(view);
        }
        if (host.equals(named)) {
            return Whose.OURS;
        }
        return view.all().isEmpty() || view.all().contains(named) ? Whose.ANOTHERS : unclaimed(view);
    }

    private Whose unclaimed(View view) {
        return view.speaker().filter(host::equals).isPresent() ? Whose.NOBODYS : Whose.ANOTHERS;
    }

    boolean isOurs(@Nullable String named) {
        return of(named) == Whose.OURS;
    }

    /** Whether it is for us to say what is wrong with something that is no host's in particular. */
    boolean speaksForNobody() {
        View view = hosts.known();
        return view.all().size() <= 1 || unclaimed(view) == Whose.NOBODYS;
    }

    /** Whether a destination that names this host, or none, may be used by this one. */
    boolean mayUse(@Nullable String named) {
        return isNone(named) || host.equals(named);
    }

    /** Whether it is for us to say how a destination is. */
    boolean looksAfter(@Nullable String named) {
        return switch (of(named)) {
            case OURS -> true;
            case ANOTHERS -> false;
            case NOBODYS -> isNone(named);
        };
    }

    /** Whether this is the name of this host, or one that it had before. */
    boolean isUs(String named) {
        return host.equals(named) || hosts.known().former().contains(named);
    }

    /** The same of a label that names a host. */
    boolean isLabelOfUs(String label) {
        return ResourceNames.label(host).equals(label)
                || hosts.known().former().stream().map(ResourceNames::label).anyMatch(label::equals);
    }

    /** Whether a label names a host that there is not any more, as far as hosts are known. */
    boolean isLabelOfNobody(String label) {
        return !hosts.known().all().isEmpty()
                && hosts.known().names().map(ResourceNames::label).noneMatch(label::equals);
    }

    /** Whose it is to end what a host of this name has begun: nobody's where there is no such host any more. */
    Whose ofClaim(String claimant) {
        if (isUs(claimant)) {
            return Whose.OURS;
        }
        return hosts.known().lacks(claimant) && hosts.askedAnew().lacks(claimant) ? Whose.NOBODYS : Whose.ANOTHERS;
    }

    /** Whether something was made by another host that is there to deal with it. */
    boolean isAnothers(@Nullable String named) {
        return named != null && !host.equals(named) && hosts.known().all().contains(named);
    }

    /** Why nobody deals with what names this host, or none. */
    Trouble nobodys(@Nullable String named) {
        View view = hosts.known();
        String all = view.words();
        return new Trouble(
                Reason.HOST_UNKNOWN,
                isNone(named)
                        ? "names no host, and several work with this API (" + all
                                + "), so none of them carries it out: set spec.host to one of them"
                        : "spec.host is " + named
                                + ", and no operator of that name has reported to this API (with a Lease in the"
                                + " namespace "
                                + view.namespace() + "), which has " + all + ": start it there, or " + remedy());
    }

    /** What to write instead of a host that there is not. */
    String remedy() {
        View view = hosts.known();
        return view.all().size() == 1
                ? "leave spec.host out, as " + view.words() + " is the only one"
                : "set spec.host to one of " + view.words();
    }

    /** Whether something that names no host is carried out by this one although there are others; then their names. */
    Optional<String> chosenAmong(@Nullable String named) {
        View view = hosts.known();
        return isNone(named) && view.all().size() > 1 && isOurs(named) ? Optional.of(view.words()) : Optional.empty();
    }

    private static boolean isNone(@Nullable String named) {
        return named == null || named.isEmpty();
    }
}
