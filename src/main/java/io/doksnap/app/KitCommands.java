package io.doksnap.app;

import io.doksnap.archive.Encryption;
import io.doksnap.policy.Compression;
import io.doksnap.policy.Policy;
import io.doksnap.policy.Source;
import io.doksnap.run.dump.DumpFormat;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What opens the archives of policies without this program, each way once: tools that every Linux has, and for a dump what loads it. */
final class KitCommands {
    private static final String TAR = "tar x -C restored -p --numeric-owner --xattrs --xattrs-include='*' --acls";

    private final Map<String, List<String>> remarks = new LinkedHashMap<>();
    private final Set<String> tools = new LinkedHashSet<>();
    private boolean files;
    private boolean dumps;

    void add(Policy policy, Encryption encryption) {
        if (policy.sources().isEmpty()) {
            addFiles(policy, encryption);
        }
        for (Source source : policy.sources()) {
            if (source instanceof Source.Dump dump) {
                addDump(DumpFormat.of(dump.kind()), policy, encryption);
            } else {
                addFiles(policy, encryption);
            }
        }
    }

    private void addFiles(Policy policy, Encryption encryption) {
        files = true;
        remarks.putIfAbsent(plain(".tar", policy, encryption) + " | " + TAR, List.of());
    }

    private void addDump(DumpFormat format, Policy policy, Encryption encryption) {
        dumps = true;
        String file = "restored/SOURCE" + format.extension();
        List<String> loading = remarks.computeIfAbsent(
                plain(format.extension(), policy, encryption) + " > " + file, command -> new ArrayList<>());
        String how = format.text() + ": " + format.howToLoad(file);
        if (!loading.contains(how)) {
            loading.add(how);
        }
    }

    /** What prints a source as it was before it was compressed. */
    private String plain(String extension, Policy policy, Encryption encryption) {
        List<String> stages = new ArrayList<>();
        switch (encryption.method()) {
            case "gpg", "aes256" -> stages.add("gpg -d");
            case "age" -> stages.add(encryption.fingerprints().isEmpty() ? "age -d" : "age -d -i KEYFILE");
            default -> {}
        }
        switch (policy.compression()) {
            case ZSTD -> stages.add("zstd -d");
            case GZIP -> stages.add("gzip -d");
            case NONE -> {}
        }
        stages.forEach(stage -> tools.add(stage.split(" ", 2)[0]));
        stages.add(0, "cat SOURCE" + extension + ending(policy.compression()) + encryption.extension());
        return String.join(" | ", stages);
    }

    private static String ending(Compression compression) {
        return switch (compression) {
            case ZSTD -> ".zst";
            case GZIP -> ".gz";
            case NONE -> "";
        };
    }

    /** Whether any source is a dump. */
    boolean haveDumps() {
        return dumps;
    }

    /** The tools that they take. */
    String tools() {
        List<String> all = new ArrayList<>(tools);
        if (files || !dumps) {
            all.add("GNU tar");
        }
        return all.isEmpty() ? "what every Linux has" : String.join(", ", all);
    }

    /** Each command, and below it what else is to be done. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        remarks.forEach((command, below) -> {
            lines.add(command);
            below.forEach(remark -> lines.add("  " + remark));
        });
        return lines;
    }
}
