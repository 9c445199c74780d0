package io.doksnap.declare.labels;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.api.BackupPolicy;
import io.doksnap.api.ObjectMeta;
import io.doksnap.policy.AllowedPaths;
import io.doksnap.policy.LocalHooks;
import io.doksnap.policy.PolicyReader;
import io.doksnap.policy.PolicyResult;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Labels that were written to do harm, or by a cat on the keyboard. */
class HostileLabelsTest {
    private static final Labels LABELS = new Labels(ZoneOffset.UTC, AllowedPaths.usual(), false);
    private static final PolicyReader RESOURCES =
            new PolicyReader(ZoneOffset.UTC, AllowedPaths.usual(), LocalHooks.REFUSED);
    private static final List<LabelKey> KEYS = List.of(LabelKey.values());
    private static final String MEGABYTE = "x".repeat(1 << 20);

    @Test
    void valueOfAMegabyteIsRefusedInFewWords() {
        for (LabelKey key : LabelKey.values()) {
            String label = "doksnap." + key.key().replace("NAME", "data");
            LabelPolicy policy = only(Map.of(label, MEGABYTE));
            assertThat(policy.problems())
                    .anyMatch(text -> text.startsWith(label + ": is 1048576 characters long") && text.length() < 200);
        }
    }

    @Test
    void keyOfAMegabyteIsRefusedInFewWords() {
        for (String key : List.of(
                "doksnap." + MEGABYTE,
                "doksnap.volume." + MEGABYTE + ".exclude",
                "doksnap.policies." + MEGABYTE + ".schedule",
                "docksnap.volume." + MEGABYTE + ".exclude",
                "doksnap" + MEGABYTE)) {
            LabelPolicy policy = only(Map.of(key, "true"));
            assertThat(policy.invalid().orElse("")).isNotEmpty().hasSizeLessThan(1_000);
        }
    }

    @Test
    void tenThousandLabelsAreFewProblemsAndFewPolicies() {
        Map<String, String> labels = new HashMap<>();
        for (int i = 0; i < 10_000; i++) {
            labels.put("doksnap.x" + i, "y");
            labels.put("doksnap.policies.p" + i + ".schedule", "hourly");
        }
        List<LabelPolicy> read = LABELS.read(Carrier.container("shop", labels));
        assertThat(read).hasSizeLessThan(40);
        assertThat(read.get(0).problems()).hasSizeLessThan(25);
    }

    @Test
    void shellInAValueIsTextOrRefused() {
        for (LabelKey key : LabelKey.values()) {
            String label = "doksnap." + key.key().replace("NAME", "data");
            LabelPolicy policy = only(Map.of(label, "$(rm -rf /)"));
            boolean glob = key == LabelKey.VOLUME_EXCLUDE || key == LabelKey.DIRECTORY_EXCLUDE;
            if (!key.isCommand() && !glob) {
                assertThat(policy.problems()).anyMatch(text -> text.startsWith(label + ": "));
            }
        }
    }

    @Test
    void namesThatClimbMakeNoKeyAndNoName() {
        for (String name : List.of("../..", "..", "a/../b", "/etc", "a\\b", "a\nb", "%2e%2e", "C:")) {
            LabelPolicy named = only(Map.of("doksnap.policies." + name + ".schedule", "daily"));
            assertThat(named.name()).isEqualTo(LabelPolicy.DEFAULT);
            assertThat(named.problems()).isNotEmpty();
            LabelPolicy workload = LABELS.read(Carrier.compose("x", name, name, Map.of("doksnap.enable", "true")))
                    .get(0);
            assertThat(workload.objectName()).matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
            assertThat(workload.problems()).anyMatch(text -> text.startsWith("com.docker.compose.project: "));
            LabelPolicy source = only(Map.of("doksnap.volume." + name + ".exclude", "*.log"));
            assertIsAResource(source);
        }
    }

    @Test
    void labelCannotBringAPlaceOrAKeyOfItsOwn() {
        for (String key : List.of(
                "s3.endpoint",
                "s3.bucket",
                "destination.endpoint",
                "destination.url",
                "endpoint",
                "bucket",
                "encryption.method",
                "encryption.password",
                "encryption.recipients",
                "hooks.pre.local",
                "hooks.pre.container",
                "target.container")) {
            assertThat(only(Map.of("doksnap." + key, "x")).problems())
                    .anyMatch(text -> text.startsWith("doksnap." + key + ": there is no such label"));
        }
        for (String value : List.of("s3://bucket", "https://evil.example", "a b", "/srv", "../main", "main,/tmp")) {
            assertThat(only(Map.of("doksnap.destination", value)).problems())
                    .anyMatch(text -> text.startsWith("doksnap.destination: "));
            assertThat(only(Map.of("doksnap.encryption", value)).problems())
                    .anyMatch(text -> text.startsWith("doksnap.encryption: "));
        }
    }

    @Test
    void controlCharactersReachNoMessage() {
        LabelPolicy policy = only(Map.of("doksnap.sch\u001b[31medule", "x\ny", "doksnap.quiesce", "st\u001bop\r\nb"));
        assertThat(policy.problems())
                .isNotEmpty()
                .noneMatch(text -> text.chars().anyMatch(Character::isISOControl));
    }

    /** Whatever is written: no exception, one line a problem with the label in front, a spec that a resource may have. */
    @Test
    void randomLabelsNeverThrowAndAlwaysNameTheKey() {
        for (long seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            Map<String, String> labels = randomLabels(random);
            Carrier carrier = random.nextBoolean()
                    ? Carrier.container("shop", labels)
                    : Carrier.service("shop", labels, randomLabels(random));
            List<LabelPolicy> read = LABELS.read(carrier);
            List<String> keys = new ArrayList<>();
            carrier.labels().keySet().forEach(key -> keys.add(key.strip()));
            carrier.containerLabels().keySet().forEach(key -> keys.add(key.strip()));
            for (LabelPolicy policy : read) {
                assertIsAResource(policy);
                assertThat(policy.problems())
                        .as("seed %d: %s", seed, labels)
                        .allMatch(text -> text.startsWith("doksnap: ")
                                || keys.stream().anyMatch(key -> text.startsWith(LabelProblems.clean(key, 150)))
                                || belongsToAnother(text, keys));
            }
            assertThat(LABELS.read(carrier)).usingRecursiveComparison().isEqualTo(read);
            assertThat(Labels.merge(read)).hasSameSizeAs(read);
        }
    }

    /** {@code doksnap.quiesce: is missing}, said because of {@code doksnap.quiesce.with}. */
    private static boolean belongsToAnother(String text, List<String> keys) {
        String label = text.substring(0, Math.max(0, text.indexOf(':')));
        return keys.stream().anyMatch(key -> key.startsWith(label + "."));
    }

    private static void assertIsAResource(LabelPolicy policy) {
        BackupPolicy resource = new BackupPolicy(new ObjectMeta(policy.objectName(), "default"), policy.spec());
        assertThat(RESOURCES.read(resource)).isInstanceOf(PolicyResult.Valid.class);
    }

    private static Map<String, String> randomLabels(Random random) {
        Map<String, String> labels = new HashMap<>();
        int count = random.nextInt(6);
        for (int i = 0; i < count; i++) {
            labels.put(randomKey(random), randomValue(random));
        }
        return labels;
    }

    private static String randomKey(Random random) {
        String prefix =
                pick(random, "doksnap.", "doksnap.", "doksnap.policies.a.", "doksnap.policies.", "docksnap.", " ");
        String key = KEYS.get(random.nextInt(KEYS.size())).key();
        String named = key.replace("NAME", pick(random, "data", "*", "a.b", "/x", ""));
        StringBuilder text = new StringBuilder(prefix + named);
        if (random.nextInt(4) == 0) {
            text.setCharAt(random.nextInt(text.length()), (char) random.nextInt(random.nextBoolean() ? 128 : 65536));
        }
        return text.toString();
    }

    private static String randomValue(Random random) {
        if (random.nextBoolean()) {
            return KEYS.get(random.nextInt(KEYS.size())).example();
        }
        String known = pick(
                random,
                "true",
                "false",
                "*",
                "data,*",
                "data",
                "/a/b,/c/b",
                "/srv/a,/opt/a",
                "postgres",
                "command",
                "none",
                "[",
                "[]",
                "[\"\"]",
                "[\"a\",\"\\u0000\"]",
                "[[]]",
                "{",
                "last=0",
                "last=,",
                "=",
                ",",
                ",,",
                "a,a",
                "@every 5m",
                "* * * * *",
                "\0",
                "9999999999999",
                "-1",
                "0",
                "1h",
                "../x",
                "docker",
                "sudo docker rm x");
        if (random.nextInt(3) > 0) {
            return known;
        }
        StringBuilder text = new StringBuilder(known);
        int more = random.nextInt(6);
        for (int i = 0; i < more; i++) {
            text.insert(random.nextInt(text.length() + 1), (char) random.nextInt(random.nextBoolean() ? 128 : 65536));
        }
        return text.toString();
    }

    private static String pick(Random random, String... from) {
        return from[random.nextInt(from.length)];
    }

    private static LabelPolicy only(Map<String, String> labels) {
        List<LabelPolicy> read = LABELS.read(Carrier.container("shop", labels));
        assertThat(read).hasSize(1);
        return read.get(0);
    }
}
