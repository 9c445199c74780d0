/**
 * How everything stands, over HTTP: for people, for the tools that read the original program's JSON, and for Prometheus.
 *
 * <pre>
 * StatusServer ─> Gate: who, how often, how much ─> StatusDocuments (JSON), StatusMetrics (Prometheus)
 *                                                        └── Apps: policies with their runs and snapshots <── StatusSource: what the API has stored
 * </pre>
 *
 * <p>All of it comes from stored resources, so that a restart changes nothing; nothing here asks Docker or a destination, so that neither can
 * keep the server from answering.
 */
@NullMarked
package io.doksnap.status;

import org.jspecify.annotations.NullMarked;
