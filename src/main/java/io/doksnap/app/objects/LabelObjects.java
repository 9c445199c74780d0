package io.doksnap.app.objects;

import com.fasterxml.jackson.databind.JsonNode;
import io.doksnap.app.objects.Keeper.Author;
import io.doksnap.app.objects.ObjectsApi.ApiException;
import io.doksnap.app.objects.ObjectsApi.Notice;
import io.doksnap.declare.labels.LabelPolicy;
import io.doksnap.operator.resource.DoksnapNames;
import io.doksnap.operator.resource.PolicyResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the policies of labels as the labels say. What a label says somebody else cannot change: it is put back, with an Event that says so. A name that is
 * taken by a person or by the configuration stays theirs.
 *
 * <p>A policy outlives its labels: a container that goes away comes back, most of the time, and what protects its data must not be lost by accident. So it is
 * announced that no label declares it any more, and after a week it is deleted. Used by one thread.
 */
public final class LabelObjects {
    /** How long a policy is kept whose labels are gone. */
    public static final Duration GRACE = Duration.ofDays(7);

    /** Between the old container and the new one of a redeploy there is less. */
    static final Duration BLINK = Duration.ofSeconds(5);

    /** After a start, a week may have gone by unseen: then it is deleted only when its labels have stayed away for so long. */
    static final Duration SETTLED = Duration.ofHours(1);

    private static final Logger LOG = LoggerFactory.getLogger(LabelObjects.class);

    private final ObjectsApi api;
    private final Owner owner;
    private final Clock clock;
    private final Keeper keeper;
    private final Map<String, JsonNode> kept = new HashMap<>();
    private final Map<String, Instant> missed = new HashMap<>();
    private Map<String, LabelPolicy> declared = Map.of();
    private Map<String, List<LabelPolicy>> rivals = Map.of();
    private boolean reported;

    /**
     * Creates the keeper of what no label says yet.
     *
     * @param owner whose the objects are
     */
    public LabelObjects(ObjectsApi api, Owner owner, Clock clock) {
        this.api = api;
        this.owner = owner;
        this.clock = clock;
        this.keeper = new Keeper(api, Origin.LABEL, owner);
    }

    /** From now on these are the policies of all labels that there are. */
    public void declare(Collection<LabelPolicy> policies) {
        keeper.forget();
        Map<String, List<LabelPolicy>> byName = new LinkedHashMap<>();
        policies.forEach(policy -> byName.computeIfAbsent(nameOf(policy), name -> new ArrayList<>())
                .add(policy));
        declared = new LinkedHashMap<>();
        byName.forEach((name, all) -> declared.put(name, all.get(0)));
        byName.values().removeIf(all -> all.size() == 1);
        rivals = byName;
        reported = true;
    }

    /** Whether it is known what labels there are. */
    public boolean haveReported() {
        return reported;
    }

    /**
     * Makes the API's objects what the labels say. To be repeated every now and then, and after each failure.
     *
     * @throws ApiException when the API does not answer; the rest is done the next time
     */
    public void reconcile() throws ApiException {
        if (!reported) {
            return;
        }
        Map<String, HasMetadata> ours = new HashMap<>();
        for (HasMetadata object : api.labelled(Origin.LABEL)) {
            if (object instanceof PolicyResource && keeper.isOurs(object)) {
                ours.put(object.getMetadata().getName(), object);
            }
        }
        for (Map.Entry<String, List<LabelPolicy>> rival : rivals.entrySet()) {
            settle(rival.getKey(), rival.getValue(), Optional.ofNullable(ours.get(rival.getKey())));
        }
        for (LabelPolicy policy : declared.values()) {
            keep(policy, Optional.ofNullable(ours.get(nameOf(policy))));
        }
        for (HasMetadata object : ours.values()) {
            if (keeper.isMadeByUs(object)
                    && isOfAnotherName(object)
                    && (keeper.isOfNewHolderOfFormerName(object) || move(object))) {
                continue;
            }
            LabelPolicy policy = declared.get(object.getMetadata().getName());
            if ((policy == null || !policy.enabled()) && keeper.isMadeByUs(object)) {
                outlive(object, policy);
            }
        }
        missed.keySet().retainAll(ours.keySet());
        kept.keySet().removeIf(name -> !declared.containsKey(name) && !ours.containsKey(name));
    }

    /** Whoever would be a policy that is another workload's already does not take it over. */
    private void settle(String name, List<LabelPolicy> all, Optional<HasMetadata> live) throws ApiException {
        LabelPolicy winner = all.stream()
                .filter(policy -> live.filter(
                                object -> target(object).equals(target(LabelledObjects.of(policy, owner))))
                        .isPresent())
                .findFirst()
                .orElse(all.get(0));
        declared.put(name, winner);
        for (LabelPolicy loser : all) {
            if (!loser.equals(winner)) {
                String message = words(loser) + " would make the policy " + name + ", as " + words(winner)
                        + " do: they are not used; rename one of the workloads";
                if (live.isPresent()) {
                    keeper.clash(live.get(), message);
                } else {
                    LOG.warn("{}", message);
                }
            }
        }
    }

    private JsonNode target(HasMetadata policy) {
        return api.json(policy).at("/spec/target");
    }

    private void keep(LabelPolicy policy, Optional<HasMetadata> known) throws ApiException {
        PolicyResource object = LabelledObjects.of(policy, owner);
        Optional<HasMetadata> live = known.isPresent() ? known : api.find(object);
        if (live.isPresent() && !keeper.isOurs(live.get())) {
            keeper.clash(
                    live.get(),
                    Keeper.name(object) + " was made by somebody else and stands; the one of that name that "
                            + words(policy) + " declares is not used: rename the workload, or delete this one");
            return;
        }
        if (live.isEmpty() && !policy.enabled()) {
            return;
        }
        String name = nameOf(policy);
        JsonNode json = api.json(object);
        boolean fresh = !json.equals(kept.get(name));
        keeper.keep(object, live, fresh, new Author(words(policy), "remove the labels"));
        kept.put(name, json);
        if (fresh) {
            tellNews(policy, live.isEmpty());
        }
        if (policy.enabled()) {
            welcomeBack(policy, object, live);
        }
    }

    private void tellNews(LabelPolicy policy, boolean created) {
        String name = nameOf(policy);
        Optional<String> wrong = policy.conflict().or(policy::invalid);
        if (wrong.isPresent()) {
            LOG.warn("the policy {}, declared by {}, does not run: {}", name, words(policy), wrong.get());
        } else if (created) {
            LOG.info("{} declare the policy {}", words(policy), name);
        }
    }

    private void welcomeBack(LabelPolicy policy, HasMetadata object, Optional<HasMetadata> live) throws ApiException {
        String name = nameOf(policy);
        missed.remove(name);
        if (live.isPresent() && goneSince(live.get()).isPresent()) {
            api.annotate(object, Origin.LABEL, DoksnapNames.GONE_SINCE, Optional.empty());
            String message = words(policy) + " declare it again";
            LOG.info("{}: {}", Keeper.name(object), message);
            api.tell(object, new Notice(Origin.LABEL, false, "LabelsBack", message));
        }
    }

    /** One that this host made under a name that it had before, or before names told whose they are: what is carried out under two names is carried out twice. */
    private boolean isOfAnotherName(HasMetadata object) {
        String name = object.getMetadata().getName();
        String host = api.json(object).at("/spec/host").asText("");
        return !owner.nameNow(name).equals(name) || (owner.owns(host) && !host.isEmpty() && !host.equals(owner.host()));
    }

    /** Also where no label declares it any more: its time of grace goes on under the name of now. False where that name is somebody else's. */
    private boolean move(HasMetadata object) throws ApiException {
        PolicyResource moved = LabelledObjects.moved((PolicyResource) object, owner);
        Optional<HasMetadata> live = api.find(moved);
        boolean same = Keeper.name(object).equals(Keeper.name(moved));
        if (live.isPresent() && !keeper.isOurs(live.get())) {
            return false;
        }
        if (live.isEmpty() || (same && !declared.containsKey(moved.getMetadata().getName()))) {
            api.apply(moved, Origin.LABEL);
            Optional<Instant> since = goneSince(object);
            if (since.isPresent()) {
                api.annotate(moved, Origin.LABEL, DoksnapNames.GONE_SINCE, since.map(Instant::toString));
            }
        }
        if (!same) {
            LOG.info(
                    "{} is {} now, as this host is {}; its snapshots stay",
                    Keeper.name(object),
                    Keeper.name(moved),
                    owner.host());
            api.delete(object);
        }
        return true;
    }

    /** @param off what switches it off; null where nothing speaks of it */
    private void outlive(HasMetadata object, @Nullable LabelPolicy off) throws ApiException {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        Instant here = missed.computeIfAbsent(object.getMetadata().getName(), name -> now);
        Optional<Instant> since = goneSince(object);
        if (since.isEmpty()) {
            if (!now.isBefore(here.plus(BLINK))) {
                announce(object, off, here);
            }
        } else if (!now.isBefore(since.get().plus(GRACE)) && !now.isBefore(here.plus(SETTLED))) {
            LOG.warn(
                    "{}: no label has declared it since {}, so it is deleted; its snapshots stay",
                    Keeper.name(object),
                    since.get());
            api.delete(object);
        }
    }

    private void announce(HasMetadata object, @Nullable LabelPolicy off, Instant since) throws ApiException {
        api.annotate(object, Origin.LABEL, DoksnapNames.GONE_SINCE, Optional.of(since.toString()));
        String message = (off == null
                        ? "no label of a container or service declares it any more"
                        : words(off) + " say doksnap.enable=false, so it does not run by itself")
                + "; it is deleted on " + since.plus(GRACE) + " unless that changes, and its snapshots stay";
        LOG.warn("{}: {}", Keeper.name(object), message);
        api.tell(object, Notice.warning(Origin.LABEL, off == null ? "LabelsGone" : "SwitchedOff", message));
    }

    /** What somebody else wrote there is no time, and so none is known. */
    private static Optional<Instant> goneSince(HasMetadata object) {
        Map<String, String> annotations =
                Objects.requireNonNullElse(object.getMetadata().getAnnotations(), Map.of());
        String text = annotations.get(DoksnapNames.GONE_SINCE);
        try {
            return Optional.ofNullable(text).map(Instant::parse);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private String nameOf(LabelPolicy policy) {
        return owner.objectName(policy.objectName());
    }

    private static String words(LabelPolicy policy) {
        return "the labels of "
                + (policy.carriers().isEmpty() ? policy.workload() : String.join(", ", policy.carriers()));
    }
}
