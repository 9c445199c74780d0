package io.doksnap.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.api.BackupPolicy.BackupPolicyStatus;
import io.doksnap.api.BackupPolicySpec;
import io.doksnap.api.Reason;
import io.doksnap.operator.PolicyFacts.Trouble;
import io.doksnap.operator.resource.PolicyResource;
import io.doksnap.operator.resource.ResourceJson;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class NamesakesTest {
    private static final String EARLY = "2026-11-01T00:00:00Z";
    private static final String LATE = "2026-11-02T00:00:00Z";

    private final List<PolicyResource> all = new ArrayList<>();
    private final Namesakes namesakes = new Namesakes(
            (namespace, name) -> all.stream()
                    .filter(policy -> policy.getMetadata().getNamespace().equals(namespace)
                            && Namesakes.name(policy).equals(name)),
            new Ownership("beta", new Home()));

    @Test
    void youngerOfTwoIsToldWhoWasFirst() throws IOException {
        PolicyResource mine = policy("shop", LATE, "{'host': 'beta'}");
        PolicyResource guests = policy("shop.beta", EARLY, "{'host': 'beta', 'displayName': 'shop'}");

        assertThat(trouble(guests)).isEmpty();
        assertThat(trouble(mine)).map(Trouble::reason).contains(Reason.INVALID_SPEC);
        assertThat(trouble(mine).orElseThrow().message())
                .contains("is called shop", "default/shop.beta", "another name", "displayName");
    }

    @Test
    void ofTwoOfOneSecondExactlyOneIsFirst() throws IOException {
        PolicyResource a = policy("a", EARLY, "{'displayName': 'shop'}");
        PolicyResource b = policy("b", EARLY, "{'displayName': 'shop'}");
        assertThat(trouble(a)).isEmpty();
        assertThat(trouble(b)).isPresent();
    }

    @Test
    void nameStaysWithWhoeverHasSnapshotsOfIt() throws IOException {
        PolicyResource old = policy("a", EARLY, "{'displayName': 'shop'}");
        PolicyResource holder = storedAs("shop", policy("b", LATE, "{'displayName': 'shop'}"));
        assertThat(trouble(holder)).isEmpty();
        assertThat(trouble(old)).isPresent();
    }

    @Test
    void whoChangesItsNameGetsNeitherTheNewOneNorKeepsAnybodyFromIt() throws IOException {
        PolicyResource renamed = storedAs("shop", policy("a", EARLY, "{'displayName': 'store'}"));
        PolicyResource store = policy("store", LATE, "{}");
        assertThat(trouble(renamed).orElseThrow().message())
                .contains("from shop to store", "set spec.displayName to that again", "kubectl delete bp a -n default");
        assertThat(trouble(store)).isEmpty();
    }

    @Test
    void policiesOfOtherHostsAndThoseThatGoAreInNobodysWay() throws IOException {
        policy("other", EARLY, "{'host': 'alpha', 'displayName': 'shop'}");
        policy("gone", EARLY, "{'displayName': 'shop'}").getMetadata().setDeletionTimestamp(LATE);
        assertThat(trouble(policy("shop", LATE, "{'displayName': ''}"))).isEmpty();
    }

    private Optional<Trouble> trouble(PolicyResource policy) {
        return namesakes.troubleOf(policy, Optional.ofNullable(policy.getStatus()));
    }

    private PolicyResource policy(String name, String created, String spec) throws IOException {
        PolicyResource policy = new PolicyResource();
        policy.setMetadata(new ObjectMetaBuilder()
                .withName(name)
                .withNamespace("default")
                .withUid("uid of " + name)
                .withCreationTimestamp(created)
                .build());
        policy.setSpec(ResourceJson.mapper().readValue(spec.replace('\'', '"'), BackupPolicySpec.class));
        all.add(policy);
        return policy;
    }

    private static PolicyResource storedAs(String name, PolicyResource policy) throws IOException {
        policy.setStatus(ResourceJson.mapper().readValue("{\"storedAs\": \"" + name + "\"}", BackupPolicyStatus.class));
        return policy;
    }

    /** The home host, beside another. */
    private record Home() implements Hosts {
        @Override
        public View known() {
            TreeSet<String> both = new TreeSet<>(Set.of("alpha", "beta"));
            return new View(Optional.of("beta"), both, both, Set.of(), Set.of(), "default");
        }

        @Override
        public View askedAnew() {
            return known();
        }
    }
}
