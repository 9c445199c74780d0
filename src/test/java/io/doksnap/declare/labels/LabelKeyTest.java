package io.doksnap.declare.labels;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.api.BackupPolicySpec;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The table of labels against the fields of a policy. */
class LabelKeyTest {

    /** Fields that no label fills, each with the reason. What begins with one of them is left out, too. */
    private static final Map<String, String> WITHOUT_LABEL = Map.ofEntries(
            Map.entry("spec.displayName", "the workload has a name already"),
            Map.entry("spec.target", "the workload is what carries the label"),
            Map.entry("spec.sources[].name", "named after what is read"),
            Map.entry("spec.hooks.pre[].docker", "label hooks run only inside the labelled container"),
            Map.entry("spec.hooks.post[].docker", "the same"),
            Map.entry("spec.hooks.failure[].docker", "the same"),
            Map.entry("spec.hooks.pre[].local", "only config.yaml may run processes on the host"),
            Map.entry("spec.hooks.post[].local", "the same"),
            Map.entry("spec.hooks.failure[].local", "the same"),
            Map.entry("spec.hooks.pre[].exec.container", "label hooks run only inside the labelled container"),
            Map.entry("spec.hooks.post[].exec.container", "the same"),
            Map.entry("spec.hooks.failure[].exec.container", "the same"),
            Map.entry("spec.hooks.pre[].exec.env", "the shell of the hook sets variables: NAME=value command"),
            Map.entry("spec.hooks.post[].exec.env", "the same"),
            Map.entry("spec.hooks.failure[].exec.env", "the same"),
            Map.entry("spec.encryption.method", "chosen by the name of one that the operator configured"),
            Map.entry("spec.encryption.recipientsFrom", "a reference to a Secret"),
            Map.entry("spec.encryption.passwordFrom", "a reference to a Secret"),
            Map.entry("spec.verify.decryption", "a reference to a Secret"));

    @Test
    void everyFieldOfAPolicyHasALabelOrAReasonWhyNot() {
        Set<String> fields = new TreeSet<>();
        collect("spec", BackupPolicySpec.class, fields);
        Set<String> filled =
                Arrays.stream(LabelKey.values()).map(LabelKey::field).collect(Collectors.toCollection(TreeSet::new));
        Set<String> without = fields.stream()
                .filter(field -> filled.stream().noneMatch(label -> covers(label, field)))
                .filter(field -> WITHOUT_LABEL.keySet().stream().noneMatch(reason -> covers(reason, field)))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(without).isEmpty();
    }

    @Test
    void noLabelAndNoReasonNamesAFieldThatIsNotThere() {
        Set<String> fields = new TreeSet<>();
        collect("spec", BackupPolicySpec.class, fields);
        Set<String> named = new TreeSet<>(WITHOUT_LABEL.keySet());
        Arrays.stream(LabelKey.values())
                .map(LabelKey::field)
                .filter(field -> !field.isEmpty())
                .forEach(named::add);
        assertThat(named).allMatch(name -> fields.stream().anyMatch(field -> covers(name, field)));
    }

    @ParameterizedTest
    @EnumSource(LabelKey.class)
    void everyKeyIsFoundByWhatItIsWrittenAs(LabelKey key) {
        assertThat(LabelKey.of(key.key().replace("NAME", "data"))).hasValue(key);
    }

    /** A label covers a field and everything inside of it. */
    private static boolean covers(String label, String field) {
        return !label.isEmpty()
                && (field.equals(label) || field.startsWith(label + ".") || field.startsWith(label + "["));
    }

    private static void collect(String path, Class<?> type, Set<String> fields) {
        for (RecordComponent component : type.getRecordComponents()) {
            String field = path + "." + component.getName();
            Type generic = component.getGenericType();
            Class<?> inner = component.getType();
            if (generic instanceof ParameterizedType list && inner == java.util.List.class) {
                inner = (Class<?>) list.getActualTypeArguments()[0];
                field += "[]";
            }
            if (inner.isRecord()) {
                collect(field, inner, fields);
            } else {
                fields.add(field.endsWith("[]") ? field.substring(0, field.length() - 2) : field);
            }
        }
    }
}
