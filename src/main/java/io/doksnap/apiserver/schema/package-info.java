/**
 * Structural schemas: what an object of a kind may hold, what is filled in, and what is dropped.
 *
 * <pre>
 *  openAPIV3Schema (JSON) ── SchemaCompiler ──&gt; StructuralSchema
 *                                                 ├ validate       problems, worded as Kubernetes words them
 *                                                 ├ applyDefaults  nulls dropped, defaults filled in
 *                                                 ├ prune          unknown fields dropped, and named
 *                                                 └ root           what server-side apply and patches know lists and maps by
 * </pre>
 *
 * <p>Pure: no I/O but the reading of the built-in definitions, no clock. Depth of recursion is that of the schema, not
 * that of the object.
 */
@NullMarked
package io.doksnap.apiserver.schema;

import org.jspecify.annotations.NullMarked;
