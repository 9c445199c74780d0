package io.doksnap.declare.offen;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class EnvFileTest {

    @Test
    void variablesAreReadAsShellsAndComposeReadThem() {
        assertThat(EnvFile.read("""
            # comment
            A=1
            export B="two words" # and more
            C='it''s $HOME'
            D=plain # comment
            E="a \\"quoted\\" \\$word"
            F=
            G: yaml
            no variable
            H=x=y#z\r
            """.replace("it''s", "its")))
                .isEqualTo(Map.of(
                        "A",
                        "1",
                        "B",
                        "two words",
                        "C",
                        "its $HOME",
                        "D",
                        "plain",
                        "E",
                        "a \"quoted\" $word",
                        "F",
                        "",
                        "G",
                        "yaml",
                        "H",
                        "x=y#z"));
    }

    @Test
    void quotedValueGoesOnOverLines() {
        assertThat(EnvFile.read("KEY=\"-----BEGIN\nabc\n-----END\"\nNEXT='1\n2'\n"))
                .isEqualTo(Map.of("KEY", "-----BEGIN\nabc\n-----END", "NEXT", "1\n2"));
    }

    @Test
    void quoteThatIsNeverClosedEndsWithTheFile() {
        assertThat(EnvFile.read("A=\"x\nB=y")).isEqualTo(Map.of("A", "\"x\nB=y"));
    }

    @Test
    void variablesInTextArePutInAsComposeDoesIt() {
        Map<String, String> variables = Map.of("A", "1", "EMPTY", "");
        assertThat(Interpolation.of(
                        "$A ${A} ${B:-x} ${B-y} ${EMPTY:-e} ${EMPTY-f} ${A:+set} ${B} $$A \\.log$", variables))
                .isEqualTo("1 1 x y e  set  $A \\.log$");
    }
}
