package io.doksnap.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.testing.S3Server;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class S3StoreIT extends ObjectStoreContract {
    private static final AtomicInteger BUCKETS = new AtomicInteger();

    private static S3Server server;

    private final String bucket = "bucket-" + BUCKETS.incrementAndGet();

    @BeforeAll
    static void startServer() {
        server = S3Server.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @Override
    ObjectStore newStore() {
        return new S3Store(server.newBucket(bucket), new S3Limits(PART, 10, 3, 7, S3Limits.Patience.STANDARD));
    }

    @Test
    void listingGoesOnOverManyPages() throws Exception {
        List<String> expected = new ArrayList<>();
        for (int i = 100; i < 130; i++) {
            expected.add("folder/" + i);
            store.put("folder/" + i, new byte[0]);
        }
        assertThat(keys("folder/")).containsExactlyElementsOf(expected);
    }

    @Test
    void closedUploadLeavesNoPartsInTheBucket() throws Exception {
        try (Upload upload = store.upload("object")) {
            upload.write(bytes(3 * PART), 0, 3 * PART);
            assertThat(server.unfinishedUploads(bucket)).hasSize(1);
        }
        assertThat(server.unfinishedUploads(bucket)).isEmpty();
    }
}
