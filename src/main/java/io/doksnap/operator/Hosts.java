package io.doksnap.operator;

import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** The hosts whose operators work with one API. */
public interface Hosts {
    /** As they were known last; from memory. */
    View known();

    /** As they are now, where the API answers. */
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
     * @param namespace where their Leases are
     */
    record View(Optional<String> home, SortedSet<String> all, String namespace) {
        static final View NOTHING = new View(Optional.empty(), new TreeSet<>(), "");

        public View {
            all = new TreeSet<>(all);
        }

        /** The one that speaks where an object is nobody's. */
        Optional<String> speaker() {
            return home.or(() -> all.stream().findFirst());
        }

        /** All of them, for a message. */
        String words() {
            return String.join(", ", all);
        }
    }
}
