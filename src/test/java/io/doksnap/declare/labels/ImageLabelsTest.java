package io.doksnap.declare.labels;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.policy.AllowedPaths;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What whoever made an image can say for the containers that others make of it. */
class ImageLabelsTest {
    private final Labels labels = new Labels(ZoneOffset.UTC, new AllowedPaths(List.of()), false);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "doksnap.hooks.pre=rm -rf /data",
                "doksnap.hooks.post.1=true",
                "doksnap.dump.command=cat /etc/shadow",
                "doksnap.dump=command",
                "doksnap.quiesce=stop",
                "doksnap.quiesce.with=other",
                "doksnap.directories=/srv/other",
                "doksnap.destination=main",
                "doksnap.encryption=none",
                " doksnap.encryption =none",
            })
    void whatReachesFurtherThanItsDataIsRefusedAndSaid(String label) {
        Map<String, String> image = label(label);
        LabelPolicy policy = read(image, Map.of()).get(0);
        assertThat(policy.problems())
                .anySatisfy(problem -> assertThat(problem)
                        .startsWith(image.keySet().iterator().next().strip() + ": is a label of the image")
                        .contains("doksnap.image-labels=accept on the container"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "doksnap.enable=true",
                "doksnap.schedule=@daily",
                "doksnap.volumes=data",
                "doksnap.dump=postgres",
                "doksnap.retention=last=7",
            })
    void whatSaysHowItsDataIsToBeReadCounts(String label) {
        assertThat(read(label(label), Map.of()).get(0).problems()).isEmpty();
    }

    @Test
    void containerThatSaysItItselfOrAcceptsItIsBelieved() {
        Map<String, String> image = label("doksnap.hooks.pre=sync");
        assertThat(read(image, Map.of("doksnap.hooks.pre", "sync -f")).get(0).problems())
                .isEmpty();
        assertThat(read(image, Map.of("doksnap.image-labels", "accept")).get(0).problems())
                .isEmpty();
    }

    @Test
    void imageDoesNotAcceptItself() {
        Map<String, String> image = Map.of("doksnap.hooks.pre", "sync", "doksnap.image-labels", "accept");
        assertThat(read(image, Map.of()).get(0).problems()).hasSize(1);
    }

    @Test
    void eachPolicyAnswersForItsOwn() {
        Map<String, String> image = Map.of("doksnap.policies.hourly.hooks.pre", "sync", "doksnap.enable", "true");
        List<LabelPolicy> read = read(image, Map.of());
        assertThat(read).extracting(LabelPolicy::name).containsExactly("default", "hourly");
        assertThat(read.get(0).problems()).isEmpty();
        assertThat(read.get(1).problems()).hasSize(1);
    }

    private static Map<String, String> label(String text) {
        int equals = text.indexOf('=');
        return Map.of(text.substring(0, equals), text.substring(equals + 1));
    }

    /** As Docker does it: the container's labels are its image's and its own. */
    private List<LabelPolicy> read(Map<String, String> image, Map<String, String> own) {
        Map<String, String> all = new HashMap<>(image);
        all.putAll(own);
        return labels.read(Carrier.container("shop", all).of(image));
    }
}
