package io.doksnap.declare;

import io.doksnap.declare.Value.Entry;
import io.doksnap.declare.Value.Look;
import io.doksnap.declare.Value.Mapping;
import io.doksnap.declare.Value.Scalar;
import io.doksnap.declare.Value.Sequence;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.reader.ReaderException;

/**
 * Reads YAML text into a tree of {@link Value}s that know their lines. Aliases and merge keys ({@code <<}) are carried
 * out, within a bound, so that a few lines cannot become a tree of millions of values.
 */
final class YamlReader {
    private static final int MOST_VALUES = 50_000;
    private static final int DEEPEST = 20;
    private static final int LONGEST_KEY = 100;

    private final String file;
    private final Problems problems;
    private int values;

    YamlReader(String file, Problems problems) {
        this.file = file;
        this.problems = problems;
    }

    /** The settings of the file, or empty when it has none that can be read at all; the problems say why. */
    Optional<Mapping> read(String text) {
        try {
            Node root = new Yaml(options()).compose(new StringReader(text));
            if (root == null
                    || (root instanceof ScalarNode scalar && scalar.getTag().equals(Tag.NULL))) {
                problems.add(
                        Place.wholeFile(file),
                        "is empty; start from config.yaml.example, which explains every setting");
                return Optional.empty();
            }
            Value value = convert(root, Place.wholeFile(file), 0);
            if (value instanceof Mapping mapping) {
                return Optional.of(mapping);
            }
            Place place = new Place(file, value.line(), 0, "");
            problems.add(place, "expected settings such as 'apps:', found " + value.kind());
        } catch (MarkedYAMLException wrong) {
            problems.add(YamlComplaint.place(file, wrong), YamlComplaint.message(wrong));
        } catch (ReaderException wrong) {
            int line = 1
                    + (int) text.codePoints()
                            .limit(wrong.getPosition())
                            .filter(c -> c == '\n')
                            .count();
            problems.add(
                    new Place(file, line, 0, ""),
                    String.format("holds the control character U+%04X; remove it", wrong.getCodePoint()));
        } catch (YAMLException wrong) {
            problems.add(Place.wholeFile(file), YamlComplaint.message(wrong));
        } catch (TooMuch wrong) {
            problems.add(Place.wholeFile(file), String.valueOf(wrong.getMessage()));
        }
        return Optional.empty();
    }

    private static LoaderOptions options() {
        LoaderOptions options = new LoaderOptions();
        options.setMaxAliasesForCollections(1000);
        options.setNestingDepthLimit(DEEPEST);
        return options;
    }

    private Value convert(Node node, Place place, int depth) {
        if (++values > MOST_VALUES) {
            throw new TooMuch("holds more than " + MOST_VALUES + " values once its aliases (*name) are followed");
        }
        if (depth > DEEPEST) {
            throw new TooMuch("nests deeper than " + DEEPEST + " levels, or an alias (*name) contains itself");
        }
        int line = line(node);
        if (node instanceof MappingNode mapping) {
            Map<String, Entry> entries = new LinkedHashMap<>();
            convertEntries(mapping, place, depth, entries);
            return new Mapping(line, entries);
        }
        if (node instanceof SequenceNode sequence) {
            List<Value> items = new ArrayList<>();
            for (Node item : sequence.getValue()) {
                items.add(convert(item, place.item(items.size(), line(item)), depth + 1));
            }
            return new Sequence(line, items);
        }
        return scalar((ScalarNode) node, place);
    }

    private void convertEntries(MappingNode mapping, Place place, int depth, Map<String, Entry> entries) {
        List<Node> merged = new ArrayList<>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (tuple.getKeyNode().getTag().equals(Tag.MERGE)) {
                merged.add(tuple.getValueNode());
                continue;
            }
            String key = key(tuple.getKeyNode(), place);
            if (key == null) {
                continue;
            }
            int line = line(tuple.getKeyNode());
            Place child = place.child(key, line);
            Value value = convert(tuple.getValueNode(), child, depth + 1);
            Entry first = entries.putIfAbsent(key, new Entry(line, value));
            if (first != null) {
                problems.add(child, "is given twice, first in line " + first.line() + "; remove one of them");
            }
        }
        for (Node source : merged) {
            merge(source, place, depth, entries);
        }
    }

    /** What a mapping says itself wins over what it merges, and an earlier merge over a later one. */
    private void merge(Node source, Place place, int depth, Map<String, Entry> entries) {
        if (source instanceof SequenceNode several) {
            if (depth > DEEPEST) {
                throw new TooMuch("nests deeper than " + DEEPEST + " levels, or an alias (*name) contains itself");
            }
            several.getValue().forEach(one -> merge(one, place, depth + 1, entries));
            return;
        }
        if (convert(source, place, depth + 1) instanceof Mapping mapping) {
            mapping.entries().forEach(entries::putIfAbsent);
        } else {
            problems.add(place.child("<<", line(source)), "expected settings to merge, such as *common");
        }
    }

    private @Nullable String key(Node node, Place place) {
        Place here = new Place(file, line(node), 0, place.path());
        if (!(node instanceof ScalarNode scalar)) {
            problems.add(here, "a key must be text; put a value that starts with '[', '{' or '?' in quotes");
            return null;
        }
        if (scalar.getValue().length() > LONGEST_KEY) {
            problems.add(
                    here, "a key of " + scalar.getValue().length() + " characters is no setting; is a ':' too many?");
            return null;
        }
        return scalar.getValue();
    }

    private Scalar scalar(ScalarNode node, Place place) {
        Tag tag = node.getTag();
        Look look;
        if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
            look = Look.NUMBER;
        } else if (tag.equals(Tag.BOOL)) {
            look = Look.FLAG;
        } else if (tag.equals(Tag.NULL)) {
            look = Look.NOTHING;
        } else {
            look = Look.TEXT;
            if (!tag.equals(Tag.STR) && !tag.equals(Tag.TIMESTAMP) && !tag.equals(Tag.MERGE)) {
                problems.add(
                        new Place(file, line(node), 0, place.path()),
                        "a tag such as !name means nothing here; remove it, or put the value in quotes");
            }
        }
        return new Scalar(line(node), node.getValue(), look);
    }

    private static int line(Node node) {
        return node.getStartMark().getLine() + 1;
    }

    /** The file is larger than any configuration has a reason to be. */
    private static final class TooMuch extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooMuch(String message) {
            super(message);
        }
    }
}
