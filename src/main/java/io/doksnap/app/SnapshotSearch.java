package io.doksnap.app;

import io.doksnap.snapshot.CatalogueEntry;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.StoreException;
import java.util.ArrayList;
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
    private final Console console;

    SnapshotSearch(Workspace workspace, List<String> destinations, Console console) {
        this.workspace = workspace;
        this.destinations = destinations;
        this.console = console;
    }

    /** A snapshot, and where it is. */
    record Found(String destination, ObjectStore store, CatalogueEntry.Snapshot snapshot) {
        private String id() {
            return snapshot.folder().id();
        }
    }

    /** Finds it, or says for every destination why not. */
    Found find(String policy, Optional<String> id) throws CommandException, StoreException {
        if (destinations.size() == 1) {
            return findIn(destinations.get(0), policy, id);
        }
        boolean latest = id.isEmpty() || id.get().equals(Snapshots.LATEST);
        List<Found> candidates = new ArrayList<>();
        Map<String, CommandException> failures = new LinkedHashMap<>();
        for (String destination : destinations) {
            if (candidates.isEmpty() || latest) {
                try {
                    candidates.add(findIn(destination, policy, id));
                } catch (CommandException e) {
                    if (e.isAmbiguous()) {
                        throw e;
                    }
                    failures.put(destination, e);
                } catch (StoreException e) {
                    failures.put(
                            destination, new CommandException(ExitCode.DESTINATION, String.valueOf(e.getMessage())));
                }
            }
        }
        Found newest = null;
        for (Found candidate : candidates) {
            newest = newest == null || candidate.id().compareTo(newest.id()) > 0 ? candidate : newest;
        }
        if (newest == null) {
            throw nowhere(failures);
        }
        failures.forEach((destination, failure) -> {
            if (failure.exitCode() != ExitCode.NOT_FOUND) {
                console.warn(destination + " was passed over" + (latest ? ", and may have a newer one" : "") + ": "
                        + failure.getMessage());
            }
        });
        console.say("from " + newest.destination() + " (" + newest.store().location() + "): " + newest.id());
        return newest;
    }

    private Found findIn(String destination, String policy, Optional<String> id)
            throws CommandException, StoreException {
        ObjectStore store = workspace.store(destination);
        return new Found(destination, store, new Snapshots(store).find(policy, id, workspace.knownHost()));
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
