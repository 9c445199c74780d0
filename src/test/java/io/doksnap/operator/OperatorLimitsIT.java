package io.doksnap.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doksnap.api.ConditionType;
import io.doksnap.operator.resource.BackupResource;
import io.doksnap.policy.TimeWindow;
import io.doksnap.testing.FaultyStore.Call;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the limits of a host mean for its operator. */
@Timeout(90)
class OperatorLimitsIT {
    private static final int NICE = 19;

    @TempDir
    private Path home;

    private final List<String> niceness = new CopyOnWriteArrayList<>();

    @Test
    void scheduledRunWaitsVisiblyForItsWindowAndStepsBackFromTheProcessor() throws IOException {
        try (OperatorScene scene = new OperatorScene(home)) {
            LocalTime now =
                    scene.clock.instant().atZone(ZoneOffset.UTC).toLocalTime().truncatedTo(ChronoUnit.MINUTES);
            scene.window = Optional.of(new TimeWindow(now.plusHours(2), now.plusHours(4)));
            scene.nice = OptionalInt.of(NICE);
            scene.fault = (call, key) -> {
                if (call == Call.WRITE) {
                    niceness.add(niceOfThisThread());
                }
            };
            scene.start();
            scene.policy("shop", "schedule: {cron: '* * * * *'}");
            scene.clock.advance(Duration.ofMinutes(2));
            BackupResource waiting = await().atMost(Duration.ofSeconds(30))
                    .until(
                            () -> scene.list(BackupResource.class),
                            list -> list.stream().anyMatch(OperatorLimitsIT::saysThatItWaitsForTheWindow))
                    .get(0);
            assertThat(waiting.getStatus().startTime()).isNull();
            assertThat(niceness).isEmpty();

            scene.clock.advance(Duration.ofHours(2));
            scene.untilComplete(waiting.getMetadata().getName());
            assertThat(niceness).isNotEmpty().containsOnly(String.valueOf(NICE));
        }
    }

    private static boolean saysThatItWaitsForTheWindow(BackupResource backup) {
        return backup.getStatus() != null
                && backup.getStatus().conditions().stream()
                        .anyMatch(condition -> condition.type() == ConditionType.PROGRESSING
                                && condition.message().contains("limits.window"));
    }

    /** The 19th field of proc(5), behind the name in parentheses. */
    private static String niceOfThisThread() {
        try {
            String stat = Files.readString(Path.of("/proc/thread-self/stat"));
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[16];
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
