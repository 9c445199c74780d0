package io.doksnap.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class ResourceNamesTest {
    private static final String KUBERNETES = "[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*";

    @Test
    void runIsNamedByItsNominalTimeInUtc() {
        assertThat(ResourceNames.backup("shop", Instant.parse("2026-03-29T01:30:00Z")))
                .isEqualTo("shop-202603290130");
        assertThat(ResourceNames.backup("s".repeat(253), Instant.EPOCH))
                .hasSize(253)
                .endsWith("-197001010000")
                .matches(KUBERNETES);
    }

    @Test
    void snapshotIsNamedByWhatItIs() {
        assertThat(ResourceNames.snapshot("shop", "20261122_020000_0000aaaa", "default"))
                .isEqualTo("shop-20261122-020000-0000aaaa");
        assertThat(ResourceNames.snapshot("shop", "20261122_020000_0000aaaa", "offsite"))
                .isEqualTo("shop-20261122-020000-0000aaaa-offsite");
    }

    @Test
    void namesThatKubernetesForbidsAreMadeToFitAndStayApart() {
        String upper = ResourceNames.snapshot("My_App", "20261122_020000_0000aaaa", "default");
        String lower = ResourceNames.snapshot("my-app", "20261122_020000_0000aaaa", "default");
        assertThat(upper).matches(KUBERNETES).isNotEqualTo(lower);
        assertThat(ResourceNames.snapshot("_-", "x", "_")).matches(KUBERNETES);
        assertThat(ResourceNames.snapshot("a.", "x", "b")).matches(KUBERNETES);
        assertThat(ResourceNames.snapshot("a".repeat(300), "x", "b"))
                .matches(KUBERNETES)
                .hasSizeLessThanOrEqualTo(253);
    }

    @Test
    void labelThatIsTooLongIsCutWithAHash() {
        assertThat(ResourceNames.label("shop")).isEqualTo("shop");
        assertThat(ResourceNames.label("s".repeat(64)))
                .hasSizeLessThanOrEqualTo(63)
                .isNotEqualTo(ResourceNames.label("s".repeat(65)));
        assertThat(ResourceNames.label("_x_")).matches("[A-Za-z0-9][A-Za-z0-9_.-]*");
    }

    @Test
    void attemptOfARunHasTheSameNameAfterACrash() {
        assertThat(ResourceNames.attempt("uid", 1))
                .isEqualTo(ResourceNames.attempt("uid", 1))
                .isNotEqualTo(ResourceNames.attempt("uid", 2))
                .matches("[0-9a-f]{8}");
    }
}
