/**
 * Who may talk to the API, and how both sides prove who they are.
 *
 * <pre>
 *  ca.pem ──signs──> server.pem   what the server shows; renewed before it expires, and when its names change
 *     └─────signs──> admin.pem    a client certificate, for those who prefer one to a token
 *  admin.token, read-only.token   what a kubeconfig carries; they do not expire
 * </pre>
 *
 * All files are for their owner only, and each is replaced as a whole.
 */
@NullMarked
package io.doksnap.apiserver.credentials;

import org.jspecify.annotations.NullMarked;
