package io.doksnap.declare;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The server that {@code s3.endpoint} names: a host, {@code host:port} or an http(s) URL. Without a scheme it is https.
 *
 * @param uri the server; empty for the public endpoint of AWS, which the region determines
 * @param amazon whether it belongs to AWS
 * @param region the region that its name gives away
 */
record S3Endpoint(Optional<URI> uri, boolean amazon, Optional<String> region) {
    static final S3Endpoint AWS = new S3Endpoint(Optional.empty(), true, Optional.empty());

    private static final Pattern REGIONAL = Pattern.compile("s3[.-]([a-z]{2}(?:-[a-z]+)+-[0-9])\\.amazonaws\\.com");

    /** Reads an endpoint; empty after a problem was told, without any password that the text may hold. */
    static Optional<S3Endpoint> parse(String text, Place place, Problems problems) {
        URI uri;
        try {
            uri = new URI(text.contains("://") ? text : "https://" + text);
        } catch (URISyntaxException wrong) {
            problems.add(
                    place, "is no server; write a host, host:port, or a URL such as https://minio.example.org:9000");
            return Optional.empty();
        }
        if (uri.getRawUserInfo() != null) {
            problems.add(
                    place,
                    "holds credentials; remove them, and set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY instead");
            return Optional.empty();
        }
        if (!"https".equals(uri.getScheme()) && !"http".equals(uri.getScheme())) {
            problems.add(place, "'" + uri.getScheme() + "' is no way to reach S3; write http:// or https://");
            return Optional.empty();
        }
        if (uri.getHost() == null || uri.getPort() == 0 || uri.getPort() > 65_535) {
            problems.add(
                    place,
                    "'" + text + "' names no server; write a host (letters, digits, '-', '.'), host:port, or a URL");
            return Optional.empty();
        }
        if (!uri.getRawPath().matches("/?") || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            problems.add(
                    place,
                    "has more than the server's name; put the bucket into s3.bucket and a folder into s3.prefix");
            return Optional.empty();
        }
        return Optional.of(of(uri));
    }

    private static S3Endpoint of(URI uri) {
        String host = uri.getHost();
        URI server = URI.create(uri.getScheme() + "://" + uri.getRawAuthority());
        Matcher regional = REGIONAL.matcher(host);
        boolean standard = "https".equals(uri.getScheme()) && (uri.getPort() == -1 || uri.getPort() == 443);
        boolean amazon = host.endsWith(".amazonaws.com") || host.endsWith(".amazonaws.com.cn");
        if (regional.matches()) {
            return new S3Endpoint(
                    standard ? Optional.empty() : Optional.of(server), true, Optional.of(regional.group(1)));
        }
        return standard && host.equals("s3.amazonaws.com")
                ? AWS
                : new S3Endpoint(Optional.of(server), amazon, Optional.empty());
    }
}
