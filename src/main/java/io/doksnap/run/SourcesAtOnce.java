package io.doksnap.run;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Does the same for every source of a run, some of them at the same time. The first that fails ends all the others. */
final class SourcesAtOnce {
    private SourcesAtOnce() {}

    /** What is done for one source. */
    @FunctionalInterface
    interface Work<S, T> {
        T run(S source) throws IOException, RunException;
    }

    /**
     * Works through all of them.
     *
     * @param most how many at the same time; one alone is done by the calling thread
     * @return what came of each, in the order of the sources, however they ended
     */
    static <S, T> List<T> run(List<S> sources, int most, Work<S, T> work) throws IOException, RunException {
        if (Math.min(most, sources.size()) <= 1) {
            List<T> results = new ArrayList<>();
            for (S source : sources) {
                results.add(work.run(source));
            }
            return results;
        }
        AtomicInteger next = new AtomicInteger();
        AtomicReferenceArray<T> results = new AtomicReferenceArray<>(sources.size());
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        try (Workers workers = new Workers()) {
            for (int i = 0; i < Math.min(most, sources.size()); i++) {
                workers.start("doksnap-source", () -> {
                    try {
                        int index = next.getAndIncrement();
                        while (index < sources.size() && failure.get() == null) {
                            results.set(index, work.run(sources.get(index)));
                            index = next.getAndIncrement();
                        }
                    } catch (IOException | RunException | RuntimeException | Error e) {
                        if (failure.compareAndSet(null, e)) {
                            workers.interrupt();
                        }
                    }
                });
            }
            workers.join();
        }
        throwAny(failure.get());
        List<T> all = new ArrayList<>();
        for (int i = 0; i < results.length(); i++) {
            all.add(results.get(i));
        }
        return all;
    }

    private static void throwAny(@Nullable Throwable failure) throws IOException, RunException {
        if (failure instanceof IOException io) {
            throw io;
        } else if (failure instanceof RunException run) {
            throw run;
        } else if (failure instanceof RuntimeException unexpected) {
            throw unexpected;
        } else if (failure instanceof Error error) {
            throw error;
        }
    }
}
