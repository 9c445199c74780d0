package io.doksnap.policy;

import io.doksnap.api.BackupPolicySpec.QuiesceSpec;
import io.doksnap.policy.Quiesce.Mode;
import io.doksnap.policy.Quiesce.Release;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads how the workload is kept still. */
final class QuiesceReader {
    static final Map<String, Mode> MODES = Map.of("none", Mode.NONE, "pause", Mode.PAUSE, "stop", Mode.STOP);
    static final Map<String, Release> RELEASES = Map.of(
            "afterRead", Release.AFTER_READ,
            "afterUpload", Release.AFTER_UPLOAD,
            "auto", Release.AUTO);

    private final Field field;
    private final boolean hasTarget;

    QuiesceReader(Field field, boolean hasTarget) {
        this.field = field;
        this.hasTarget = hasTarget;
    }

    Quiesce read(@Nullable QuiesceSpec spec) {
        if (spec == null) {
            return Quiesce.NONE;
        }
        Mode mode = field.at("mode").choice(spec.mode(), MODES).orElse(Mode.NONE);
        if (mode != Mode.NONE && !hasTarget && spec.with().isEmpty()) {
            field.at("mode")
                    .wrong("is " + spec.mode() + ", and there is nothing to " + spec.mode()
                            + "; name a target, or the containers under 'with'");
        }
        Duration timeout = field.at("timeout").span(spec.timeout()).orElse(Quiesce.NONE.timeout());
        Release release = field.at("release").choice(spec.release(), RELEASES).orElse(Release.AUTO);
        Optional<Duration> maxDowntime = field.at("maxDowntime").span(spec.maxDowntime());
        return new Quiesce(mode, timeout, release, maxDowntime, with(mode, spec));
    }

    private List<String> with(Mode mode, QuiesceSpec spec) {
        Field list = field.at("with");
        List<String> with = new ArrayList<>();
        for (int i = 0; i < spec.with().size(); i++) {
            String name = spec.with().get(i);
            TargetReader.dockerName(list.at(i), name);
            if (with.contains(name)) {
                list.at(i).wrong("'" + name + "' is named twice; remove one of them");
            }
            with.add(name);
        }
        if (mode == Mode.NONE && !with.isEmpty() && Field.text(spec.mode()).isEmpty()) {
            field.at("mode")
                    .wrong("is missing, so nothing would be done to " + String.join(", ", with)
                            + "; write mode: stop or mode: pause");
        }
        return with;
    }
}
