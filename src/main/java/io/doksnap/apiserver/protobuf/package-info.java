/**
 * Reads {@code application/vnd.kubernetes.protobuf}, in which kubectl sends a few core kinds ({@code create ns},
 * {@code auth can-i}) without asking whether the server knows it.
 *
 * <pre>
 *  bytes ── Protobuf: the envelope, then the object ──&gt; ObjectNode
 *              ├ WireReader    tags, numbers and lengths, never past the end
 *              └ MessageTable  which field has which number, as text
 * </pre>
 *
 * <p>Pure. Depth is that of the table, which has no cycles; the number of values is bounded. What is no such object is a
 * {@link io.doksnap.apiserver.protobuf.ProtobufException}, whatever bytes arrive.
 */
@NullMarked
package io.doksnap.apiserver.protobuf;

import org.jspecify.annotations.NullMarked;
