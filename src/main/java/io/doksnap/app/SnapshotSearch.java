package io.doksnap.app;

import io.doksnap.snapshot.Newest;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.StoreException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the snapshot that a person means in whichever destination has it. One that is named is taken from the first that has it; for the
 * newest all are asked, as a run may have reached only some.
 */
final class SnapshotSearch {
    private final Workspace workspace;
    private final List<String> destinations;
    private final Instant now;
    private final Console console;

    SnapshotSearch(Workspace workspace, List<String> destinations, Instant now, Console console) {
        this.workspace = workspace;
        this.destinations = destinations;
        this.now = now;
        this.console = console;
    }

    /** What is meant, and where it is. */
    record Found(String destination, ObjectStore store, RestoreChoice choice) {}

    /** Looks in one destination. */
    @FunctionalInterface
    private interface Lookup {
        RestoreChoice in(ObjectStore store) throws CommandException, StoreException;
    }

    /** Finds a snapshot, or an archive of the original program, or says for every destination why not. */
    Found find(String policy, WantedSnapshot wanted) throws CommandException, StoreException {
        Optional<String> host = workspace.knownHost();
        return find(
                wanted.isLatest(),
                store -> RestoreChoice.find(policy, wanted, new Snapshots(store, now, console::warn), store, host));
    }

    /** Finds an archive by its key, likewise. */
    Found findArchive(String key) throws CommandException, StoreException {
        return find(false, store -> RestoreChoice.byKey(key, store));
    }

    private Found find(boolean latest, Lookup lookup) throws CommandException, StoreException {
        if (destinations.size() == 1) {
            return findIn(destinations.get(0), lookup);
        }
        List<Found> candidates = new ArrayList<>();
        Map<String, CommandException> failures = new LinkedHashMap<>();
        for (String destination : destinations) {
            if (candidates.isEmpty() || latest) {
                try {
                    candidates.add(findIn(destination, lookup));
                } catch (CommandException e) {
                    if (e.isAmbiguous() || e.exitCode() == ExitCode.USAGE) {
                        throw e;
                    }
                    failures.put(destination, e);
                } catch (StoreException e) {
                    failures.put(
                            destination, new CommandException(ExitCode.DESTINATION, String.valueOf(e.getMessage())));
                }
            }
        }
        // One that is dated in the future is what a destination has only where it has no other.
        Found newest = candidates.stream()
                .max(Comparator.comparing((Found found) ->
                                !Newest.isFromTheFuture(found.choice().order(), now))
                        .thenComparing(found -> found.choice().order()))
                .orElseThrow(() -> nowhere(failures));
        failures.forEach((destination, failure) -> {
            if (failure.exitCode() != ExitCode.NOT_FOUND) {
                console.warn(destination + " was passed over" + (latest ? ", and may have a newer one" : "") + ": "
                        + failure.getMessage());
            }
        });
        console.say("from " + newest.destination() + " (" + newest.store().location() + "): "
                + newest.choice().name());
        return newest;
    }

    private Found findIn(String destination, Lookup lookup) throws CommandException, StoreException {
        ObjectStore store = workspace.store(destination);
        return new Found(destination, store, lookup.in(store));
    }

    /** Where some could not be asked, that is worse than that the others do not have it. */
    private static CommandException nowhere(Map<String, CommandException> failures) {
        int code = failures.values().stream()
                .mapToInt(CommandException::exitCode)
                .filter(each -> each != ExitCode.NOT_FOUND)
                .findFirst()
                .orElse(ExitCode.NOT_FOUND);
        List<String> lines = new ArrayList<>();
        failures.forEach((destination, failure) -> lines.add(destination + ": " + failure.getMessage()));
        return new CommandException(code, lines);
    }
}
