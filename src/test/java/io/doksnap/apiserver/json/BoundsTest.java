package io.doksnap.apiserver.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What strangers send is bounded before it becomes a tree; what was kept once is not. */
class BoundsTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void manyTinyValuesAreRefusedBeforeTheyFillTheMemory() {
        byte[] brackets = bytes("[" + "{},".repeat(100_000) + "{}]");
        assertThatThrownBy(() -> Json.read(brackets))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("50000");
    }

    @Test
    void deepNestingIsRefusedButReadAgainWhereItWasKept() throws IOException {
        byte[] deep = bytes("{\"a\":".repeat(300) + "1" + "}".repeat(300));
        assertThatThrownBy(() -> Json.read(deep)).isInstanceOf(IOException.class);
        assertThat(Json.object(deep).path("a").isObject()).isTrue();
    }

    @Test
    @Timeout(20)
    void aliasesOfAliasesAreRefused() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x]\n");
        for (int i = 1; i < 25; i++) {
            bomb.append("a%d: &a%d [*a%d, *a%d]%n".formatted(i, i, i - 1, i - 1));
        }
        byte[] yaml = bytes(bomb.toString());
        assertThatThrownBy(() -> Yaml.read(yaml))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("more than 50000 values");
    }

    @Test
    void ordinaryAliasesAreResolved() throws IOException {
        assertThat(Yaml.read(bytes("a: &x {b: 1}\nc: *x\n")))
                .isEqualTo(Json.read(bytes("{\"a\":{\"b\":1},\"c\":{\"b\":1}}")));
    }
}
