package io.doksnap.api;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a list or map is that nobody wrote: an empty one, since whoever fills records from text passes {@code null}. */
final class Absent {
    private Absent() {}

    static <T> List<T> list(@Nullable List<T> written) {
        return written == null ? List.of() : List.copyOf(written);
    }

    static <V> Map<String, V> map(@Nullable Map<String, V> written) {
        return written == null ? Map.of() : Map.copyOf(written);
    }
}
