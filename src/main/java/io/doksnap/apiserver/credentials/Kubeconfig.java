package io.doksnap.apiserver.credentials;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The file that kubectl and other clients find their way with. */
final class Kubeconfig {
    private Kubeconfig() {}

    static String of(URI server, String authority, String user, String token) {
        return """
                apiVersion: v1
                kind: Config
                current-context: doksnap
                clusters:
                - name: doksnap
                  cluster:
                    server: %s
                    certificate-authority-data: %s
                contexts:
                - name: doksnap
                  context:
                    cluster: doksnap
                    namespace: default
                    user: doksnap-%s
                users:
                - name: doksnap-%s
                  user:
                    token: %s
                """.formatted(
                        server,
                        Base64.getEncoder().encodeToString(authority.getBytes(StandardCharsets.US_ASCII)),
                        user,
                        user,
                        token);
    }
}
