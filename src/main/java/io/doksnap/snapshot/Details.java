package io.doksnap.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.api.BackupPolicySpec;
import java.util.List;
import java.util.Optional;

/**
 * {@code details.json}: what is worth knowing about a snapshot and not for everybody's eyes, so it is encrypted as the archives are.
 *
 * @param formatVersion {@value #FORMAT_VERSION}; a reader refuses what is newer
 * @param program what wrote it, with its version
 * @param id the folder's id
 * @param spec what the policy said at that time, with references to its secrets and never a secret itself
 * @param sources in the order of the policy
 */
public record Details(
        int formatVersion, String program, Identity identity, String id, JsonNode spec, List<SourceDetails> sources) {

    /** The version that this program writes, and the newest that it reads. */
    public static final int FORMAT_VERSION = 1;

    /** What its object is called, before the ending of the encryption. */
    public static final String OBJECT = "details.json";

    public Details {
        sources = List.copyOf(sources);
    }

    /**
     * One source.
     *
     * @param plainBytes the size of the tar stream before compression
     * @param plainSha256 of the tar stream before compression, in lower case hexadecimal
     */
    public record SourceDetails(String name, long plainBytes, String plainSha256) {}

    /** The details of a snapshot; {@code spec} is empty where the policy came from no resource. */
    public static Details of(
            String program,
            Identity identity,
            String id,
            Optional<BackupPolicySpec> spec,
            List<SourceDetails> sources) {
        ObjectNode declared = spec.map(SnapshotJson::tree)
                .map(Details::withoutValues)
                .orElseGet(JsonNodeFactory.instance::objectNode);
        return new Details(FORMAT_VERSION, program, identity, id, declared, sources);
    }

    /** The digest of a source's tar stream. */
    public Optional<String> plainSha256(String source) {
        return sources.stream()
                .filter(candidate -> candidate.name().equals(source))
                .map(SourceDetails::plainSha256)
                .findFirst();
    }

    /** The one place where a spec holds text that may be a secret is the environment of a hook. */
    private static ObjectNode withoutValues(ObjectNode spec) {
        for (JsonNode step : spec.path("hooks")) {
            for (JsonNode hook : step) {
                for (JsonNode variable : hook.path("exec").path("env")) {
                    if (variable instanceof ObjectNode named) {
                        named.remove("value");
                    }
                }
            }
        }
        return spec;
    }
}
