package io.doksnap.operator.resource;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.std.DelegatingDeserializer;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Reads our resources even where fields have another shape than this version knows, as in an object that was stored under another schema: such a field is left out, and the
 * object says so in the annotation {@link DoksnapNames#INVALID} that only the reader sees. A list with such an object is read like any other.
 */
final class TolerantReading extends BeanDeserializerModifier {
    private static final long serialVersionUID = 1;

    @Override
    public JsonDeserializer<?> modifyDeserializer(
            DeserializationConfig config, BeanDescription type, JsonDeserializer<?> deserializer) {
        return ResourceJson.isOfOurKinds(type.getBeanClass()) ? new OfResources(deserializer) : deserializer;
    }

    private static final class OfResources extends DelegatingDeserializer {
        private static final long serialVersionUID = 1;

        /** More is not worth telling, and each costs another reading. */
        private static final int MOST = 20;

        OfResources(JsonDeserializer<?> exact) {
            super(exact);
        }

        @Override
        protected JsonDeserializer<?> newDelegatingInstance(JsonDeserializer<?> exact) {
            return new OfResources(exact);
        }

        @Override
        public Object deserialize(JsonParser json, DeserializationContext context) throws IOException {
            JsonNode tree = context.readTree(json);
            List<String> leftOut = new ArrayList<>();
            while (true) {
                try {
                    Object resource = exactly(tree, json, context);
                    if (!leftOut.isEmpty()) {
                        say((HasMetadata) resource, leftOut);
                    }
                    return resource;
                } catch (JsonMappingException e) {
                    if (leftOut.size() >= MOST || !leaveOut(tree, e.getPath(), leftOut)) {
                        throw e;
                    }
                }
            }
        }

        private Object exactly(JsonNode tree, JsonParser json, DeserializationContext context) throws IOException {
            try (JsonParser again = tree.traverse(json.getCodec())) {
                again.nextToken();
                return _delegatee.deserialize(again, context);
            } catch (JsonMappingException e) {
                throw e;
            } catch (JsonProcessingException e) {
                throw JsonMappingException.from(json, e.getOriginalMessage(), e);
            }
        }

        private static boolean leaveOut(JsonNode tree, List<Reference> path, List<String> leftOut) {
            JsonNode parent = tree;
            StringBuilder words = new StringBuilder();
            for (int i = 0; i < path.size(); i++) {
                Reference step = path.get(i);
                String name = step.getFieldName();
                JsonNode node = name == null ? parent.path(step.getIndex()) : parent.path(name);
                words.append(name == null ? "[" + step.getIndex() + "]" : (i == 0 ? "" : ".") + name);
                if (i == path.size() - 1 || !node.isContainerNode()) {
                    leftOut.add(words + " is " + kind(node) + ", which this version cannot read");
                    return remove(parent, step);
                }
                parent = node;
            }
            return false;
        }

        private static boolean remove(JsonNode parent, Reference step) {
            if (parent instanceof ObjectNode object && step.getFieldName() != null) {
                return object.remove(step.getFieldName()) != null;
            }
            return parent instanceof ArrayNode array && array.remove(step.getIndex()) != null;
        }

        private static String kind(JsonNode node) {
            String type = node.getNodeType().toString().toLowerCase(Locale.ROOT);
            return type.matches("[aeiou].*") ? "an " + type : "a " + type;
        }

        /** What a status says of a policy or a place is found out anew; what it says of a run is not, and it must not run again. */
        private static boolean counts(HasMetadata resource, String problem) {
            boolean once = resource instanceof BackupResource || resource instanceof RestoreResource;
            return once || !problem.startsWith("status");
        }

        private static void say(HasMetadata resource, List<String> leftOut) {
            List<String> problems =
                    leftOut.stream().filter(each -> counts(resource, each)).toList();
            if (problems.isEmpty()) {
                return;
            }
            Map<String, String> annotations = new HashMap<>(
                    Objects.requireNonNullElse(resource.getMetadata().getAnnotations(), Map.of()));
            annotations.put(
                    DoksnapNames.INVALID,
                    String.join("; ", problems)
                            + ": it was stored under another schema; correct it with kubectl edit, or make it anew");
            resource.getMetadata().setAnnotations(annotations);
        }
    }
}
