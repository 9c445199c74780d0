package io.doksnap.apiserver.selector;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Collectors;

/** All of some requirements on an object's labels. */
public record LabelSelector(List<LabelRequirement> requirements) {
    /** Matches every object. */
    public static final LabelSelector EVERYTHING = new LabelSelector(List.of());

    public LabelSelector {
        requirements = List.copyOf(requirements);
    }

    /** Reads {@code a=b,c!=d,e in (f,g),h notin (i),j,!k,l>1,m<2}; nothing selects everything. */
    public static LabelSelector parse(String text) throws SelectorException {
        return new LabelSelector(new LabelParser(text).parse());
    }

    /** Whether an object with its {@code metadata} satisfies them all. */
    public boolean matches(JsonNode object) {
        JsonNode labels = object.path("metadata").path("labels");
        return requirements.stream().allMatch(requirement -> requirement.matches(labels));
    }

    @Override
    public String toString() {
        return requirements.stream().map(LabelRequirement::toString).collect(Collectors.joining(","));
    }
}
