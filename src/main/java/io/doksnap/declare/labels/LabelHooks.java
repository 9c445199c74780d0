package io.doksnap.declare.labels;

import io.doksnap.api.HooksSpec;
import io.doksnap.api.HooksSpec.EnvSpec;
import io.doksnap.api.HooksSpec.ExecSpec;
import io.doksnap.api.HooksSpec.HookSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads hooks: {@code hooks.pre} first, then {@code hooks.pre.1}, {@code hooks.pre.2} and so on. Each is a command inside the
 * labelled container and nothing else.
 */
final class LabelHooks {
    private static final Pattern KEY = Pattern.compile("hooks\\.([a-z]+)(?:\\.([0-9]+))?(?:\\.([a-z-]+))?");

    private final LabelValues labels;

    LabelHooks(LabelValues labels) {
        this.labels = labels;
    }

    @Nullable
    HooksSpec read() {
        HooksSpec spec = new HooksSpec(hooks("pre"), hooks("post"), hooks("failure"));
        boolean none =
                spec.pre().isEmpty() && spec.post().isEmpty() && spec.failure().isEmpty();
        return none ? null : spec;
    }

    private List<HookSpec> hooks(String when) {
        // The keys of the hooks, by their number; the one without a number is the first.
        Map<Integer, String> keys = new TreeMap<>();
        for (String key : labels.keys()) {
            Matcher parts = KEY.matcher(key);
            if (parts.matches() && parts.group(1).equals(when)) {
                String number = parts.group(2);
                String hook = "hooks." + when + (number == null ? "" : "." + number);
                if (parts.group(3) == null) {
                    keys.put(number == null ? 0 : Integer.parseInt(number), hook);
                } else if (!labels.keys().contains(hook)) {
                    labels.wrong(key, "has no hook to belong to; write its command into another label: " + hook);
                }
            }
        }
        List<HookSpec> hooks = new ArrayList<>();
        for (String key : keys.values()) {
            hooks.add(hook(key, "spec.hooks." + when + "[" + hooks.size() + "]"));
        }
        return hooks;
    }

    private HookSpec hook(String key, String field) {
        List<EnvSpec> none = List.of();
        ExecSpec exec = new ExecSpec(
                labels.command(key, field),
                null,
                labels.text(key + ".user", field + ".exec.user").orElse(null),
                labels.text(key + ".workdir", field + ".exec.workingDir").orElse(null),
                none);
        return new HookSpec(
                exec,
                null,
                null,
                labels.text(key + ".timeout", field + ".timeout").orElse(null),
                labels.text(key + ".on-error", field + ".onError")
                        .map(SpecReader::capitalized)
                        .orElse(null));
    }
}
