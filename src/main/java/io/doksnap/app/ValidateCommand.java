package io.doksnap.app;

import io.doksnap.declare.ConfigProblem;
import io.doksnap.declare.ConfigReader;
import io.doksnap.declare.Declarations;
import io.doksnap.policy.Policy;
import io.doksnap.run.CarriedOut;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code doksnap validate [config.yaml]}. */
@Command(
        name = "validate",
        mixinStandardHelpOptions = true,
        description =
                "Says everything that is wrong with a configuration at once, with line and remedy; contacts nothing.")
final class ValidateCommand implements Callable<Integer> {
    private final Cli cli;

    @Parameters(paramLabel = "FILE", arity = "0..1", defaultValue = "config.yaml", description = "default: config.yaml")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    ValidateCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() {
        Console console = cli.console();
        Declarations declarations = new ConfigReader().read(file, cli.environment());
        if (declarations instanceof Declarations.Rejected rejected) {
            rejected.problems().forEach(problem -> console.error(problem.toString()));
            return ExitCode.CONFIGURATION;
        }
        Declarations.Declared declared = (Declarations.Declared) declarations;
        declared.warnings().stream().map(ConfigProblem::toString).forEach(console::warn);
        Set<String> problems = new LinkedHashSet<>(declared.settings().unreadableSecrets());
        problems.addAll(unusableKeys(declared));
        problems.forEach(console::error);
        if (!problems.isEmpty()) {
            return ExitCode.CONFIGURATION;
        }
        notCarriedOutYet(declared).forEach(console::warn);
        console.out().println(file + " is valid: " + Sizes.count(declared.apps().size(), "app", "apps"));
        declared.policies().forEach(policy -> console.out().println("  " + describe(policy)));
        return ExitCode.OK;
    }

    /** Of the encryptions that apps use: a key that is missing, has expired or is none would fail every backup. */
    private List<String> unusableKeys(Declarations.Declared declared) {
        ConfiguredKeys keys = new ConfiguredKeys(declared.settings(), cli.clock());
        List<String> problems = new ArrayList<>();
        for (Policy policy : declared.policies()) {
            try {
                keys.encryption(policy);
            } catch (CommandException unusable) {
                problems.addAll(unusable.problems());
            }
        }
        return problems;
    }

    /** What is read and checked, and nothing acts on in this version. */
    private static List<String> notCarriedOutYet(Declarations.Declared declared) {
        List<String> notes = new ArrayList<>();
        List<Policy> policies = declared.policies();
        if (policies.stream().anyMatch(policy -> policy.schedule().isPresent())) {
            notes.add(
                    "schedules are checked, but nothing runs by itself in this version: start doksnap backup from cron");
        }
        policies.forEach(policy -> CarriedOut.refusal(policy)
                .ifPresent(refusal -> notes.add(policy.name() + ": its backup is refused: " + refusal)));
        return notes;
    }

    private String describe(Policy policy) {
        Instant now = cli.clock().instant();
        return policy.name()
                + policy.schedule()
                        .map(schedule -> ": " + schedule.cron().expression() + " (" + zone(policy.zone()) + ")"
                                + schedule.nextStartAfter(now)
                                        .map(next -> ", next at " + next.truncatedTo(ChronoUnit.SECONDS))
                                        .orElse(""))
                        .orElse(": only by hand");
    }

    private static String zone(ZoneId zone) {
        return zone.normalized().equals(ZoneOffset.UTC) ? "UTC" : zone.getId();
    }
}
