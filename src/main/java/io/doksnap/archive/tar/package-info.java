/**
 * The tar format (POSIX.1-2001 with PAX records, read also as GNU tar and Docker write it), directory trees into it and
 * out of it.
 *
 * <p>Names are bytes from end to end: a file system allows any byte but NUL and slash in a name, and a backup that
 * squeezes names through a character set loses files.
 *
 * <pre>
 *  TreeArchiver ── FileArchiver ──&gt; OpenFile: content, holes
 *        │    └── AttributeReader ──&gt; OpenFile: attributes, ACLs
 *        └──&gt; TarWriter                                 TarReader ──&gt; TreeExtractor ── OpenDirectories
 *                                                                          └── Attributes ── AttributeWriter
 * </pre>
 */
@NullMarked
package io.doksnap.archive.tar;

import org.jspecify.annotations.NullMarked;
