package io.doksnap.operator;

import io.doksnap.policy.Hook;
import io.doksnap.policy.HookStep;
import io.doksnap.policy.Hooks;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The containers that hooks work in or are done to, other than the policy's own target. */
final class HookContainers {
    private HookContainers() {}

    static Set<String> of(Hooks hooks) {
        Set<String> names = new TreeSet<>();
        Stream.of(hooks.pre(), hooks.post(), hooks.failure())
                .flatMap(steps -> steps.stream().map(HookStep::hook))
                .forEach(hook -> add(hook, names));
        return names;
    }

    private static void add(Hook hook, Set<String> names) {
        if (hook instanceof Hook.Exec exec) {
            exec.container().ifPresent(names::add);
        } else if (hook instanceof Hook.Docker docker) {
            names.add(docker.container());
        }
    }
}
