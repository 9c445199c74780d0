package io.doksnap.apiserver.schema;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The structural schema of one kind: its {@code apiVersion}, {@code kind} and {@code metadata} are those that all kinds
 * share, whatever the CRD says of them. Immutable, for any number of threads.
 */
public final class StructuralSchema {
    private final SchemaNode root;

    private StructuralSchema(SchemaNode root) {
        this.root = root;
    }

    /**
     * Reads the {@code openAPIV3Schema} of a CRD's version.
     *
     * @throws IllegalArgumentException where a pattern or a list type cannot be read
     */
    public static StructuralSchema of(ObjectNode written) {
        ObjectNode whole = written.deepCopy();
        whole.put("type", "object");
        ObjectNode properties = whole.withObjectProperty("properties");
        properties.putObject("apiVersion").put("type", "string");
        properties.putObject("kind").put("type", "string");
        properties.putObject("metadata").put("$ref", CoreKinds.OBJECT_META);
        return compiled(whole);
    }

    static StructuralSchema compiled(ObjectNode schema) {
        return new StructuralSchema(new SchemaCompiler(CoreKinds.definitions()).compile(schema));
    }

    /** What is wrong with the object: nothing, or up to a hundred problems. */
    public List<SchemaProblem> validate(ObjectNode object) {
        Problems problems = new Problems();
        Validation.check(root, object, "", problems);
        return problems.list();
    }

    /**
     * What is wrong with a new version of an object that was not wrong with its old one: a schema that became stricter
     * keeps nobody from writing the status of what is stored, nor from mending one field after the other.
     */
    public List<SchemaProblem> validateUpdate(ObjectNode object, ObjectNode old) {
        List<SchemaProblem> problems = validate(object);
        if (problems.isEmpty()) {
            return problems;
        }
        Set<SchemaProblem> before = new HashSet<>(validate(old));
        return problems.stream().filter(problem -> !before.contains(problem)).toList();
    }

    /** Drops nulls where null is no value and fills in defaults, in place. Changes nothing the second time. */
    public void applyDefaults(ObjectNode object) {
        Defaulting.apply(root, object);
    }

    /** Drops the fields that the schema does not know, in place, and returns their paths. */
    public List<String> prune(ObjectNode object) {
        return Pruning.prune(root, object);
    }

    /** The schema of the whole object, for those who walk it. */
    public SchemaNode root() {
        return root;
    }
}
