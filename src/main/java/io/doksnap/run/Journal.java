package io.doksnap.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.doksnap.run.DataDirectory.DataDirectoryException;
import io.doksnap.run.JournalEntry.Kind;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What one run has stopped or paused and not yet brought back, on disk before it is touched: a file in the data directory
 * that is replaced as a whole, and goes with its last entry. A file that is there when nothing runs was left by a crash, or by
 * what could not be started.
 */
final class Journal {
    private static final int FORMAT_VERSION = 2;

    /** Knew containers only. */
    private static final int FIRST_VERSION = 1;

    /** Of policies whose journals do not say it yet. */
    private static final String USUAL_NAMESPACE = "default";

    private static final String PREFIX = "workload-";

    /** No name of a run has it. */
    private static final char FURTHER = '~';

    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final DataDirectory data;
    private final String file;
    private final PolicyName policy;
    private final List<JournalEntry> entries = new ArrayList<>();

    private Journal(DataDirectory data, String file, PolicyName policy) {
        this.data = data;
        this.file = file;
        this.policy = policy;
    }

    /**
     * The journal of a run that begins; nothing is written before its first entry. Where a run of that name has left one, as the same attempt of a
     * Backup may that begins again, this is a further file: what still has to be brought back stays in the first.
     */
    static Journal of(DataDirectory data, PolicyName policy, String runId) {
        String file = PREFIX + runId;
        for (int number = 2; !Files.notExists(data.path().resolve(file)); number++) {
            file = PREFIX + runId + FURTHER + number;
        }
        return new Journal(data, file, policy);
    }

    /** The run whose journal a file is. */
    static String runId(String file) {
        int further = file.indexOf(FURTHER);
        return file.substring(PREFIX.length(), further < 0 ? file.length() : further);
    }

    /** The files that earlier runs have left, the newest first. */
    static List<String> left(DataDirectory data) throws DataDirectoryException {
        List<String> files = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(data.path(), PREFIX + "*")) {
            for (Path file : found) {
                String name = String.valueOf(file.getFileName());
                if (!name.endsWith(DataDirectory.UNFINISHED)) {
                    files.add(name);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw DataDirectoryException.of("cannot read " + data.path(), new IOException(e.getCause()));
        } catch (IOException e) {
            throw DataDirectoryException.of("cannot read " + data.path(), e);
        }
        files.sort(Collections.reverseOrder());
        return files;
    }

    /**
     * Reads what an earlier run has left.
     *
     * @return empty when it makes no sense, as after damage to the disk, or when it was written by a newer version
     */
    static Optional<Journal> read(DataDirectory data, String file) throws DataDirectoryException {
        try {
            JsonNode tree = JSON.readTree(data.read(file).orElse(""));
            if (tree instanceof ObjectNode journal && !journal.has("namespace")) {
                journal.put("namespace", USUAL_NAMESPACE);
            }
            if (tree.path("formatVersion").asInt() == FIRST_VERSION) {
                bringUpToDate(tree);
            } else if (tree.path("formatVersion").asInt() != FORMAT_VERSION) {
                return Optional.empty();
            }
            Content content = JSON.treeToValue(tree, Content.class);
            Journal journal = new Journal(data, file, new PolicyName(content.namespace(), content.policy()));
            journal.entries.addAll(content.entries());
            return Optional.of(journal);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /**
     * The ids of everything that any journal speaks of, also those of runs that are under way; empty where that cannot be told, as one of them makes no
     * sense.
     */
    static Optional<Set<String>> ids(DataDirectory data) throws DataDirectoryException {
        Set<String> ids = new HashSet<>();
        for (String file : left(data)) {
            Optional<Journal> journal = read(data, file);
            if (journal.isEmpty() && data.read(file).isPresent()) {
                return Optional.empty();
            }
            journal.ifPresent(known -> known.entries().forEach(entry -> ids.add(entry.id())));
        }
        return Optional.of(ids);
    }

    private static void bringUpToDate(JsonNode tree) {
        for (JsonNode entry : tree.path("entries")) {
            if (entry instanceof ObjectNode object) {
                object.put("kind", Kind.CONTAINER.name());
                object.set("name", object.path("container"));
                object.put("replicas", 0).put("version", 0).put("image", "");
            }
        }
    }

    /** Whose run it was. */
    PolicyName policy() {
        return policy;
    }

    /** In the order in which they were touched. */
    List<JournalEntry> entries() {
        return List.copyOf(entries);
    }

    /** Adds an entry, or puts it in the place of the one of the same container or service; durable when this returns. */
    void put(JournalEntry entry) throws DataDirectoryException {
        List<JournalEntry> before = List.copyOf(entries);
        int known = indexOf(entry);
        if (known >= 0) {
            entries.set(known, entry);
        } else {
            entries.add(entry);
        }
        try {
            write();
        } catch (DataDirectoryException e) {
            entries.clear();
            entries.addAll(before);
            takeBack(e);
            throw e;
        }
    }

    /** A file that was replaced, and only could not be made durable, must not speak of what is never going to be touched. */
    private void takeBack(DataDirectoryException cause) {
        try {
            write();
        } catch (DataDirectoryException e) {
            cause.addSuppressed(e);
        }
    }

    /** Forgets a container or service. Where that cannot be written, a replay finds it running and does nothing. */
    void remove(JournalEntry entry) throws DataDirectoryException {
        int known = indexOf(entry);
        if (known >= 0) {
            entries.remove(known);
            write();
        }
    }

    private int indexOf(JournalEntry entry) {
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).id().equals(entry.id())) {
                return i;
            }
        }
        return -1;
    }

    private void write() throws DataDirectoryException {
        if (entries.isEmpty()) {
            data.delete(file);
            return;
        }
        try {
            data.write(
                    file,
                    JSON.writeValueAsString(new Content(FORMAT_VERSION, policy.namespace(), policy.name(), entries())));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write a journal as JSON", e);
        }
    }

    /** The file as it is on disk. */
    private record Content(int formatVersion, String namespace, String policy, List<JournalEntry> entries) {}
}
