/**
 * Files in the age format (age-encryption.org/v1) that stock age opens: to X25519 recipients, or with a passphrase.
 */
@NullMarked
package io.doksnap.archive.age;

import org.jspecify.annotations.NullMarked;
