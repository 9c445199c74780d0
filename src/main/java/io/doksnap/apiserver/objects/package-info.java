/**
 * What may happen to an object, whoever asks and however.
 *
 * <pre>
 *  what was sent ── metadata (names, uid, generation) ── defaults, unknown fields ── schema and rules of its kind ── managed fields ── storage
 *  deleted ── finalizers left? marked : removed ── collector: what it owned
 * </pre>
 */
@NullMarked
package io.doksnap.apiserver.objects;

import org.jspecify.annotations.NullMarked;
