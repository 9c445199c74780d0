package io.doksnap.run.dump;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A dump of PostgreSQL on its way into psql: roles that are missing, and the chosen databases under new names. */
final class PostgresInput extends MarkedInput {
    private static final String DATABASE = "database ";
    private static final String SET_NAME = "\\set doksnap_database '";

    /** As pg_dump writes it into its first lines. */
    private static final Pattern MADE_BY = Pattern.compile("(?m)^-- Dumped from database version (\\d{1,4})\\b");

    private static final int FIRST_LINES = 1 << 10;

    private final OutputStream client;
    private final Predicate<String> chosen;
    private final UnaryOperator<String> names;
    private final String lastWord;
    private final GlobalStatements globals;
    private final List<String> held = new ArrayList<>();
    private final ByteArrayOutputStream first = new ByteArrayOutputStream();
    private Section section = Section.DROPPED;
    private boolean taken;

    /** What becomes of the text between two marks. */
    private enum Section {
        GLOBALS,
        PASSED,
        DROPPED
    }

    /**
     * Creates it.
     *
     * @param roles that the server has
     * @param names gives the new name of a database; is called before anything of it is passed on
     */
    PostgresInput(
            OutputStream client,
            Set<String> roles,
            Predicate<String> chosen,
            UnaryOperator<String> names,
            String lastWord) {
        super("postgres");
        this.client = client;
        this.globals = new GlobalStatements(client, roles);
        this.chosen = chosen;
        this.names = names;
        this.lastWord = lastWord;
    }

    /** The databases of the dump, chosen or not. */
    List<String> held() {
        return List.copyOf(held);
    }

    /** The roles that the server did not have. */
    List<String> createdRoles() {
        return globals.created();
    }

    /** The first number of the version of the server that was dumped; empty where the dump does not say it, or has not got that far. */
    OptionalInt madeBy() {
        Matcher version = MADE_BY.matcher(first.toString(StandardCharsets.UTF_8));
        return version.find() ? OptionalInt.of(Integer.parseInt(version.group(1))) : OptionalInt.empty();
    }

    @Override
    void mark(String words) throws IOException {
        if (section == Section.GLOBALS) {
            globals.finish();
        }
        if (words.startsWith(DATABASE)) {
            begin(words.substring(DATABASE.length()));
            return;
        }
        switch (words) {
            case "globals" -> section = Section.GLOBALS;
            case "create", "settings" -> section = taken ? Section.PASSED : Section.DROPPED;
            case "content" -> {
                section = taken ? Section.PASSED : Section.DROPPED;
                first.reset();
            }
            case "whole" -> end(taken);
            case "complete" -> section = Section.DROPPED;
            default -> throw new DumpException("the dump holds '" + words + "', which this version does not know");
        }
    }

    /** The line that stands in the dump with the old name is dropped. */
    private void begin(String database) throws IOException {
        if (!PostgresNames.isLoadable(database)) {
            throw new DumpException("the dump holds a database of the name '" + database + "', which cannot be loaded");
        }
        held.add(database);
        taken = chosen.test(database);
        section = Section.DROPPED;
        if (taken) {
            send(SET_NAME + names.apply(database) + "'\n");
        }
    }

    private void end(boolean loaded) throws IOException {
        section = Section.DROPPED;
        if (loaded) {
            // Without statistics the first queries may take for ever; that it fails is no reason not to have the data.
            send("\\set ON_ERROR_STOP off\nANALYZE;\n\\set ON_ERROR_STOP on\n");
        }
    }

    @Override
    void text(byte[] bytes, int offset, int length) throws IOException {
        switch (section) {
            case GLOBALS -> globals.text(bytes, offset, length);
            case PASSED -> {
                first.write(bytes, offset, Math.min(length, FIRST_LINES - Math.min(FIRST_LINES, first.size())));
                client.write(bytes, offset, length);
            }
            case DROPPED -> {}
        }
    }

    @Override
    void end() throws IOException {
        send("\\echo " + lastWord + "\n\\q\n");
        client.flush();
    }

    private void send(String text) throws IOException {
        client.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
