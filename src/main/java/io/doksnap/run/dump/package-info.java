/**
 * Dumps of databases: what is run inside a container to make one, how one tells that it is whole, and what loads it.
 *
 * <pre>
 *  DumpFormat ── command ──&gt; a shell in the container ── standard output ──&gt; DumpOutput (is it whole?) ──&gt; archive
 *  archive ──&gt; SqlSections (each database under a new name) ──&gt; a shell in the container ── psql or mysql
 * </pre>
 */
@NullMarked
package io.doksnap.run.dump;

import org.jspecify.annotations.NullMarked;
