package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.run.BackupOutcome.Missed;
import io.doksnap.run.BackupOutcome.Reached;
import io.doksnap.snapshot.Manifest;
import io.doksnap.snapshot.RunRecord;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * All destinations of one run. What is done for one is done for each, at the same time; those that fail drop out, and the run goes on for
 * as long as one is left.
 */
final class Destinations {
    private final List<DestinationRun> all;

    Destinations(List<DestinationRun> all) {
        this.all = List.copyOf(all);
    }

    /** Begins the run in each: one after the other, so that two names of one place are found out. */
    void begin(RunRecord record) throws NoDestinationLeftException, InterruptedIOException {
        each(DestinationRun::collectLeftovers);
        for (DestinationRun destination : well()) {
            destination.attempt(self -> {
                if (all.size() > 1) {
                    self.checkIsNew();
                }
                self.begin(record);
            });
        }
        if (noneLeft()) {
            throw new NoDestinationLeftException();
        }
    }

    /** A stream that stores one source's archive, or the list of its files, in each; the caller closes it. */
    FanOut store(String object) {
        return new FanOut(well(), object);
    }

    /** Looks in each whether every object is there. */
    void checkThere() throws NoDestinationLeftException, InterruptedIOException {
        each(DestinationRun::checkThere);
    }

    /** Writes the manifest in each; the objects differ where one takes larger ones than another. */
    void commit(Function<DestinationRun, Manifest> manifest) throws NoDestinationLeftException, InterruptedIOException {
        each(destination -> destination.commit(manifest.apply(destination)));
    }

    /** Those in which the snapshot is. */
    List<Reached> committed() {
        List<Reached> committed = new ArrayList<>();
        for (DestinationRun destination : all) {
            Manifest manifest = destination.manifest();
            if (manifest != null) {
                committed.add(new Reached(destination.name(), manifest));
            }
        }
        return committed;
    }

    /** Whether all have failed. */
    boolean noneLeft() {
        return all.stream().noneMatch(DestinationRun::isWell);
    }

    /** Whether somewhere the snapshot may be there already, so that nothing outside counts as the reason of a failure any more. */
    boolean isCommitting() {
        return all.stream().anyMatch(DestinationRun::isCommitting);
    }

    /**
     * Cleans up wherever there is no snapshot.
     *
     * @param failure why the run ends, where nothing else has failed in a destination
     * @return each destination without a snapshot, in the order of the policy
     */
    List<Left> cleanUp(RunException failure) {
        List<DestinationRun> without = all.stream()
                .filter(destination -> destination.manifest() == null)
                .toList();
        String[] words = new String[without.size()];
        Arrays.fill(words, "");
        try (Workers workers = new Workers()) {
            for (int i = 1; i < words.length; i++) {
                int index = i;
                workers.start(
                        "doksnap-clean-up",
                        () -> words[index] = without.get(index).cleanUp(failure));
            }
            if (words.length > 0) {
                words[0] = without.get(0).cleanUp(failure);
            }
            workers.joinForSure();
        }
        List<Left> left = new ArrayList<>();
        for (int i = 0; i < words.length; i++) {
            RunException own = without.get(i).failure();
            left.add(new Left(without.get(i).name(), own == null ? failure : own, words[i]));
        }
        return left;
    }

    /**
     * A destination without the snapshot.
     *
     * @param words what could not be removed there; empty when nothing is left
     */
    record Left(String destination, RunException failure, String words) {
        BackupOutcome.Missed missed() {
            return new BackupOutcome.Missed(destination, failure.reason(), sentences(failure.text(), words));
        }

        /** A message about all of them, and behind it what is left where. */
        static String after(String message, List<Left> all) {
            String sum = message;
            for (Left left : all) {
                boolean named = all.size() > 1 && !left.words.isEmpty();
                sum = sentences(sum, named ? left.destination + ": " + left.words : left.words);
            }
            return sum;
        }

        /** What happened in each. */
        static String each(List<Left> all) {
            String sum = "";
            for (Left left : all) {
                Missed missed = left.missed();
                String one = missed.destination() + " (" + missed.reason() + "): " + missed.message();
                sum = sum.isEmpty() ? one : sentences(sum, one);
            }
            return sum;
        }

        private static String sentences(String first, String second) {
            return second.isEmpty() ? first : first + (first.endsWith(".") ? " " : ". ") + second;
        }
    }

    /** The failure of a run that every destination has failed. */
    RunException failure() {
        List<RunException> failures = new ArrayList<>();
        for (DestinationRun destination : all) {
            RunException failure = destination.failure();
            if (failure != null) {
                failures.add(failure);
            }
        }
        // One that may pass by itself is worth another attempt, whatever the others are.
        return failures.stream()
                .filter(failure -> Retries.mayPass(failure.reason()))
                .findFirst()
                .or(() -> failures.stream().findFirst())
                .orElseGet(() -> new RunException(Reason.UPLOAD_FAILED, "no destination has failed"));
    }

    private List<DestinationRun> well() {
        return all.stream().filter(DestinationRun::isWell).toList();
    }

    /** Does a step in all that are well, each on a thread of its own where there are several. */
    private void each(DestinationRun.Step step) throws NoDestinationLeftException, InterruptedIOException {
        List<DestinationRun> well = well();
        if (well.size() == 1) {
            well.get(0).attempt(step);
        } else {
            try (Workers workers = new Workers()) {
                well.forEach(destination ->
                        workers.start("doksnap-to-" + destination.name(), () -> destination.attempt(step)));
                workers.join();
            }
        }
        if (noneLeft()) {
            throw new NoDestinationLeftException();
        }
    }
}
