/**
 * Where objects are kept: S3, a directory, or memory, behind one interface; the only importer of the AWS SDK.
 *
 * <pre>
 * ObjectStores ─> ObjectStore ─> Upload (StagedUpload: states, digest, limit)
 *   MemoryStore
 *   DirectoryStore ─> DirectoryUpload ─> DirectoryStaging (hidden folder), then renamed
 *   S3Store ─> S3Upload ─> S3Multipart (parts on threads; S3BodyCheck) ─> S3Completion
 *           ─> S3Download (resumes)
 *           all through S3Connection ─> S3Retries, S3Failures, S3Credentials ─> the SDK ─> S3Http (S3Tls)
 *   RateLimitedStore, CountingStore: stand around any of them
 * </pre>
 *
 * Trying again is no such wrapper. A part of an upload is sent again while its bytes are still at hand, a download goes on where it broke,
 * and which failure is worth another attempt is known to the S3 client alone; around a store one could only repeat whole calls,
 * and an {@link io.doksnap.store.Upload} cannot be repeated by who does not have its bytes any more. A directory has nothing that
 * passes by itself: a disk that is full or broken is so a second later too.
 */
@NullMarked
package io.doksnap.store;

import org.jspecify.annotations.NullMarked;
