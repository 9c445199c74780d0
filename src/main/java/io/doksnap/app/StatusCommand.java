package io.doksnap.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.api.BackupPolicy.BackupPolicyStatus;
import io.doksnap.api.Condition;
import io.doksnap.api.ConditionType;
import io.doksnap.operator.resource.PolicyResource;
import io.doksnap.operator.resource.ResourceJson;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code doksnap status}. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Shows how each policy of the running operator is, as kubectl get bp does.",
        footer = {
            "",
            "Ends with code 9 where something that was stopped or paused for a backup could not be brought back, and"
                    + " with code 1 where a policy is not ready, its last backup has failed, or, with --unprotected,"
                    + " something is listed."
        })
final class StatusCommand implements Callable<Integer> {
    private static final List<String> HEAD =
            List.of("NAME", "TARGET", "SCHEDULE", "READY", "LAST SUCCESS", "RESULT", "SIZE", "NEXT RUN", "AGE");

    private final Cli cli;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private ConfigOption config;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private OutputOption output;

    @Option(
            names = "--unprotected",
            description = "Lists containers and services that have named volumes and no policy, instead.")
    private boolean unprotected;

    StatusCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        try (Workspace workspace = Workspace.openAny(config.file(), cli)) {
            OperatorStart start = new OperatorStart(workspace.dataDirectoryPath());
            while (true) {
                // Its API answers before it has declared what is configured.
                boolean complete = start.isOver();
                try (OperatorClient operator = OperatorClient.of(workspace)) {
                    List<PolicyResource> policies = operator.policies();
                    if (complete || !policies.isEmpty() || !start.awaits()) {
                        return show(workspace, operator, policies);
                    }
                } catch (CommandException e) {
                    if (e.exitCode() != ExitCode.BUSY || !start.awaits()) {
                        throw start.explain(e);
                    }
                }
            }
        }
    }

    private int show(Workspace workspace, OperatorClient operator, List<PolicyResource> policies) throws Exception {
        if (unprotected) {
            List<PolicyResource> here =
                    policies.stream().filter(operator::mayBeOfThisHost).toList();
            return new UnprotectedList(cli, output).show(workspace.docker(), here);
        }
        if (!output.isJson()) {
            return show(policies, cli.console(), cli.clock().instant());
        }
        output.print(document(policies), cli);
        return code(policies);
    }

    /** Prints how policies are at a moment, and returns the exit code that says so, too. */
    static int show(List<PolicyResource> policies, Console console, Instant now) {
        if (policies.isEmpty()) {
            console.say(
                    "there is no policy yet; label a container, declare an app in the configuration, or apply one with"
                            + " kubectl");
        } else {
            print(policies, console, now);
        }
        return code(policies);
    }

    private static int code(List<PolicyResource> policies) {
        if (policies.stream().anyMatch(policy -> down(policy).isPresent())) {
            return ExitCode.WORKLOAD_DOWN;
        }
        return policies.stream().allMatch(StatusCommand::isWell) ? ExitCode.OK : ExitCode.FAILED;
    }

    private static Optional<Condition> down(PolicyResource policy) {
        return condition(policy, ConditionType.WORKLOAD_RESTORED)
                .filter(restored -> restored.status() == Condition.Status.FALSE);
    }

    private static boolean isWell(PolicyResource policy) {
        BackupPolicyStatus status = policy.toBackupPolicy().status();
        return status == null
                || status.conditions().stream()
                        .filter(each -> each.type() == ConditionType.READY
                                || each.type() == ConditionType.LAST_BACKUP_SUCCEEDED)
                        .noneMatch(each -> each.status() == Condition.Status.FALSE);
    }

    private static JsonNode document(List<PolicyResource> policies) {
        ObjectMapper mapper = ResourceJson.mapper();
        ArrayNode rows = mapper.createArrayNode();
        for (PolicyResource policy : policies) {
            ObjectNode row = rows.addObject()
                    .put("name", OperatorClient.shownAs(policy))
                    .put("namespace", policy.getMetadata().getNamespace())
                    .put("resource", policy.getMetadata().getName());
            row.set("status", mapper.valueToTree(policy.toBackupPolicy().status()));
        }
        ObjectNode document = Documents.object();
        document.set("policies", rows);
        return document;
    }

    private static void print(List<PolicyResource> policies, Console console, Instant now) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEAD);
        Set<String> ambiguous = ambiguous(policies);
        policies.forEach(policy -> rows.add(row(policy, name(policy, ambiguous), now)));
        Columns.print(rows, console.out());
        for (PolicyResource policy : policies) {
            condition(policy, ConditionType.READY)
                    .filter(ready -> ready.status() == Condition.Status.FALSE)
                    .ifPresent(ready ->
                            console.warn(name(policy, ambiguous) + ": " + ready.reason() + ": " + ready.message()));
        }
        // Last, where it is read first.
        WorkloadLines lines = new WorkloadLines(console);
        for (PolicyResource policy : policies) {
            down(policy).ifPresent(down -> lines.down(name(policy, ambiguous), down.reason(), down.message()));
        }
    }

    /** Names that several hosts have given to a policy. */
    private static Set<String> ambiguous(List<PolicyResource> policies) {
        Set<String> once = new HashSet<>();
        return policies.stream()
                .map(OperatorClient::shownAs)
                .filter(name -> !once.add(name))
                .collect(Collectors.toSet());
    }

    private static String name(PolicyResource policy, Set<String> ambiguous) {
        String shown = OperatorClient.shownAs(policy);
        return ambiguous.contains(shown) ? policy.getMetadata().getName() : shown;
    }

    private static List<String> row(PolicyResource policy, String name, Instant now) {
        BackupPolicyStatus status = policy.toBackupPolicy().status();
        String age = age(Instant.parse(policy.getMetadata().getCreationTimestamp()), now);
        if (status == null) {
            return List.of(name, "", "", "", "", "", "", "", age);
        }
        return List.of(
                name,
                text(status.target()),
                text(status.schedule()),
                condition(policy, ConditionType.READY)
                        .map(ready -> ready.status().toString())
                        .orElse(""),
                age(status.lastSuccessTime(), now),
                text(status.lastResult()),
                text(status.lastSize()),
                text(status.nextRunTime()),
                age);
    }

    private static Optional<Condition> condition(PolicyResource policy, ConditionType type) {
        BackupPolicyStatus status = policy.toBackupPolicy().status();
        return status == null
                ? Optional.empty()
                : status.conditions().stream()
                        .filter(each -> each.type() == type)
                        .findFirst();
    }

    private static String age(@Nullable Instant time, Instant now) {
        return time == null ? "" : Sizes.age(Duration.between(time, now));
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }
}
