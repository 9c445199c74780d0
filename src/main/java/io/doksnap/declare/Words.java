package io.doksnap.declare;

import io.doksnap.declare.Section.Text;
import java.util.List;

/** Words of the file that a resource writes in another way. */
final class Words {
    private Words() {}

    /** A program with its arguments: a list as it is, or one line that is split into words. */
    static List<String> of(Section section, String key, Problems problems) {
        List<Text> texts = section.texts(key);
        if (section.holdsList(key) || texts.size() != 1) {
            return texts.stream().map(Text::value).toList();
        }
        try {
            return ShellWords.split(texts.get(0).value());
        } catch (CommandLineException wrong) {
            problems.add(texts.get(0).place(), String.valueOf(wrong.getMessage()));
            return List.of();
        }
    }

    /** {@code continue} as {@code Continue}. */
    static String capitalized(String word) {
        return word.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1);
    }

    /** {@code after_read} as {@code afterRead}. */
    static String camelCase(String word) {
        StringBuilder text = new StringBuilder();
        for (String part : word.split("_", -1)) {
            text.append(text.isEmpty() ? part : capitalized(part));
        }
        return text.toString();
    }
}
