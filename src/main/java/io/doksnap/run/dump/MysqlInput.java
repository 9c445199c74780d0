package io.doksnap.run.dump;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A dump of MySQL or MariaDB on its way into the client: the chosen databases under new names, without the users. */
final class MysqlInput extends MarkedInput {
    private static final Pattern DATABASE = Pattern.compile("database (\\w+) (\\w+) ([^`\\\\'\\p{Cntrl}]{1,64})");

    private final OutputStream client;
    private final Predicate<String> chosen;
    private final UnaryOperator<String> names;
    private final String lastWord;
    private final List<String> held = new ArrayList<>();
    private boolean taken;
    private boolean passes;

    /**
     * Creates it.
     *
     * @param names gives the new name of a database; is called before anything of it is passed on
     */
    MysqlInput(OutputStream client, Predicate<String> chosen, UnaryOperator<String> names, String lastWord) {
        super("mysql");
        this.client = client;
        this.chosen = chosen;
        this.names = names;
        this.lastWord = lastWord;
    }

    /** The databases of the dump, chosen or not. */
    List<String> held() {
        return List.copyOf(held);
    }

    @Override
    void mark(String words) throws IOException {
        passes = false;
        if (words.startsWith("database ")) {
            begin(words);
            return;
        }
        switch (words) {
            case "content" -> passes = taken;
            case "whole", "users", "complete" -> taken = false;
            default -> throw new DumpException("the dump holds '" + words + "', which this version does not know");
        }
    }

    /** The statements that stand in the dump with the old name are not passed. */
    private void begin(String words) throws IOException {
        Matcher database = DATABASE.matcher(words);
        if (!database.matches()) {
            throw new DumpException("the dump holds a " + words + ", which cannot be loaded");
        }
        String name = database.group(3);
        held.add(name);
        taken = chosen.test(name);
        if (taken) {
            String fresh = "`" + names.apply(name) + "`";
            send("CREATE DATABASE " + fresh + " CHARACTER SET " + database.group(1) + " COLLATE " + database.group(2)
                    + ";\nUSE " + fresh + ";\n");
        }
    }

    @Override
    void text(byte[] bytes, int offset, int length) throws IOException {
        if (passes) {
            client.write(bytes, offset, length);
        }
    }

    @Override
    void end() throws IOException {
        // What cuts the input off there may want to see a line more, as busybox does.
        send("SELECT '" + lastWord + "';\n-- " + lastWord + "\n\n\n");
        client.flush();
    }

    private void send(String text) throws IOException {
        client.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
