package io.doksnap.policy;

import static io.doksnap.crd.Keywords.all;
import static io.doksnap.crd.Keywords.exactlyOneOf;
import static io.doksnap.crd.Keywords.holding;
import static io.doksnap.crd.Keywords.namedBy;
import static io.doksnap.crd.Keywords.needs;
import static io.doksnap.crd.Keywords.notEmpty;
import static io.doksnap.crd.Keywords.oneField;
import static io.doksnap.crd.Keywords.range;
import static io.doksnap.crd.Keywords.required;
import static io.doksnap.crd.Keywords.set;
import static io.doksnap.crd.Keywords.text;
import static io.doksnap.crd.Keywords.words;

import io.doksnap.schedule.CronPattern;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a schema can say of the fields of a policy, by their paths: taken from the readers, so that there is one truth. Everything else, such as
 * whether fields fit each other, only the readers know.
 */
public final class PolicyFields {
    private static final Pattern SPAN = Pattern.compile(TimeSpan.PARTS.pattern().replace("(\\d{1,6})", "\\d{1,6}"));
    private static final Pattern SPAN_OR_ZERO = Pattern.compile(Field.NO_TIME.pattern() + "|" + SPAN.pattern());
    private static final Map<String, Object> ABSOLUTE = holding("^(/|$)");
    private static final Map<String, Object> ZONE = holding("^[A-Za-z0-9~/._+:-]*$");

    private final Map<String, Map<String, Object>> fields = new LinkedHashMap<>();

    private PolicyFields() {}

    /** The keywords of each field that has any. */
    public static Map<String, Map<String, Object>> keywords() {
        PolicyFields policy = new PolicyFields();
        policy.identity();
        policy.sources();
        policy.workload();
        policy.storage();
        List.of("pre", "post", "failure").forEach(when -> policy.hook("spec.hooks." + when + "[]"));
        return policy.fields;
    }

    /** The name of a resource. */
    public static Map<String, Object> resourceName() {
        return text(Names.KUBERNETES);
    }

    /** Whatever Docker names. */
    public static Map<String, Object> dockerName() {
        return text(Names.DOCKER);
    }

    /** A directory of the host. */
    public static Map<String, Object> directory() {
        return ABSOLUTE;
    }

    /** A length of time. */
    public static Map<String, Object> span() {
        return text(SPAN);
    }

    /** A reference to an entry of a Secret, which may not be empty. */
    public static Map<String, Map<String, Object>> secret(String path) {
        return Map.of(
                path,
                needs("secretRef"),
                path + ".secretRef",
                needs("name", "key"),
                path + ".secretRef.name",
                required(Names.KUBERNETES),
                path + ".secretRef.key",
                required(Names.SECRET_KEY));
    }

    /** A reference to an entry of a Secret; an empty one is none. */
    public static Map<String, Map<String, Object>> optionalSecret(String path) {
        return Map.of(
                path + ".secretRef.name", text(Names.KUBERNETES),
                path + ".secretRef.key", text(Names.SECRET_KEY));
    }

    private void identity() {
        fields.put(
                "spec",
                Map.of(
                        "anyOf",
                        List.of(
                                needs("target"),
                                all(needs("sources"), Map.of("properties", Map.of("sources", notEmpty()))))));
        fields.put("spec.displayName", text(Names.DISPLAY));
        fields.put("spec.host", text(Names.HOST));
        fields.put("spec.target", oneField());
        fields.put("spec.target.container", text(Names.DOCKER));
        fields.put("spec.target.service", text(Names.DOCKER));
        fields.put("spec.target.compose", needs("project", "service"));
        fields.put("spec.target.compose.project", required(Names.DOCKER));
        fields.put("spec.target.compose.service", required(Names.DOCKER));
    }

    private void sources() {
        fields.put("spec.sources", namedBy("name"));
        fields.put("spec.sources[]", all(needs("name"), exactlyOneOf("volume", "directory", "dump")));
        fields.put("spec.sources[].name", required(Names.SOURCE));
        fields.put("spec.sources[].volume", holding("^(" + Names.DOCKER.pattern() + "$|/|[*]?$)"));
        fields.put("spec.sources[].directory", ABSOLUTE);
        fields.put("spec.sources[].dump", needs("kind"));
        fields.put("spec.sources[].dump.kind", words(SourceReader.DUMP_KINDS.keySet()));
        fields.put("spec.sources[].exclude[]", holding("^[^/]"));
    }

    private void workload() {
        fields.put("spec.schedule.cron", holding(CronPattern.ANY));
        fields.put("spec.schedule.timeZone", ZONE);
        fields.put("spec.schedule.jitter", text(SPAN_OR_ZERO));
        fields.put("spec.schedule.catchUp", words(ScheduleReader.CATCH_UP.keySet()));
        fields.put("spec.schedule.startingDeadline", text(SPAN));
        fields.put("spec.quiesce.mode", words(QuiesceReader.MODES.keySet()));
        fields.put("spec.quiesce.timeout", text(SPAN));
        fields.put("spec.quiesce.release", words(QuiesceReader.RELEASES.keySet()));
        fields.put("spec.quiesce.maxDowntime", text(SPAN));
        fields.put("spec.quiesce.with", set());
        fields.put("spec.quiesce.with[]", required(Names.DOCKER));
        fields.put("spec.retry.attempts", range(1, PolicyReader.MOST_ATTEMPTS));
        fields.put("spec.retry.backoff", text(SPAN));
        fields.put("spec.timeout", text(SPAN));
    }

    private void storage() {
        fields.put("spec.compression", words(PolicyReader.COMPRESSIONS.keySet()));
        fields.put("spec.encryption", Map.of("not", needs("name", "method")));
        fields.put("spec.encryption.name", text(Names.CONFIGURED));
        fields.put("spec.encryption.method", words(EncryptionChoiceReader.METHODS.keySet()));
        fields.putAll(secret("spec.encryption.recipientsFrom[]"));
        fields.putAll(secret("spec.encryption.passwordFrom"));
        fields.put("spec.destinations", namedBy("name"));
        fields.put("spec.destinations[]", needs("name"));
        fields.put("spec.destinations[].name", required(Names.CONFIGURED));
        RetentionReader.COUNTS.forEach(
                (name, range) -> fields.put("spec.retention." + name, range(range.lowest(), range.highest())));
        fields.put("spec.verify.schedule", holding(CronPattern.ANY));
        fields.put("spec.verify.level", words(ScheduleReader.LEVELS.keySet()));
        fields.putAll(optionalSecret("spec.verify.decryption"));
    }

    private void hook(String path) {
        fields.put(path, exactlyOneOf("exec", "docker", "local"));
        fields.put(path + ".timeout", text(SPAN));
        fields.put(path + ".onError", words(HooksReader.ON_ERROR.keySet()));
        fields.put(path + ".exec", needs("command"));
        fields.put(path + ".exec.command", notEmpty());
        fields.put(path + ".exec.container", text(Names.DOCKER));
        fields.put(path + ".exec.workingDir", ABSOLUTE);
        fields.put(path + ".exec.env", namedBy("name"));
        fields.put(path + ".exec.env[]", needs("name"));
        fields.put(path + ".exec.env[].name", required(HooksReader.VARIABLE));
        fields.put(path + ".docker", needs("action", "container"));
        fields.put(path + ".docker.action", words(HooksReader.ACTIONS.keySet()));
        fields.put(path + ".docker.container", required(Names.DOCKER));
        fields.put(path + ".docker.gracePeriod", text(SPAN_OR_ZERO));
        fields.put(path + ".docker.signal", text(HooksReader.SIGNAL));
        fields.put(path + ".local", needs("argv"));
        fields.put(path + ".local.argv", notEmpty());
    }
}
