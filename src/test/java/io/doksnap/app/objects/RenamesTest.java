package io.doksnap.app.objects;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.docker.Container;
import io.doksnap.testing.SettableClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RenamesTest {
    private final SettableClock clock = SettableClock.at("2026-11-10T01:00:00Z");
    private final Renames renames = new Renames(clock);

    @Test
    void newNameCountsOnceItHasStoodAndItIsSaidWhenThatWillBe() {
        assertThat(names(container("a", "shop", Map.of()), container("b", "web", Map.of())))
                .containsExactly("shop", "web");
        assertThat(renames.untilNext()).isEmpty();

        assertThat(names(container("a", "old_shop", Map.of()), container("b", "web", Map.of())))
                .containsExactly("web");
        assertThat(renames.untilNext()).contains(Renames.SETTLED);
        clock.advance(Duration.ofSeconds(20));
        assertThat(names(container("a", "old_shop", Map.of()), container("b", "old_web", Map.of())))
                .isEmpty();
        assertThat(renames.untilNext()).contains(Renames.SETTLED.minusSeconds(20));

        clock.advance(Duration.ofSeconds(40));
        assertThat(names(container("a", "old_shop", Map.of()), container("b", "old_web", Map.of())))
                .containsExactly("old_shop");
        assertThat(renames.untilNext()).contains(Duration.ofSeconds(20));
    }

    @Test
    void nobodyWaitsForAContainerThatIsGone() {
        names(container("a", "shop", Map.of()));
        names(container("a", "old_shop", Map.of()));
        assertThat(names()).isEmpty();
        assertThat(renames.untilNext()).isEmpty();
    }

    @Test
    void containersOfComposeAreNamedByTheirServiceAndCountAtOnce() {
        Map<String, String> labels = Map.of("com.docker.compose.service", "db");
        names(container("a", "shop-db-1", labels));
        assertThat(names(container("a", "1f_shop-db-1", labels))).containsExactly("1f_shop-db-1");
        assertThat(renames.untilNext()).isEmpty();
    }

    private List<String> names(Container... all) {
        return renames.settled(List.of(all)).stream().map(Container::name).toList();
    }

    private static Container container(String id, String name, Map<String, String> labels) {
        return new Container(
                id, name, Container.State.RUNNING, "", 0, Container.Health.NONE, false, Duration.ofSeconds(10), labels);
    }
}
