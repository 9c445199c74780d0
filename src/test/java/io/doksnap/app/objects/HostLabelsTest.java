package io.doksnap.app.objects;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.declare.labels.Carrier;
import io.doksnap.declare.labels.LabelPolicy;
import io.doksnap.declare.labels.Labels;
import io.doksnap.policy.AllowedPaths;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HostLabelsTest {
    private static LabelPolicy read(String host) {
        Carrier carrier = Carrier.container("shop", Map.of("doksnap.host", host));
        LabelPolicy policy = new Labels(ZoneOffset.UTC, AllowedPaths.usual(), false)
                .read(carrier)
                .get(0);
        return HostLabels.checked(policy, "web-1");
    }

    /** Else it would be nobody's, and neither run nor say why. */
    @Test
    void anotherHostsNameMakesAPolicyOfThisHostThatSaysSo() {
        LabelPolicy policy = read("web-11");
        assertThat(policy.spec().host()).isEqualTo("web-1");
        assertThat(policy.invalid())
                .hasValueSatisfying(said -> assertThat(said)
                        .contains("doksnap.host: is 'web-11', and this host is 'web-1'", "remove the label"));
    }

    @Test
    void ownNameIsFine() {
        assertThat(read("web-1").invalid()).isEmpty();
        assertThat(read("web-1").spec().host()).isEqualTo("web-1");
    }
}
