package io.doksnap.app.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doksnap.api.BackupPolicySpec;
import io.doksnap.app.objects.ObjectsApi.ApiException;
import io.doksnap.declare.labels.LabelPolicy;
import io.doksnap.operator.resource.PolicyResource;
import io.doksnap.testing.SettableClock;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** What labels declare of a host that has another name than before, or is called otherwise than by earlier versions. */
class FormerNamesTest {
    private static final String SHOP = "BackupPolicy/shop";
    private static final String GONE_SINCE = "doksnap.io/gone-since";

    private final MemoryObjects api = new MemoryObjects();
    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T12:00:00Z"));
    private LabelObjects objects = new LabelObjects(api, Owner.home("here"), clock);

    @Test
    void hostOfAnApiThatIsGivenAnotherNameKeepsItsPoliciesAlsoThoseWhoseLabelsAreGone() throws Exception {
        declare(policy("shop"), policy("blog"));
        declare(policy("shop"));
        pass(Duration.ofSeconds(5));
        objects = new LabelObjects(api, renamed(true, "here"), clock);
        declare(policy("shop"));
        objects.reconcile();

        assertThat(api.objects).containsOnlyKeys(SHOP, "BackupPolicy/blog");
        assertThat(spec("shop").host()).isEqualTo("new");
        assertThat(spec("blog").host()).isEqualTo("new");
        assertThat(annotations("blog")).containsEntry(GONE_SINCE, "2026-03-01T12:00:00Z");
        pass(LabelObjects.GRACE);
        pass(LabelObjects.SETTLED);
        assertThat(api.objects).containsOnlyKeys(SHOP);
    }

    @Test
    void guestThatIsGivenAnotherNameHasItsPoliciesUnderThatNameOnly() throws Exception {
        objects = new LabelObjects(api, Owner.guest("old"), clock);
        declare(policy("shop"), policy("blog"));
        declare(policy("shop"));
        pass(Duration.ofSeconds(5));
        objects = new LabelObjects(api, renamed(false, "old"), clock);
        declare(policy("shop"));

        assertThat(api.objects).containsOnlyKeys(SHOP + ".new", "BackupPolicy/blog.new");
        assertThat(spec("blog.new").host()).isEqualTo("new");
        assertThat(spec("blog.new").displayName()).isEqualTo("blog");
        assertThat(annotations("blog.new")).containsEntry(GONE_SINCE, "2026-03-01T12:00:00Z");
        pass(LabelObjects.GRACE);
        pass(LabelObjects.SETTLED);
        assertThat(api.objects).containsOnlyKeys(SHOP + ".new");
    }

    @Test
    void guestsPolicyOfAnEarlierVersionsNameIsNotKeptBesideTheOneOfNow() throws Exception {
        declare(policy("shop"));
        assertThat(spec("shop").host()).isEqualTo("here");
        objects = new LabelObjects(api, Owner.guest("here"), clock);
        declare(policy("shop"));

        assertThat(api.objects).containsOnlyKeys(SHOP + ".here");
        assertThat(api.events).isEmpty();
    }

    @Test
    void policyOfAFormerNameHasItsTimeOfGraceWhereAPersonHasTheNameOfNow() throws Exception {
        objects = new LabelObjects(api, Owner.guest("old"), clock);
        declare(policy("shop"));
        PolicyResource theirs = new PolicyResource();
        theirs.setMetadata(new ObjectMetaBuilder()
                .withName("shop.new")
                .withNamespace("default")
                .build());
        theirs.setSpec(policy("other").spec());
        api.objects.put(SHOP + ".new", theirs);
        objects = new LabelObjects(api, renamed(false, "old"), clock);
        declare(policy("shop"));

        assertThat(api.objects).containsOnlyKeys(SHOP + ".new", SHOP + ".old");
        assertThat(spec("shop.new").host()).isNull();
        pass(Duration.ofSeconds(5));
        pass(LabelObjects.GRACE);
        pass(LabelObjects.SETTLED);
        assertThat(api.objects).containsOnlyKeys(SHOP + ".new");
    }

    @Test
    void policyOfAGuestWhoseHostAPersonTookAwayStaysTheGuestsAndIsPutBack() throws Exception {
        LabelObjects guest = new LabelObjects(api, Owner.guest("beta"), clock);
        guest.declare(List.of(policy("shop")));
        guest.reconcile();
        api.edit(SHOP + ".beta", json -> json.withObject("/spec").remove("host"));
        declare();
        pass(Duration.ofSeconds(5));
        pass(LabelObjects.GRACE);
        pass(LabelObjects.SETTLED);

        assertThat(api.objects).containsOnlyKeys(SHOP + ".beta");
        assertThat(api.events).isEmpty();
        guest.reconcile();
        assertThat(spec("shop.beta").host()).isEqualTo("beta");
    }

    @Test
    void policyOfTheNewHostOfAFormerNameIsLeftAloneAlsoBeforeThatHostIsKnown() throws Exception {
        for (boolean home : List.of(true, false)) {
            LabelObjects other = new LabelObjects(api, Owner.guest("alpha"), clock);
            other.declare(List.of(policy("shop")));
            other.reconcile();
            objects = new LabelObjects(
                    api, new Owner("beta", home, () -> Set.of("alpha"), name -> !name.equals("alpha")), clock);
            declare();
            pass(Duration.ofSeconds(5));
            pass(LabelObjects.GRACE);
            pass(LabelObjects.SETTLED);

            assertThat(api.objects).containsOnlyKeys(SHOP + ".alpha");
            assertThat(spec("shop.alpha").host()).isEqualTo("alpha");
        }
        assertThat(api.events).isEmpty();
    }

    @Test
    void nothingOfAFormerNameIsTouchedWhereTheApiDoesNotSayWhoseThatIs() throws Exception {
        objects = new LabelObjects(api, Owner.guest("old"), clock);
        declare(policy("shop"));
        Predicate<String> silent = name -> {
            throw new KubernetesClientException("timeout");
        };
        objects = new LabelObjects(api, new Owner("new", false, () -> Set.of("old"), silent), clock);
        objects.declare(List.of());

        assertThatThrownBy(objects::reconcile).isInstanceOf(ApiException.class).hasMessageContaining("timeout");
        assertThat(api.objects).containsOnlyKeys(SHOP + ".old");
    }

    private static Owner renamed(boolean home, String former) {
        return new Owner("new", home, () -> Set.of(former), name -> true);
    }

    private void declare(LabelPolicy... policies) throws Exception {
        objects.declare(List.of(policies));
        objects.reconcile();
    }

    private void pass(Duration time) throws Exception {
        clock.advance(time);
        objects.reconcile();
    }

    private static LabelPolicy policy(String workload) {
        return LabelObjectsTest.policy(workload, "0 2 * * *");
    }

    private BackupPolicySpec spec(String policy) {
        return ((PolicyResource) Objects.requireNonNull(api.objects.get("BackupPolicy/" + policy))).getSpec();
    }

    private Map<String, String> annotations(String policy) {
        return Objects.requireNonNull(api.objects.get("BackupPolicy/" + policy))
                .getMetadata()
                .getAnnotations();
    }
}
