package io.doksnap.run;

import io.doksnap.docker.Container;
import io.doksnap.docker.DockerException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tells whether everything is still that a run counts on: what it holds itself, what it found still and leaves so, and services of which it has paused the tasks. Used
 * under the lock of {@link Holds}.
 */
final class Stillness {
    private final HeldJournal held;
    private final ContainerStop containers;
    private final ServiceStop services;
    private final Map<String, CameBack> found = new LinkedHashMap<>();
    private final Set<String> foundNames = new HashSet<>();
    private final Map<String, Hold> paused = new HashMap<>();

    Stillness(HeldJournal held, ContainerStop containers, ServiceStop services) {
        this.held = held;
        this.containers = containers;
        this.services = services;
    }

    /**
     * What is not still any more.
     *
     * @param was how it had been left, or found
     * @param hold what asks for it to be still
     * @param held whether that is what the journal says of it; else nobody had to do anything for it to be still
     */
    record CameBack(JournalEntry was, Hold hold, boolean held) {}

    /** Something that was to be kept still already was, so that it is no business of the journal; whether nobody knew that. */
    boolean addFound(JournalEntry as, Hold hold) {
        foundNames.add(as.name());
        foundNames.add(hold.name());
        return found.put(as.id(), new CameBack(as, hold, false)) == null;
    }

    /** Whether something was found still, by its own name or the one that it was asked for by. */
    boolean wasFound(String name) {
        return foundNames.contains(name);
    }

    /** What runs of this service on this node is paused from now on. */
    void addPaused(Hold service) {
        paused.put(service.name(), service);
    }

    boolean isPaused(String service) {
        return paused.containsKey(service);
    }

    /** It is not looked after any more as what it was. */
    void forget(CameBack one) {
        found.remove(one.was().id());
    }

    /** What came back by somebody else's hand, or was replaced by what runs. */
    List<CameBack> back() throws DockerException {
        List<CameBack> back = new ArrayList<>();
        for (JournalEntry entry : held.entries()) {
            if (held.has(entry.id()) && isBack(entry)) {
                back.add(new CameBack(entry, held.askedBy(entry), true));
            }
        }
        for (CameBack still : found.values()) {
            if (isBack(still.was())) {
                back.add(still);
            }
        }
        for (Hold service : paused.values()) {
            for (Container task : services.runningHere(service.name())) {
                if (!held.has(task.id())) {
                    back.add(new CameBack(JournalEntry.still(task, Instant.EPOCH), service, false));
                }
            }
        }
        return back;
    }

    private boolean isBack(JournalEntry entry) throws DockerException {
        return entry.isService() ? services.isBack(entry) : containers.isBack(entry);
    }
}
