package io.doksnap.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.operator.Hosts.View;
import io.doksnap.operator.Ownership.Whose;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class OwnershipTest {
    @Test
    void whatNamesAHostIsThatHosts() {
        assertThat(of("a", cluster("a", "b")).of("a")).isEqualTo(Whose.OURS);
        assertThat(of("a", cluster("a", "b")).of("b")).isEqualTo(Whose.ANOTHERS);
    }

    @Test
    void whatNamesNoneIsOfTheOnlyHost() {
        assertThat(of("a", cluster("a")).of("")).isEqualTo(Whose.OURS);
        assertThat(of("a", cluster("a")).of(null)).isEqualTo(Whose.OURS);
    }

    @Test
    void whatNamesNoneIsOfTheHostWhoseOwnApiItIs() {
        View view = new View(Optional.of("b"), hosts("a", "b"), hosts("a", "b"), Set.of(), Set.of(), "default");

        assertThat(of("b", view).of("")).isEqualTo(Whose.OURS);
        assertThat(of("a", view).of("")).isEqualTo(Whose.ANOTHERS);
        assertThat(of("b", view).chosenAmong("")).contains("a, b");
    }

    @Test
    void whatNamesNoneIsNobodysWhereSeveralHostsShareAClustersApiAndOneOfThemSaysSo() {
        assertThat(of("a", cluster("a", "b")).of("")).isEqualTo(Whose.NOBODYS);
        assertThat(of("b", cluster("a", "b")).of("")).isEqualTo(Whose.ANOTHERS);
        assertThat(of("a", cluster("a", "b")).nobodys("").message()).contains("(a, b)", "set spec.host");
    }

    @Test
    void whatNamesAHostThatNeverReportedIsNobodys() {
        assertThat(of("a", cluster("a", "b")).of("gone")).isEqualTo(Whose.NOBODYS);
        assertThat(of("b", cluster("a", "b")).of("gone")).isEqualTo(Whose.ANOTHERS);
        assertThat(of("a", cluster("a", "b")).nobodys("gone").message())
                .contains("spec.host is gone", "in the namespace default", "a, b");
    }

    @Test
    void whatIsNobodysByWhatIsKnownIsAskedForAnewBeforeItIsSaid() {
        Ownership late = new Ownership("a", new Hosts() {
            @Override
            public View known() {
                return cluster("a");
            }

            @Override
            public View askedAnew() {
                return cluster("a", "new");
            }
        });
        assertThat(late.of("new")).isEqualTo(Whose.ANOTHERS);
    }

    @Test
    void hostThatIsDownSpeaksForNobodySoAnotherDoes() {
        View view = new View(Optional.empty(), hosts("a", "b", "c"), hosts("b", "c"), Set.of(), Set.of(), "default");
        assertThat(of("b", view).of("")).isEqualTo(Whose.NOBODYS);
        assertThat(of("c", view).of("")).isEqualTo(Whose.ANOTHERS);
        assertThat(of("b", view).of("gone")).isEqualTo(Whose.NOBODYS);
        assertThat(of("b", view).of("a")).isEqualTo(Whose.ANOTHERS);
        assertThat(of("b", view).looksAfter("")).isTrue();
    }

    @Test
    void whatAHostOfAFormerNameHasBegunIsOursAndOfOneThatIsGoneNobodys() {
        View view =
                new View(Optional.empty(), hosts("a", "b"), hosts("a", "b"), Set.of("old"), Set.of("older"), "default");
        assertThat(of("b", view).ofClaim("old")).isEqualTo(Whose.OURS);
        assertThat(of("b", view).ofClaim("older")).isEqualTo(Whose.ANOTHERS);
        assertThat(of("a", cluster("a", "b")).ofClaim("b")).isEqualTo(Whose.ANOTHERS);
        assertThat(of("a", cluster("a", "b")).ofClaim("gone")).isEqualTo(Whose.NOBODYS);
        assertThat(new Ownership("a", Hosts.unknown()).ofClaim("b")).isEqualTo(Whose.ANOTHERS);
    }

    @Test
    void whatIsToldFromMemoryNeverAsks() {
        Ownership away = new Ownership("a", new Hosts() {
            @Override
            public View known() {
                return cluster("a");
            }

            @Override
            public View askedAnew() {
                throw new AssertionError("the API is away, and whoever asks waits for it");
            }
        });
        assertThat(away.asKnown("new")).isEqualTo(Whose.NOBODYS);
    }

    @Test
    void destinationsWithoutAHostAreForAllAndOneLooksAfterThem() {
        assertThat(of("b", cluster("a", "b")).mayUse("")).isTrue();
        assertThat(of("b", cluster("a", "b")).mayUse("a")).isFalse();
        assertThat(of("a", cluster("a", "b")).looksAfter("")).isTrue();
        assertThat(of("b", cluster("a", "b")).looksAfter("")).isFalse();
        assertThat(of("a", cluster("a", "b")).looksAfter("gone")).isFalse();
    }

    @Test
    void ofHostsThatAreNotKnownNothingIsSaid() {
        Ownership alone = new Ownership("a", Hosts.unknown());
        assertThat(alone.of("")).isEqualTo(Whose.OURS);
        assertThat(alone.of("b")).isEqualTo(Whose.ANOTHERS);
    }

    private static View cluster(String... hosts) {
        return new View(Optional.empty(), hosts(hosts), hosts(hosts), Set.of(), Set.of(), "default");
    }

    private static SortedSet<String> hosts(String... names) {
        return new TreeSet<>(List.of(names));
    }

    private static Ownership of(String host, View view) {
        return new Ownership(host, new Hosts() {
            @Override
            public View known() {
                return view;
            }

            @Override
            public View askedAnew() {
                return view;
            }
        });
    }
}
