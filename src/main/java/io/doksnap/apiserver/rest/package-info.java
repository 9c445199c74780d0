/**
 * The API over HTTP.
 *
 * <pre>
 *  request ── who is it? (Authentication) ── may they? (Authorization) ── what is asked? (RequestPath, Accepted, Bodies)
 *     ├── discovery, OpenAPI, version, health
 *     ├── Resources: get, list, create, update, patch, delete ── objects ── Representation: plain, table, metadata only
 *     └── Watches: a connection that stays open, written to without a thread of its own
 * </pre>
 *
 * Whatever fails ends as a {@code Status} object; nobody outside sees a stack trace.
 */
@NullMarked
package io.doksnap.apiserver.rest;

import org.jspecify.annotations.NullMarked;
