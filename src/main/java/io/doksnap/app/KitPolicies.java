package io.doksnap.app;

import io.doksnap.archive.Encryption;
import io.doksnap.operator.resource.DestinationResource;
import io.doksnap.operator.resource.DoksnapNames;
import io.doksnap.operator.resource.PolicyResource;
import io.doksnap.policy.LocalHooks;
import io.doksnap.policy.Policy;
import io.doksnap.policy.PolicyReader;
import io.doksnap.policy.PolicyResult;
import io.doksnap.run.KeyException;
import io.doksnap.run.Keys;
import io.doksnap.run.SecretKeys;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The policies that a recovery kit is of: where an operator runs on this host, all that it has for it, whoever made them; else those of the configuration. */
final class KitPolicies {
    private final Map<Policy, Optional<Encryption>> policies = new LinkedHashMap<>();
    private final Map<String, String> elsewhere = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();

    private KitPolicies() {}

    static KitPolicies known(Workspace workspace, Cli cli) throws CommandException {
        Keys configured = new OperatorKeys(workspace::keys);
        boolean beside = StandingPolicy.isBesideOperator(workspace);
        String silence = "";
        if (beside) {
            try {
                KitPolicies all = new KitPolicies();
                all.takeAll(workspace, configured, cli);
                return all;
            } catch (CommandException e) {
                silence = String.valueOf(e.getMessage());
            }
        }
        KitPolicies known = new KitPolicies();
        workspace.policies().forEach(policy -> known.take(policy, configured));
        if (beside) {
            known.problems.add("only the apps of the configuration are on this page: " + silence);
        } else if (OperatorClient.hasRun(workspace)) {
            cli.console()
                    .warn(
                            "no operator runs here now, so only the apps of the configuration are on this page: make it again"
                                    + " while one runs, to have the policies of labels and kubectl, too");
        }
        return known;
    }

    private void takeAll(Workspace workspace, Keys configured, Cli cli) throws CommandException {
        PolicyReader reader = new PolicyReader(
                workspace.settings().timeZone(), workspace.settings().docker().allowedPaths(), LocalHooks.ALLOWED);
        try (OperatorClient operator = OperatorClient.of(workspace)) {
            Keys keys = new SecretKeys(configured, operator.secrets(), cli.clock());
            for (PolicyResource resource : operator.policies()) {
                if (!operator.mayBeOfThisHost(resource)) {
                    continue;
                }
                if (reader.read(resource.toBackupPolicy()) instanceof PolicyResult.Valid valid) {
                    take(valid.policy(), keys);
                } else {
                    problems.add(OperatorClient.shownAs(resource)
                            + ": it makes no sense as the operator has it, so it is not on this page; kubectl describe bp "
                            + resource.getMetadata().getName() + " says why");
                }
            }
            for (DestinationResource place : operator.destinations()) {
                String name = place.getMetadata().getName();
                if (operator.mayBeOfThisHost(place)
                        && !isOfConfiguration(place)
                        && workspace.settings().resolve(name).isEmpty()) {
                    String seen =
                            place.getStatus() == null ? null : place.getStatus().location();
                    elsewhere.put(name, Objects.requireNonNullElse(seen, ""));
                }
            }
        }
    }

    /** Also a guest's, which has another name in the API than there. */
    private static boolean isOfConfiguration(DestinationResource place) {
        Map<String, String> labels =
                Objects.requireNonNullElse(place.getMetadata().getLabels(), Map.of());
        return "config".equals(labels.get(DoksnapNames.ORIGIN));
    }

    /** The rest of the page is worth having where a key cannot be read. */
    private void take(Policy policy, Keys keys) {
        Optional<Encryption> encryption = Optional.empty();
        try {
            encryption = Optional.of(keys.encryption(policy));
        } catch (KeyException e) {
            problems.add(policy.name() + ": " + e.getMessage());
        }
        policies.put(policy, encryption);
    }

    /** Each with what it is encrypted with; empty where that could not be read. */
    Map<Policy, Optional<Encryption>> policies() {
        return policies;
    }

    /** Destinations that are only in the API, and where they are; empty where nobody has seen them yet. */
    Map<String, String> elsewhere() {
        return elsewhere;
    }

    /** What could not be read. */
    List<String> problems() {
        return problems;
    }
}
