package io.doksnap.apiserver.patch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.Deque;

/** Keeps recursion over what strangers send from ending the stack. */
final class Depth {
    /** No resource that people write comes near; Jackson itself refuses text that is deeper than 1,000. */
    private static final int DEEPEST = 1_000;

    private Depth() {}

    private record Place(JsonNode value, int depth) {}

    static void check(JsonNode patch) throws PatchException {
        Deque<Place> left = new ArrayDeque<>();
        left.push(new Place(patch, 1));
        while (!left.isEmpty()) {
            Place place = left.pop();
            if (place.depth() > DEEPEST) {
                throw new PatchException(
                        PatchException.Kind.MALFORMED, "The patch is nested deeper than " + DEEPEST + " levels.");
            }
            for (JsonNode child : place.value()) {
                if (child.isContainerNode()) {
                    left.push(new Place(child, place.depth() + 1));
                }
            }
        }
    }

    /** How many values there are, counted up to a limit. */
    static long size(JsonNode value, long limit) {
        Deque<JsonNode> left = new ArrayDeque<>();
        left.push(value);
        long count = 0;
        while (!left.isEmpty() && count <= limit) {
            JsonNode next = left.pop();
            count += 1 + (next.isTextual() ? next.asText().length() / 8 : 0);
            next.forEach(left::push);
        }
        return count;
    }
}
