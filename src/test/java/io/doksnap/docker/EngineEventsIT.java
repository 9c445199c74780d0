package io.doksnap.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doksnap.docker.DockerException.Kind;
import io.doksnap.testing.Busybox;
import io.doksnap.testing.Needs;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is heard of a real engine, and of one that behaves badly. */
@Timeout(180)
class EngineEventsIT {
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final EngineEvents.Pace BRISK = new EngineEvents.Pace(
            Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMinutes(5), Duration.ofMillis(200));

    @TempDir
    private Path directory;

    @Test
    void containersAreSeenAsTheyComeAreRenamedAndGo() throws Exception {
        URI host = Needs.docker();
        String name = "doksnap-test-" + UUID.randomUUID();
        try (DockerEngine engine = DockerEngines.connect(host, DEADLINE);
                Busybox busybox = Busybox.at(host)) {
            LabelledContainers seen = new LabelledContainers(engine, name);
            EngineEvents events = EngineEvents.follow(engine, seen, BRISK);
            try (events) {
                await().until(() -> seen.looks.get() > 0);

                String id = busybox.run(
                        name,
                        (create, config) ->
                                create.withLabels(Map.of("test", name)).withCmd("sleep", "100"));
                await().atMost(Duration.ofSeconds(8)).until(() -> seen.names.equals(Set.of(name)));

                busybox.docker().renameContainerCmd(id).withName(name + "-b").exec();
                await().atMost(Duration.ofSeconds(8)).until(() -> seen.names.equals(Set.of(name + "-b")));

                busybox.docker().removeContainerCmd(id).withForce(true).exec();
                await().atMost(Duration.ofSeconds(8)).until(() -> seen.names.isEmpty());
                assertThat(seen.trouble).isEmpty();
            }
            int looks = seen.looks.get();
            busybox.run(name, (create, config) -> create.withCmd("sleep", "100"));
            assertThat(seen.looks).as("closed").hasValue(looks);
        }
    }

    @Test
    void thousandsOfEventsAreAHandfulOfLooks() throws Exception {
        String event = "{\"Type\":\"container\",\"Action\":\"die\",\"Actor\":{\"ID\":\"0123\"},\"time\":1}\n";
        String head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n";
        try (ScriptedEngine storm = new ScriptedEngine(directory.resolve("s"), head + event.repeat(20_000));
                DockerEngine engine = DockerEngines.connect(storm.host(), DEADLINE)) {
            CountingWatcher watcher = new CountingWatcher();
            long began = System.nanoTime();
            EngineEvents events = EngineEvents.follow(engine, watcher, BRISK);
            try (events) {
                await().until(() -> watcher.looks.get() >= 2);
                Duration took = Duration.ofNanos(System.nanoTime() - began);
                assertThat(watcher.looks.get()).isLessThanOrEqualTo(2 + (int) took.dividedBy(BRISK.gap()));
            }
        }
    }

    @Test
    void engineThatComesBackIsLookedAtAgain() throws Exception {
        Path socket = directory.resolve("s");
        try (DockerEngine engine = DockerEngines.connect(URI.create("unix://" + socket), DEADLINE)) {
            CountingWatcher watcher = new CountingWatcher();
            EngineEvents events = EngineEvents.follow(engine, watcher, BRISK);
            try (events) {
                await().until(() -> watcher.trouble.isPresent());
                assertThat(watcher.trouble.orElseThrow().kind()).isEqualTo(Kind.UNAVAILABLE);

                int looks = watcher.looks.get();
                try (ScriptedEngine back = new ScriptedEngine(socket, "HTTP/1.1 200 OK\r\n\r\n")) {
                    await().until(() -> watcher.trouble.isEmpty() && watcher.looks.get() > looks);
                    assertThat(back.requests())
                            .first()
                            .asString()
                            .startsWith("GET /events?filters=")
                            .containsIgnoringCase("rename");
                }
                await().until(() -> watcher.trouble.isPresent());
            }
        }
    }

    @Test
    void everythingIsLookedAtNowAndThenAlthoughNothingIsHeard() throws Exception {
        EngineEvents.Pace often = new EngineEvents.Pace(
                Duration.ofMillis(10), Duration.ofMillis(10), Duration.ofMillis(200), Duration.ofMillis(200));
        try (ScriptedEngine quiet = new ScriptedEngine(directory.resolve("s"), "HTTP/1.1 200 OK\r\n\r\n");
                DockerEngine engine = DockerEngines.connect(quiet.host(), DEADLINE)) {
            CountingWatcher watcher = new CountingWatcher();
            EngineEvents events = EngineEvents.follow(engine, watcher, often);
            try (events) {
                await().until(() -> watcher.looks.get() >= 3);
                assertThat(watcher.trouble).isEmpty();
            }
        }
        await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("docker ") || name.startsWith("doksnap-docker")));
    }

    @Test
    void whoeverHasToSeeWhatTimeAloneChangesIsAskedToLookAgain() throws Exception {
        try (ScriptedEngine quiet = new ScriptedEngine(directory.resolve("s"), "HTTP/1.1 200 OK\r\n\r\n");
                DockerEngine engine = DockerEngines.connect(quiet.host(), DEADLINE)) {
            CountingWatcher watcher = new CountingWatcher() {
                @Override
                public Optional<Duration> again() {
                    return looks.get() < 4 ? Optional.of(Duration.ofMillis(50)) : Optional.empty();
                }
            };
            EngineEvents events = EngineEvents.follow(engine, watcher, BRISK);
            try (events) {
                await().atMost(Duration.ofSeconds(8)).until(() -> watcher.looks.get() >= 4);
            }
        }
    }

    private static class CountingWatcher implements EngineEvents.Watcher {
        final AtomicInteger looks = new AtomicInteger();
        volatile Optional<DockerException> trouble = Optional.empty();

        @Override
        public void look() throws DockerException {
            looks.incrementAndGet();
        }

        @Override
        public void told(Optional<DockerException> trouble) {
            this.trouble = trouble;
        }
    }

    private static final class LabelledContainers extends CountingWatcher {
        final Set<String> names = ConcurrentHashMap.newKeySet();
        private final DockerEngine engine;
        private final String label;

        LabelledContainers(DockerEngine engine, String label) {
            this.engine = engine;
            this.label = label;
        }

        @Override
        public void look() throws DockerException {
            Set<String> now = ConcurrentHashMap.newKeySet();
            engine.containers().labelled(Map.of("test", label)).forEach(container -> now.add(container.name()));
            names.retainAll(now);
            names.addAll(now);
            super.look();
        }
    }
}
