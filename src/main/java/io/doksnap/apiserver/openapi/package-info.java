/**
 * OpenAPI v3, which kubectl lives on: {@code explain}, {@code apply --validate}, {@code diff} and server-side apply ask it
 * which kinds and which parameters there are.
 *
 * <pre>
 *  ServedKind, one for each kind ─┬─&gt; Paths        operations, each with the kind that it is about
 *                                 └─&gt; Components   schemas, with all that they refer to
 *  OpenApi: a document for each group and version, and the root that names them with a hash of their content
 * </pre>
 *
 * <p>Pure; made once for the kinds that are served.
 */
@NullMarked
package io.doksnap.apiserver.openapi;

import org.jspecify.annotations.NullMarked;
