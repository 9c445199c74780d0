/**
 * OpenPGP messages (RFC 4880) that stock gpg opens: to public keys, or with a password.
 */
@NullMarked
package io.doksnap.archive.openpgp;

import org.jspecify.annotations.NullMarked;
