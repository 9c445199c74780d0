package io.doksnap.apiserver.credentials;

import java.net.URI;

/**
 * What a client in this process needs, as a kubeconfig has it for those outside.
 *
 * @param server where it is
 * @param authority the certificate of the authority that signed the server's, as PEM
 * @param token that says who the client is
 */
public record Login(URI server, String authority, String token) {
    @Override
    public String toString() {
        return "login at " + server;
    }
}
