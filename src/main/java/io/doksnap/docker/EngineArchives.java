package io.doksnap.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import io.doksnap.docker.SilenceWatch.SilentException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The archive API: streams that take as long as they take, on connections of their own. */
final class EngineArchives {
    /** Of the usual deadline: before its first byte the engine mounts what may be on another host. */
    private static final int SILENCE = 4;

    private static final int NOT_FOUND = 404;
    private static final int FIRST_FAILURE = 300;

    private final EngineCalls calls;

    EngineArchives(EngineCalls calls) {
        this.calls = calls;
    }

    /** Everything below a path of a container; closing it ends the connection. */
    InputStream read(String purpose, String container, String path) throws DockerException {
        DockerClient client = calls.connect();
        SilenceWatch watch = new SilenceWatch(client, longestSilence());
        Request request = Request.builder()
                .method(Request.Method.GET)
                .path("/containers/" + container + "/archive?path=" + path)
                .build();
        try {
            Response response = watch.wait(() -> execute(client, request));
            return new Body(response, client, watch, purpose);
        } catch (IOException | RuntimeException e) {
            watch.close();
            EngineCalls.close(client);
            throw failure(purpose, e);
        }
    }

    /** Unpacks an archive at a path of a container. */
    void write(String purpose, String container, String path, InputStream tar) throws IOException {
        DockerClient client = calls.connect();
        Source source = new Source(tar);
        try (SilenceWatch watch = new SilenceWatch(client, longestSilence())) {
            source.watch = watch;
            Request request = Request.builder()
                    .method(Request.Method.PUT)
                    .path("/containers/" + container + "/archive?path=" + path)
                    .putHeader("Content-Type", "application/x-tar")
                    .body(source)
                    .build();
            watch.wait(() -> execute(client, request)).close();
        } catch (IOException | RuntimeException e) {
            if (source.failure != null) {
                throw source.failure;
            }
            if (e instanceof InterruptedIOException interrupted) {
                throw interrupted;
            }
            throw failure(purpose, e);
        } finally {
            EngineCalls.close(client);
        }
    }

    private Duration longestSilence() {
        return calls.deadline().multipliedBy(SILENCE);
    }

    private static Response execute(DockerClient client, Request request) throws IOException {
        Response response = ((DockerClientImpl) client).getHttpClient().execute(request);
        int status = response.getStatusCode();
        if (status < FIRST_FAILURE) {
            return response;
        }
        try (response) {
            String body = new String(response.getBody().readAllBytes(), UTF_8);
            throw status == NOT_FOUND
                    ? new NotFoundException(body)
                    : new com.github.dockerjava.api.exception.DockerException(body, status);
        }
    }

    private DockerException failure(String purpose, Exception e) {
        return e instanceof SilentException ? calls.silent(purpose, longestSilence()) : calls.failure(purpose, e);
    }

    /** What the engine sends. */
    private final class Body extends InputStream {
        private final Response response;
        private final InputStream body;
        private final DockerClient client;
        private final SilenceWatch watch;
        private final String purpose;

        Body(Response response, DockerClient client, SilenceWatch watch, String purpose) {
            this.response = response;
            this.body = response.getBody();
            this.client = client;
            this.watch = watch;
            this.purpose = purpose;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                return watch.wait(() -> body.read(bytes, offset, length));
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException | RuntimeException e) {
                throw failure(purpose, e);
            }
        }

        /** Not the body alone, whose rest would be read. */
        @Override
        public void close() {
            watch.close();
            EngineCalls.close(client);
            try {
                response.close();
            } catch (RuntimeException e) {
                // Its connection is closed already, as it was to be.
            }
        }
    }

    /** What the engine is sent; whatever it fails with is told as it is. */
    private static final class Source extends FilterInputStream {
        private volatile @Nullable IOException failure;
        private volatile @Nullable SilenceWatch watch;

        Source(InputStream tar) {
            super(tar);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            SilenceWatch watching = watch;
            try {
                return watching == null
                        ? in.read(bytes, offset, length)
                        : watching.pause(() -> in.read(bytes, offset, length));
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }

        /** It is the caller's. */
        @Override
        public void close() {}
    }
}
