package io.doksnap.operator;

import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The hosts whose operators work with one API. */
public interface Hosts {
    /** As they were known last; from memory. */
    View known();

    /** As they are now, where the API answers and was not asked a moment ago. May wait for it. */
    View askedAnew();

    /** Of a host that knows of no other, and takes what names none for its own. */
    static Hosts unknown() {
        return new Hosts() {
            @Override
            public View known() {
                return View.NOTHING;
            }

            @Override
            public View askedAnew() {
                return View.NOTHING;
            }
        };
    }

    /**
     * What is known.
     *
     * @param home the host whose own API it is; empty: a cluster's
     * @param all the hosts that have reported there, whether they are up or not; empty: nothing is known
     * @param alive those of them that are up, as far as can be told
     * @param former what this host was called before; none of them is another host's name now
     * @param formerOfOthers what the others were called before
     * @param namespace where their Leases are
     */
    record View(
            Optional<String> home,
            SortedSet<String> all,
            SortedSet<String> alive,
            Set<String> former,
            Set<String> formerOfOthers,
            String namespace) {
        static final View NOTHING =
                new View(Optional.empty(), new TreeSet<>(), new TreeSet<>(), Set.of(), Set.of(), "");

        public View {
            all = new TreeSet<>(all);
            alive = new TreeSet<>(alive);
            former = Set.copyOf(former);
            formerOfOthers = Set.copyOf(formerOfOthers);
        }

        /** The one that speaks where an object is nobody's: one that is up, as another would never do it. */
        Optional<String> speaker() {
            return home.or(() -> alive.stream().findFirst());
        }

        /** Whether there is no host that has, or had, this name; false where no hosts are known at all. */
        boolean lacks(String name) {
            return !all.isEmpty() && names().noneMatch(name::equals);
        }

        /** Those that hosts have, and those that they had. */
        Stream<String> names() {
            return Stream.of(all, former, formerOfOthers).flatMap(Set::stream);
        }

        /** All of them, for a message. */
        String words() {
            return String.join(", ", all);
        }
    }
}
