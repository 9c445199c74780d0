package io.doksnap.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.declare.ConfigReader;
import io.doksnap.declare.Declarations;
import io.doksnap.policy.Policy;
import io.doksnap.policy.TimeZones;
import io.doksnap.run.CarriedOut;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private OutputOption output;

    ValidateCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() {
        Declarations declarations = new ConfigReader().read(file, cli.environment());
        List<String> problems = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        List<Policy> apps = List.of();
        if (declarations instanceof Declarations.Rejected rejected) {
            rejected.problems().forEach(problem -> problems.add(problem.toString()));
        } else {
            Declarations.Declared declared = (Declarations.Declared) declarations;
            declared.warnings().forEach(warning -> warnings.add(warning.toString()));
            Set<String> unusable = new LinkedHashSet<>(declared.settings().unreadableSecrets());
            unusable.addAll(unusableKeys(declared));
            problems.addAll(unusable);
            if (problems.isEmpty()) {
                warnings.addAll(notCarriedOutYet(declared));
                apps = declared.policies();
            }
        }
        Console console = output.quieting(cli).console();
        warnings.forEach(console::warn);
        problems.forEach(console::error);
        if (problems.isEmpty()) {
            console.out().println(file + " is valid: " + Sizes.count(apps.size(), "app", "apps"));
            apps.forEach(policy -> console.out().println("  " + describe(policy)));
        }
        output.print(document(problems, warnings, apps), cli);
        return problems.isEmpty() ? ExitCode.OK : ExitCode.CONFIGURATION;
    }

    private ObjectNode document(List<String> problems, List<String> warnings, List<Policy> apps) {
        ObjectNode document = Documents.object().put("file", file.toString()).put("valid", problems.isEmpty());
        document.set("problems", Documents.array(problems));
        document.set("warnings", Documents.array(warnings));
        ArrayNode rows = document.putArray("apps");
        for (Policy policy : apps) {
            ObjectNode row = rows.addObject().put("name", policy.name()).put("timeZone", TimeZones.name(policy.zone()));
            policy.schedule().ifPresent(schedule -> {
                row.put("schedule", schedule.cron().expression());
                schedule.nextStartAfter(cli.clock().instant())
                        .ifPresent(next -> row.put("nextRun", Documents.time(next)));
            });
        }
        return document;
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
        for (Policy policy : declared.policies()) {
            CarriedOut.refusal(policy)
                    .ifPresent(refusal -> notes.add(policy.name() + ": its backup is refused: " + refusal));
            CarriedOut.shortfall(policy).ifPresent(shortfall -> notes.add(policy.name() + ": " + shortfall));
        }
        return notes;
    }

    private String describe(Policy policy) {
        Instant now = cli.clock().instant();
        return policy.name()
                + policy.schedule()
                        .map(schedule ->
                                ": " + schedule.cron().expression() + " (" + TimeZones.name(policy.zone()) + ")"
                                        + schedule.nextStartAfter(now)
                                                .map(next -> ", next at " + next.truncatedTo(ChronoUnit.SECONDS))
                                                .orElse(""))
                        .orElse(": only by hand");
    }
}
