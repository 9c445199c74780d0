/**
 * The embedded Kubernetes-style API, for hosts that have none: real clients talk to it and need not know.
 *
 * <pre>
 *  kubectl, fabric8 ──TLS──> rest: who is it (credentials), what is asked, answers, tables, watches
 *                              │
 *                              v
 *                            objects: what may happen to an object: validation, finalizers, generations ── collector
 *                              │ read, decide, write
 *                              v
 *                            storage ── change ──> watch: history, feeds
 * </pre>
 *
 * The kinds are data: what it serves besides its few core kinds comes from resource definitions. It knows nothing of backups.
 */
@NullMarked
package io.doksnap.apiserver;

import org.jspecify.annotations.NullMarked;
