package io.doksnap.testing;

import com.fasterxml.jackson.databind.JsonNode;
import io.doksnap.apiserver.json.Json;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Talks to the embedded API request by request, knowing nothing of what a good client would do. */
public final class ApiHttp {
    private final HttpClient client;
    private final URI server;
    private final String token;

    private ApiHttp(HttpClient client, URI server, String token) {
        this.client = client;
        this.server = server;
        this.token = token;
    }

    /** As the user of a token file in the server's directory ({@code admin.token}); as nobody where that is empty. */
    public static ApiHttp of(Path directory, URI server, String tokenFile) throws Exception {
        String pem = Files.readString(directory.resolve("ca.pem"));
        String certificate = pem.substring(pem.indexOf("-----BEGIN CERTIFICATE"));
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream in = new ByteArrayInputStream(certificate.getBytes(StandardCharsets.US_ASCII))) {
            trusted.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, factory.getTrustManagers(), null);
        String token = tokenFile.isEmpty()
                ? ""
                : Files.readString(directory.resolve(tokenFile)).strip();
        return new ApiHttp(HttpClient.newBuilder().sslContext(tls).build(), server, token);
    }

    /** An answer, whatever it is. */
    public record Answer(int code, HttpResponse<byte[]> response) {
        public JsonNode json() {
            return Json.object(response.body());
        }

        public String text() {
            return new String(response.body(), StandardCharsets.UTF_8);
        }

        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }

    public Answer get(String path, String... headers) throws Exception {
        return send("GET", path, "", headers);
    }

    /** With {@code Content-Type: application/json} unless the headers name another. */
    public Answer send(String method, String path, String body, String... headers) throws Exception {
        HttpResponse<byte[]> response = client.send(request(method, path, body, headers), BodyHandlers.ofByteArray());
        return new Answer(response.statusCode(), response);
    }

    /** A stream that the caller closes, as a client does that leaves. */
    public InputStream stream(String path) throws Exception {
        return client.send(request("GET", path, ""), BodyHandlers.ofInputStream())
                .body();
    }

    private HttpRequest request(String method, String path, String body, String... headers) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(server.resolve(path))
                .timeout(Duration.ofSeconds(30))
                .version(HttpClient.Version.HTTP_1_1)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            builder.setHeader("Authorization", "Bearer " + token);
        }
        if (!body.isEmpty()) {
            builder.setHeader("Content-Type", "application/json");
        }
        for (int i = 0; i + 1 < headers.length; i += 2) {
            builder.setHeader(headers[i], headers[i + 1]);
        }
        return builder.build();
    }
}
