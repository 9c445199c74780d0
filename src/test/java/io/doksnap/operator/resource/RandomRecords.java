package io.doksnap.operator.resource;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Records with anything in their fields that may be there, of every depth; with the same seed always the same. */
final class RandomRecords {
    private final RandomGenerator random;
    private final boolean full;

    /** Creates a maker of records. With {@code full}, no field is ever left out. */
    RandomRecords(RandomGenerator random, boolean full) {
        this.random = random;
        this.full = full;
    }

    <R extends Record> R next(Class<R> type) {
        RecordComponent[] components = type.getRecordComponents();
        try {
            Class<?>[] types =
                    Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            Object[] values = Arrays.stream(components).map(this::field).toArray();
            return type.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("cannot make a " + type, e);
        }
    }

    private @Nullable Object field(RecordComponent component) {
        // A nullable type says so itself.
        boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
        return nullable && !full && random.nextInt(3) == 0 ? null : value(component.getGenericType());
    }

    private Object value(Type type) {
        if (type instanceof ParameterizedType generic) {
            int size = full ? 2 : random.nextInt(3);
            if (generic.getRawType() == List.class) {
                return Stream.generate(() -> value(generic.getActualTypeArguments()[0]))
                        .limit(size)
                        .toList();
            }
            Map<String, Object> map = new LinkedHashMap<>();
            for (int i = 0; i < size; i++) {
                map.put("key" + i, value(generic.getActualTypeArguments()[1]));
            }
            return map;
        }
        return scalar((Class<?>) type);
    }

    private Object scalar(Class<?> type) {
        if (type == String.class) {
            return List.of("", "a", "0 2 * * *", "ä\n\"'\\", "true", "007").get(random.nextInt(6));
        }
        if (type == int.class || type == Integer.class) {
            return random.nextInt(3) * 1000;
        }
        if (type == long.class || type == Long.class) {
            return random.nextInt(3) * 5_000_000_000L;
        }
        if (type == boolean.class || type == Boolean.class) {
            return full || random.nextBoolean();
        }
        if (type == Instant.class) {
            return Instant.ofEpochSecond(random.nextLong(4_000_000_000L));
        }
        if (type.isEnum()) {
            Object[] values = type.getEnumConstants();
            return values[random.nextInt(values.length)];
        }
        return next(type.asSubclass(Record.class));
    }
}
