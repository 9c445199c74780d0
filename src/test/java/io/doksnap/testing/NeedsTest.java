package io.doksnap.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

class NeedsTest {

    @Test
    void missingPartSkipsTheTestAndSaysWhy() {
        assertThatThrownBy(() -> Needs.missing("a moon (this is only a test of skipping)", false))
                .isInstanceOf(TestAbortedException.class)
                .hasMessageContaining("needs a moon");
    }

    @Test
    void missingPartFailsTheTestWhereNothingMayBeSkipped() {
        assertThatThrownBy(() -> Needs.missing("a moon", true))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("needs a moon");
    }

    @Test
    void commandThatIsThereIsFound() {
        assertThat(Needs.command("sh")).isExecutable();
    }
}
