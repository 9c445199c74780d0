package io.doksnap.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.EventType;
import io.doksnap.docker.DockerException.Kind;
import java.io.Closeable;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** The engine's stream of events, of which nothing is kept but that something happened. */
final class EngineChanges {
    private static final String PURPOSE = "tell what changes";

    private final EngineCalls calls;

    EngineChanges(EngineCalls calls) {
        this.calls = calls;
    }

    /** As {@link DockerEngine#follow} says; on a connection of its own, which nothing cuts while it is silent. */
    void follow(Runnable changed, Duration within) throws DockerException {
        boolean ended = calls.attempt(PURPOSE, within, client -> listen(client, changed))
                .isPresent();
        if (ended) {
            throw new DockerException(Kind.UNAVAILABLE, "The Docker Engine ended its stream of events.", null);
        }
    }

    private static Boolean listen(DockerClient client, Runnable changed) throws InterruptedException {
        return client.eventsCmd()
                .withEventTypeFilter(EventType.CONTAINER, EventType.SERVICE)
                // Not those of commands in containers: health checks make several each second.
                .withEventFilter("create", "destroy", "update", "rename", "start", "die", "remove")
                .exec(new Listener(changed))
                .awaitEnd();
    }

    /** docker-java's own logs every end of a stream as an error. */
    private static final class Listener implements ResultCallback<Event> {
        private final Runnable changed;
        private final CountDownLatch over = new CountDownLatch(1);
        private volatile @Nullable Throwable failure;

        Listener(Runnable changed) {
            this.changed = changed;
        }

        /** Waits for the end of the stream; throws where it never began, or broke. */
        Boolean awaitEnd() throws InterruptedException {
            over.await();
            if (failure instanceof RuntimeException e) {
                throw e;
            }
            if (failure != null) {
                throw new IllegalStateException(failure);
            }
            return true;
        }

        /** The engine has answered: whatever happens from here on is told. */
        @Override
        public void onStart(@Nullable Closeable stream) {
            changed.run();
        }

        @Override
        public void onNext(Event event) {
            changed.run();
        }

        @Override
        public void onError(Throwable broken) {
            failure = broken;
            over.countDown();
        }

        @Override
        public void onComplete() {
            over.countDown();
        }

        @Override
        public void close() {
            over.countDown();
        }
    }
}
