package io.doksnap.declare;

import io.doksnap.declare.KnownKeys.Kind;
import io.doksnap.declare.Value.Entry;
import io.doksnap.declare.Value.Look;
import io.doksnap.declare.Value.Mapping;
import io.doksnap.declare.Value.Scalar;
import io.doksnap.declare.Value.Sequence;
import io.doksnap.policy.Nearest;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The settings at one place of the file, asked for by key. Every key that somebody asks for is known; once all were asked
 * for, {@link #reportUnknownKeys} tells the rest. A section that is absent, or empty, has no keys.
 */
final class Section implements Item {
    private static final Pattern WHOLE_NUMBER = Pattern.compile("0|-?[1-9][0-9]{0,8}");

    private final Place place;
    private final Mapping mapping;
    private final boolean present;
    private final Problems problems;
    private final KnownKeys keys;
    private final Set<String> known = new TreeSet<>();

    Section(Place place, Mapping mapping, Problems problems) {
        this(place, mapping, problems, new KnownKeys());
    }

    /** The file as a whole, of which somebody wants to know what was asked for. */
    Section(Place place, Mapping mapping, Problems problems, KnownKeys keys) {
        this(place, mapping, true, problems, keys);
    }

    private Section(Place place, Mapping mapping, boolean present, Problems problems, KnownKeys keys) {
        this.place = place;
        this.mapping = mapping;
        this.present = present;
        this.problems = problems;
        this.keys = keys;
    }

    /** Text with the place it stands at. */
    record Text(String value, Place place) implements Item {}

    Optional<String> text(String key) {
        return scalar(key, Kind.TEXT).map(Scalar::text);
    }

    /** Text that may not be absent: reports it where it is. */
    Optional<String> requiredText(String key, String remedy) {
        Optional<String> text = text(key);
        if (text.isEmpty() && !problems.saidOf(place)) {
            problems.addUnlessSaid(place(key), "is missing; " + remedy);
        }
        return text;
    }

    OptionalInt number(String key) {
        Optional<Scalar> scalar = scalar(key, Kind.NUMBER);
        if (scalar.isEmpty()) {
            return OptionalInt.empty();
        }
        String text = scalar.get().text();
        if (scalar.get().look() != Look.NUMBER || !WHOLE_NUMBER.matcher(text).matches()) {
            problems.add(place(key), "expected a whole number such as 7, found '" + shorten(text) + "'" + quoted(text));
            return OptionalInt.empty();
        }
        return OptionalInt.of(Integer.parseInt(text));
    }

    Optional<Boolean> flag(String key) {
        Optional<Scalar> scalar = scalar(key, Kind.FLAG);
        if (scalar.isPresent() && scalar.get().look() != Look.FLAG) {
            problems.add(
                    place(key),
                    "expected true or false, found '" + shorten(scalar.get().text()) + "'");
            return Optional.empty();
        }
        return scalar.map(
                value -> Set.of("true", "yes", "on").contains(value.text().toLowerCase(Locale.ROOT)));
    }

    /** A list of texts; a single text is a list of one. */
    List<Text> texts(String key) {
        if (holdsSettings(key)) {
            problems.add(place(key), "expected a list of texts, found settings");
            return List.of();
        }
        List<Text> texts = new ArrayList<>();
        for (Item item : items(key)) {
            if (item instanceof Text text) {
                texts.add(text);
            } else {
                problems.add(item.place(), "expected text, found settings");
            }
        }
        return texts;
    }

    /** A list of texts and settings, mixed as they come; a single one is a list of one. */
    List<Item> items(String key) {
        Optional<Value> value = value(key, Kind.LIST);
        if (value.isEmpty() || isNothing(value.get())) {
            return List.of();
        }
        if (!(value.get() instanceof Sequence sequence)) {
            return item(value.get(), place(key)).map(List::of).orElse(List.of());
        }
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < sequence.items().size(); i++) {
            Value item = sequence.items().get(i);
            item(item, place(key).item(i, item.line())).ifPresent(items::add);
        }
        return items;
    }

    private Optional<Item> item(Value value, Place here) {
        if (value instanceof Mapping found) {
            return Optional.of(new Section(here, found, true, problems, keys));
        }
        if (value instanceof Scalar scalar && scalar.look() != Look.NOTHING) {
            return Optional.of(new Text(scalar.text(), here));
        }
        problems.add(here, "expected text, found " + value.kind());
        return Optional.empty();
    }

    /** Texts by keys of any name, in the order of the file. */
    Map<String, Text> textsByKey(String key) {
        Section section = section(key);
        Map<String, Text> texts = new LinkedHashMap<>();
        for (String name : section.mapping.entries().keySet()) {
            section.text(name).ifPresent(text -> texts.put(name, new Text(text, section.place(name))));
        }
        return texts;
    }

    /** Whether the key is there; like every question about its value, this makes it a known one. */
    boolean holds(String key) {
        return value(key).isPresent();
    }

    /** Whether the key holds settings, rather than text or a list. */
    boolean holdsSettings(String key) {
        return value(key).filter(Mapping.class::isInstance).isPresent();
    }

    /** Whether the key holds a list. */
    boolean holdsList(String key) {
        return value(key).filter(Sequence.class::isInstance).isPresent();
    }

    Section section(String key) {
        Optional<Value> value = value(key, Kind.SETTINGS);
        if (value.isPresent() && value.get() instanceof Mapping found) {
            return new Section(place(key), found, true, problems, keys);
        }
        if (value.isPresent() && !isNothing(value.get())) {
            problems.add(place(key), "expected settings, found " + value.get().kind());
        }
        return new Section(place(key), new Mapping(place(key).line(), Map.of()), value.isPresent(), problems, keys);
    }

    List<Section> sections(String key) {
        Optional<Value> value = value(key, Kind.LIST_OF_SETTINGS);
        List<Section> sections = new ArrayList<>();
        if (value.isPresent() && value.get() instanceof Sequence sequence) {
            for (int i = 0; i < sequence.items().size(); i++) {
                Value item = sequence.items().get(i);
                Place here = place(key).item(i, item.line());
                if (item instanceof Mapping found) {
                    sections.add(new Section(here, found, true, problems, keys));
                } else {
                    problems.add(here, "expected settings, found " + item.kind());
                }
            }
        } else if (value.isPresent() && !isNothing(value.get())) {
            problems.add(place(key), "expected a list, found " + value.get().kind() + "; start each item with '-'");
        }
        return sections;
    }

    /** A path; a relative one starts at the given directory. */
    Optional<Path> path(String key, Path directory) {
        return scalar(key, Kind.PATH).map(Scalar::text).flatMap(text -> {
            try {
                return Optional.of(directory.resolve(text).normalize());
            } catch (InvalidPathException impossible) {
                problems.add(place(key), "is no path: " + impossible.getReason());
                return Optional.empty();
            }
        });
    }

    /** Whether the file names this section at all. */
    boolean isPresent() {
        return present;
    }

    /** Every key there is, in the order of the file; for those that name things, and are no settings. */
    List<String> keys() {
        return List.copyOf(mapping.entries().keySet());
    }

    boolean has(String key) {
        return mapping.entries().containsKey(key);
    }

    @Override
    public Place place() {
        return place;
    }

    /** Where the key stands; where it is absent, where it would. */
    Place place(String key) {
        Entry entry = mapping.entries().get(key);
        return place.child(key, entry == null ? place.line() : entry.line());
    }

    void reportUnknownKeys() {
        mapping.entries().forEach((key, entry) -> {
            if (!known.contains(key)) {
                problems.add(place.child(shorten(key), entry.line()), "unknown setting; " + Nearest.remedy(key, known));
            }
        });
    }

    private Optional<Value> value(String key, Kind kind) {
        keys.asked(place(key), kind);
        return value(key);
    }

    private Optional<Value> value(String key) {
        known.add(key);
        return Optional.ofNullable(mapping.entries().get(key)).map(Entry::value);
    }

    private Optional<Scalar> scalar(String key, Kind expected) {
        Optional<Value> value = value(key, expected);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        if (!(value.get() instanceof Scalar scalar)) {
            problems.add(
                    place(key),
                    "expected " + expected.expected() + ", found " + value.get().kind());
            return Optional.empty();
        }
        if (scalar.text().isBlank() || scalar.look() == Look.NOTHING) {
            problems.add(place(key), "is empty; write a value, or remove the line");
            return Optional.empty();
        }
        return Optional.of(scalar);
    }

    private static boolean isNothing(Value value) {
        return value instanceof Scalar scalar && scalar.look() == Look.NOTHING;
    }

    private static String quoted(String text) {
        return WHOLE_NUMBER.matcher(text).matches() ? " in quotes; remove them" : "";
    }

    private static String shorten(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ");
        return line.length() <= 40 ? line : line.substring(0, 40) + "...";
    }
}
