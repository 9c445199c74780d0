package io.doksnap.run.dump;

import io.doksnap.docker.ExecCommand;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * One load of a dump into a server that runs: into new databases beside those that are there, and then into their place. The steps come in the
 * order of these methods, each once; where one fails, {@link #undo} is the last.
 */
public interface DumpLoad {

    /**
     * The load of a dump.
     *
     * @param chosen which of its databases, by their names
     * @param random makes the names of new databases unique: letters and digits
     * @throws DumpException where dumps of this kind cannot be loaded by us; the message says what to do instead
     */
    static DumpLoad of(DumpFormat format, DatabaseContainer inside, Predicate<String> chosen, String random)
            throws DumpException {
        return switch (format) {
            case POSTGRES -> new PostgresLoad(inside, chosen, random);
            case MYSQL, MARIADB -> new MysqlLoad(inside, chosen, random);
            case REDIS -> new RedisLoad(inside, random);
            case MONGO ->
                throw new DumpException(
                        "a dump of mongo is not loaded by a restore, as no database of MongoDB takes the place of another"
                                + " in one step; restore it with --to-directory, which then says how to load it"
                                + " beside what is there");
            case COMMAND ->
                throw new DumpException("a dump of the kind command is not loaded by a restore, as only its command"
                        + " knows what it is; restore it with --to-directory");
        };
    }

    /** Asks the server whether it can take a dump, and what there is; changes nothing. Returns where it will go and what becomes of what is there, in words that follow "into". */
    String look() throws IOException;

    /** What reads the dump by its standard input. */
    ExecCommand command();

    /** What the dump is written to, and then finished; passes on to the command what that is to read. */
    LoadInput input(OutputStream command);

    /** What the command prints last, once it has read and done all of it. */
    String lastWord();

    /** Why the command may have failed, where what it printed may not say it; to be put behind that, and mostly empty. */
    default String suspicion() {
        return "";
    }

    /** Puts what was loaded into the place of what is there, which is kept under another name. */
    Loaded swap() throws IOException;

    /** Removes what was loaded. Returns what could not be removed, for a person to do; empty where nothing is left. */
    Optional<String> undo();

    /**
     * What was loaded.
     *
     * @param where it lies now, for people
     * @param notes what a person has to know, such as where the old ones are; each complete
     */
    record Loaded(String where, List<String> notes) {
        public Loaded {
            notes = List.copyOf(notes);
        }
    }
}
