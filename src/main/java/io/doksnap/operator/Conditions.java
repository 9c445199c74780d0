package io.doksnap.operator;

import io.doksnap.api.Condition;
import io.doksnap.api.Condition.Status;
import io.doksnap.api.ConditionType;
import io.doksnap.api.Reason;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The conditions of one object while they are decided anew: each keeps the time since when its status is what it is. */
final class Conditions {
    /** A status has room for a few lines, and {@code kubectl describe} shows them all. */
    private static final int LONGEST_MESSAGE = 4096;

    private final Map<ConditionType, Condition> conditions = new TreeMap<>();
    private final long generation;
    private final Instant now;

    /** Begins with what was known before; whatever is not set anew stays. */
    Conditions(List<Condition> before, long generation, Instant now) {
        before.forEach(condition -> conditions.put(condition.type(), condition));
        this.generation = generation;
        this.now = now.truncatedTo(ChronoUnit.SECONDS);
    }

    Conditions set(ConditionType type, Status status, Reason reason, String message) {
        Optional<Condition> before = find(type);
        Instant since = before.filter(known -> known.status() == status)
                .map(Condition::lastTransitionTime)
                .orElse(now);
        conditions.put(type, new Condition(type, status, reason, cut(message), since, generation));
        return this;
    }

    /** Takes over what another object says, with the times at which it became so. */
    Conditions copy(Condition condition) {
        return set(condition.type(), condition.status(), condition.reason(), condition.message());
    }

    Conditions drop(ConditionType type) {
        conditions.remove(type);
        return this;
    }

    Optional<Condition> find(ConditionType type) {
        return Optional.ofNullable(conditions.get(type));
    }

    /** All of them, in the order of their types. */
    List<Condition> list() {
        return List.copyOf(conditions.values());
    }

    /** The condition of a type among those of an object. */
    static Optional<Condition> find(List<Condition> conditions, ConditionType type) {
        return conditions.stream().filter(condition -> condition.type() == type).findFirst();
    }

    static boolean isTrue(List<Condition> conditions, ConditionType type) {
        return find(conditions, type)
                .filter(condition -> condition.status() == Status.TRUE)
                .isPresent();
    }

    private static String cut(String message) {
        return message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE - 1) + "…";
    }
}
