package io.doksnap.run.dump;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code pg_dumpall --globals-only} prints, of which only the statements about roles pass that a server does not have yet. Roles that are there
 * keep their passwords and rights, and tablespaces are the server's own affair.
 */
final class GlobalStatements {
    private static final int LONGEST = 1 << 20;
    private static final Pattern WORD = Pattern.compile("\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'|[^\\s\"';]+");
    private static final int NOTHING = 0;

    private final OutputStream client;
    private final Set<String> known;
    private final Set<String> created = new LinkedHashSet<>();
    private final ByteArrayOutputStream statement = new ByteArrayOutputStream();
    private int quote = NOTHING;
    private boolean wholeLine;

    /** Creates it. The roles that a server has are given by their names as they are, without quotes. */
    GlobalStatements(OutputStream client, Set<String> known) {
        this.client = client;
        this.known = Set.copyOf(known);
    }

    /** The roles that were not known. */
    List<String> created() {
        return List.copyOf(created);
    }

    void text(byte[] bytes, int offset, int length) throws IOException {
        for (int i = offset; i < offset + length; i++) {
            take(bytes[i]);
        }
    }

    /** Throws where the text ended within a statement. */
    void finish() throws DumpException {
        if (statement.size() > 0) {
            throw new DumpException("the dump's roles end in the middle of a statement");
        }
    }

    private void take(byte next) throws IOException {
        if (statement.size() == 0) {
            if (Character.isWhitespace(next)) {
                return;
            }
            // Comments, and the commands of psql's own.
            wholeLine = next == '-' || next == '\\';
        }
        statement.write(next);
        if (statement.size() > LONGEST) {
            throw new DumpException("the dump's roles hold a statement of more than " + LONGEST + " bytes");
        }
        if (wholeLine) {
            if (next == '\n') {
                end(true);
            }
        } else if (quote != NOTHING) {
            // A quote within quotes is doubled, so it ends them and begins them again.
            quote = next == quote ? NOTHING : quote;
        } else if (next == '\'' || next == '"') {
            quote = next;
        } else if (next == ';') {
            end(passes(statement.toString(StandardCharsets.UTF_8)));
        }
    }

    private void end(boolean passes) throws IOException {
        if (passes) {
            statement.write('\n');
            statement.writeTo(client);
        }
        statement.reset();
    }

    private boolean passes(String text) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(text);
        while (matcher.find()) {
            words.add(matcher.group());
        }
        return switch (words.isEmpty() ? "" : words.get(0)) {
            case "SET", "SELECT" -> true;
            case "CREATE" -> isNew(after("ROLE", words));
            // What a role has set in one database alone names that as it was called.
            case "ALTER", "COMMENT", "SECURITY" ->
                created.contains(after("ROLE", words)) && !words.contains("DATABASE");
            case "GRANT", "REVOKE" ->
                !words.contains("TABLESPACE")
                        && (created.contains(after("TO", words)) || created.contains(after(words.get(0), words)));
            default -> false;
        };
    }

    private boolean isNew(String role) {
        if (role.isEmpty() || known.contains(role)) {
            return false;
        }
        created.add(role);
        return true;
    }

    /** The name that follows a word; empty where there is none. */
    private static String after(String word, List<String> words) {
        int at = words.indexOf(word);
        if (at < 0 || at + 1 >= words.size()) {
            return "";
        }
        String name = words.get(at + 1);
        return name.startsWith("\"") ? name.substring(1, name.length() - 1).replace("\"\"", "\"") : name;
    }
}
