/**
 * Where objects are kept: S3, a directory, or memory, behind one interface; the only importer of the AWS SDK.
 *
 * <pre>
 * ObjectStores ─> ObjectStore ─> Upload (StagedUpload: states, digest, limit)
 *   MemoryStore
 *   DirectoryStore ─> DirectoryUpload ─> DirectoryStaging (hidden folder), then renamed
 *   S3Store ─> S3Upload ─> S3Multipart (parts on threads) ─> S3Completion
 *           ─> S3Download (resumes)
 *           all through S3Connection ─> S3Retries, S3Failures, StallWatch ─> the SDK
 * </pre>
 */
@NullMarked
package io.doksnap.store;

import org.jspecify.annotations.NullMarked;
