/**
 * Where objects are kept: S3, a directory, or memory, behind one interface; the only importer of the AWS SDK.
 */
@NullMarked
package io.doksnap.store;

import org.jspecify.annotations.NullMarked;
