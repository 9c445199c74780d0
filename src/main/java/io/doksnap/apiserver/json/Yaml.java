package io.doksnap.apiserver.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/** YAML as JSON trees, with bounds on what strangers send: no types of its own, no bombs of aliases. */
public final class Yaml {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int LARGEST = 3 * 1024 * 1024;
    private static final int DEEPEST = 200;
    private static final int MOST_ALIASES = 50;

    private Yaml() {}

    /** JSON has no type for timestamps: they stay what they look like. */
    private static final class PlainTypes extends Resolver {
        @Override
        public void addImplicitResolver(Tag tag, Pattern regexp, String first, int limit) {
            if (!tag.equals(Tag.TIMESTAMP)) {
                super.addImplicitResolver(tag, regexp, first, limit);
            }
        }
    }

    /**
     * Reads one document.
     *
     * @throws IOException where it is no YAML, has a key twice, or is out of bounds
     */
    public static JsonNode read(byte[] yaml) throws IOException {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setCodePointLimit(LARGEST);
        options.setNestingDepthLimit(DEEPEST);
        options.setMaxAliasesForCollections(MOST_ALIASES);
        options.setAllowRecursiveKeys(false);
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(yaml))
                    .toString();
            Object tree = new org.yaml.snakeyaml.Yaml(
                            new SafeConstructor(options),
                            new Representer(new DumperOptions()),
                            new DumperOptions(),
                            options,
                            new PlainTypes())
                    .load(text);
            refuseWhereTooLarge(tree);
            // Through text, so that keys that are numbers become names, as in JSON.
            return Json.read(MAPPER.writeValueAsBytes(tree));
        } catch (CharacterCodingException e) {
            throw new IOException("not valid UTF-8", e);
        } catch (YAMLException | JsonProcessingException e) {
            throw new IOException(firstLine(e), e);
        }
    }

    /** A few aliases of aliases can stand for more than any memory holds. */
    private static void refuseWhereTooLarge(@Nullable Object tree) throws IOException {
        Deque<Object> left = new ArrayDeque<>();
        int values = 0;
        Object next = tree;
        while (next != null) {
            if (++values > Json.MOST_TOKENS) {
                throw new IOException("it has more than " + Json.MOST_TOKENS + " values");
            }
            Collection<?> inside = next instanceof Map<?, ?> map
                    ? map.values()
                    : next instanceof Collection<?> list ? list : List.of();
            inside.stream().filter(Objects::nonNull).forEach(left::push);
            next = left.poll();
        }
    }

    private static String firstLine(Exception e) {
        String message = e.getMessage();
        return message == null ? "not valid" : message.lines().findFirst().orElse("not valid");
    }

    public static String write(JsonNode tree) {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setWidth(Integer.MAX_VALUE);
        options.setSplitLines(false);
        return new org.yaml.snakeyaml.Yaml(options).dump(MAPPER.convertValue(tree, Object.class));
    }
}
