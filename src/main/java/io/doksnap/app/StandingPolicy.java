package io.doksnap.app;

import io.doksnap.api.BackupPolicy;
import io.doksnap.api.BackupPolicy.BackupPolicyStatus;
import io.doksnap.api.Condition;
import io.doksnap.api.ConditionType;
import io.doksnap.operator.resource.DoksnapNames;
import io.doksnap.operator.resource.PolicyResource;
import io.doksnap.policy.LocalHooks;
import io.doksnap.policy.Policy;
import io.doksnap.policy.PolicyReader;
import io.doksnap.policy.PolicyResult;
import io.doksnap.run.DataDirectory;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The policy that counts on this host now: where an operator runs, the one that it carries out, whoever made it; else the configuration's.
 *
 * @param operators whether it is the operator's
 */
record StandingPolicy(Policy policy, boolean operators) {

    /** Looks it up by its name. Asks the operator, where one holds the data directory. */
    static StandingPolicy of(String name, Workspace workspace) throws CommandException {
        if (!isBesideOperator(workspace)) {
            return new StandingPolicy(workspace.policy(name), false);
        }
        try (OperatorClient operator = OperatorClient.of(workspace)) {
            return new StandingPolicy(read(name, operator.policy(name), workspace), true);
        }
    }

    /** Whether an operator holds the data directory. */
    static boolean isBesideOperator(Workspace workspace) {
        return DataDirectory.isHeld(workspace.dataDirectoryPath()) && OperatorClient.hasRun(workspace);
    }

    private static Policy read(String name, PolicyResource resource, Workspace workspace) throws CommandException {
        BackupPolicy declared = resource.toBackupPolicy();
        Map<String, String> notes =
                Objects.requireNonNullElse(resource.getMetadata().getAnnotations(), Map.of());
        Optional<String> labels = Optional.ofNullable(notes.get(DoksnapNames.LABEL_CONFLICT))
                .or(() -> Optional.ofNullable(notes.get(DoksnapNames.INVALID)));
        if (labels.isPresent()) {
            throw senseless(name, "its labels make no sense, so nobody knows what they would keep: " + labels.get());
        }
        String host = declared.spec().host();
        Optional<String> here = workspace.knownHost();
        if (host != null && !host.isEmpty() && !here.equals(Optional.of(host))) {
            throw new CommandException(
                    ExitCode.NOT_FOUND,
                    "the policy " + name + " is the host " + host + "'s; run the command there, as this one"
                            + here.map(known -> ", " + known + ",").orElse("") + " has no snapshots of it");
        }
        // What runs as a process changes nothing about what is kept.
        PolicyResult result = new PolicyReader(
                        workspace.settings().timeZone(),
                        workspace.settings().docker().allowedPaths(),
                        LocalHooks.ALLOWED)
                .read(declared);
        if (result instanceof PolicyResult.Valid valid) {
            checkHasItsName(valid.policy(), resource.getStatus());
            return valid.policy();
        }
        throw senseless(
                name,
                ((PolicyResult.Invalid) result)
                        .problems().stream()
                                .map(problem -> problem.path() + " " + problem.message())
                                .collect(Collectors.joining("; ")));
    }

    /** The snapshots of a name are those of one policy, which the operator knows: another's rules must not prune them. */
    private static void checkHasItsName(Policy policy, @Nullable BackupPolicyStatus status) throws CommandException {
        if (status != null && !policy.name().equals(status.storedAs())) {
            throw senseless(
                    policy.name(),
                    status.conditions().stream()
                            .filter(condition -> condition.type() == ConditionType.READY
                                    && condition.status() == Condition.Status.FALSE)
                            .map(Condition::message)
                            .findFirst()
                            .orElse("it is about to look at it; try again in a moment"));
        }
    }

    private static CommandException senseless(String name, String why) {
        return new CommandException(
                ExitCode.FAILED, "the policy " + name + " makes no sense as the operator has it: " + why);
    }

    /**
     * Its destinations that are meant, by their names in the configuration.
     *
     * @param only the one that a person chose
     */
    List<String> destinations(Workspace workspace, Optional<String> only) throws CommandException {
        for (String name : only.map(List::of).orElse(policy.destinations())) {
            if (operators
                    && policy.destinations().contains(name)
                    && workspace.settings().resolve(name).isEmpty()) {
                throw new CommandException(
                        ExitCode.CONFIGURATION,
                        policy.name() + ": its destination " + name
                                + " is not in the configuration but in the API, with credentials that only the"
                                + " operator has, which prunes there after each backup; --destination chooses"
                                + " another");
            }
        }
        Optional<String> chosen = only.filter(policy.destinations()::contains).flatMap(workspace.settings()::resolve);
        return chosen.isPresent() ? List.of(chosen.get()) : workspace.destinations(Optional.of(policy), only);
    }
}
