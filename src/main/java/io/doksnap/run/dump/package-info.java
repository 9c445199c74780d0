/**
 * Dumps of databases: what is run inside a container to make one, and how one tells that it is whole.
 *
 * <pre>
 *  DumpFormat ── command ──&gt; a shell in the container ── standard output ──&gt; DumpOutput (is it whole?) ──&gt; archive
 * </pre>
 */
@NullMarked
package io.doksnap.run.dump;

import org.jspecify.annotations.NullMarked;
