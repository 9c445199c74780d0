package io.doksnap.apiserver.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The SQLite file. One connection, used by one thread at a time; one transaction a write, on the disk when it returns. */
final class Database implements AutoCloseable {
    private static final String VERSION = "version";

    private final Path file;
    private final Connection connection;

    private Database(Path file, Connection connection) {
        this.file = file;
        this.connection = connection;
    }

    /** Creates what is missing, for this user only. */
    static Database open(Path file) throws StorageException {
        try {
            if (!Files.exists(file)) {
                // SQLite gives its other files the permissions of this one.
                Files.newByteChannel(
                                file,
                                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
                        .close();
            }
            Database database = new Database(file, connect(file));
            database.createTables();
            return database;
        } catch (IOException | SQLException e) {
            throw new StorageException(
                    "cannot open the API's database " + file + " (" + describe(e)
                            + "); see that no other doksnap uses it and that this user may write there. If it is damaged, move it"
                            + " away: policies made with kubectl are lost with it, snapshots are not",
                    e);
        }
    }

    private static Connection connect(Path file) throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file.toAbsolutePath());
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 0");
            // First of all: nobody else opens the file, not even another process of ours, and so no shared memory is
            // needed.
            statement.execute("PRAGMA locking_mode = EXCLUSIVE");
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("PRAGMA synchronous = FULL");
            return connection;
        } catch (SQLException e) {
            try (connection) {
                throw e;
            }
        }
    }

    private void createTables() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS objects"
                    + " (key TEXT PRIMARY KEY NOT NULL, rv INTEGER NOT NULL, value BLOB NOT NULL) WITHOUT ROWID");
            statement.execute(
                    "CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY NOT NULL, value INTEGER NOT NULL)");
            statement.execute("INSERT OR IGNORE INTO counters VALUES ('" + VERSION + "', 1)");
        }
    }

    /** The version of the last write. */
    long version() throws StorageException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT value FROM counters WHERE name = '" + VERSION + "'")) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    SortedMap<Key, Stored> objects() throws StorageException {
        SortedMap<Key, Stored> objects = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT key, rv, value FROM objects")) {
            while (rows.next()) {
                Key key = Key.parse(rows.getString(1));
                objects.put(key, new Stored(key, rows.getLong(2), rows.getBytes(3)));
            }
            return objects;
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    void put(Stored object) throws StorageException {
        write(object, "INSERT OR REPLACE INTO objects (key, rv, value) VALUES (?, ?, ?)", statement -> {
            statement.setString(1, object.key().toString());
            statement.setLong(2, object.version());
            statement.setBytes(3, object.json());
        });
    }

    void remove(Stored object) throws StorageException {
        write(
                object,
                "DELETE FROM objects WHERE key = ?",
                statement -> statement.setString(1, object.key().toString()));
    }

    /** Fills in a statement. */
    @FunctionalInterface
    private interface Parameters {
        void set(PreparedStatement statement) throws SQLException;
    }

    private void write(Stored object, String sql, Parameters parameters) throws StorageException {
        try (Statement transaction = connection.createStatement();
                PreparedStatement change = connection.prepareStatement(sql);
                PreparedStatement counter =
                        connection.prepareStatement("UPDATE counters SET value = ? WHERE name = '" + VERSION + "'")) {
            transaction.execute("BEGIN IMMEDIATE");
            parameters.set(change);
            change.executeUpdate();
            counter.setLong(1, object.version());
            counter.executeUpdate();
            transaction.execute("COMMIT");
        } catch (SQLException e) {
            rollBack(e);
            throw new StorageException(
                    "cannot write " + object.key() + " to the API's database " + file + " (" + describe(e)
                            + "); free some space or see to the disk, then try again",
                    e);
        }
    }

    /** SQLite has done it by itself where the disk was full, and then refuses: JDBC's own transactions would never begin again after that. */
    private void rollBack(SQLException cause) {
        try (Statement transaction = connection.createStatement()) {
            transaction.execute("ROLLBACK");
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    private StorageException unreadable(SQLException e) {
        return new StorageException(
                "cannot read the API's database " + file + " (" + describe(e)
                        + "); if it is damaged, move it away: policies made with kubectl are lost with it, snapshots are not",
                e);
    }

    private static String describe(Exception e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    @Override
    public void close() throws StorageException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new StorageException("cannot close the API's database " + file + " (" + describe(e) + ")", e);
        }
    }
}
