package io.doksnap.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.archive.Codec;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.ObjectStores;
import io.doksnap.store.StoredObject;
import io.doksnap.testing.SettableClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LooseArchiveTest {
    private final ObjectStore store = ObjectStores.memory(SettableClock.at("2026-11-22T02:00:00Z"));

    @ParameterizedTest
    @CsvSource({
        "backups/myapp/20240101_020005Z_myapp_20240101_020000.tar.gz.enc, GZIP, enc, myapp, true",
        "20231101_020005_my_app_20231101_020000.tar.gz.gpg, GZIP, gpg, my_app, true",
        "elsewhere/renamed.tar.gz.enc, GZIP, enc, renamed, true",
        "elsewhere/renamed.tar.gz.gpg, GZIP, gpg, renamed, false",
        "a/db.data.tar.zst.gpg, ZSTD, gpg, db.data, false",
        "a/db.tar.zst.age, ZSTD, age, db, false",
        "a/db.tar.zst, ZSTD, none, db, false",
        "a.tar/db.tar, NONE, none, db, false"
    })
    void endOfTheKeyTellsTheFormat(String key, Codec codec, String method, String source, boolean ofTheOriginal)
            throws Exception {
        store.put(key, new byte[7]);

        LooseArchive archive = LooseArchive.find(store, key).orElseThrow();

        assertThat(archive.key()).isEqualTo(key);
        assertThat(archive.codec()).isEqualTo(codec);
        assertThat(archive.encryption().method()).isEqualTo(method);
        assertThat(archive.source()).isEqualTo(source);
        assertThat(archive.ofTheOriginal()).isEqualTo(ofTheOriginal);
        assertThat(archive.storedBytes()).isEqualTo(7);
        assertThat(LooseArchive.isNamedLikeOne(key)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/db.tar.zst.gpg.001", "a/db.tgz", "a/.tar.gz", "a/tar", "a/db.tar.bz2", "a.tar/db", ""})
    void anythingElseIsNotNamedLikeAnArchive(String key) {
        assertThat(LooseArchive.isNamedLikeOne(key)).isFalse();
    }

    @Test
    void archiveGoesOnInNumberedObjects() throws Exception {
        for (String end : new String[] {"", ".001", ".002", ".004"}) {
            store.put("a/db.tar.zst.gpg" + end, new byte[5]);
        }

        LooseArchive archive = LooseArchive.find(store, "a/db.tar.zst.gpg").orElseThrow();

        assertThat(archive.objects())
                .extracting(StoredObject::key)
                .containsExactly("a/db.tar.zst.gpg", "a/db.tar.zst.gpg.001", "a/db.tar.zst.gpg.002");
        assertThat(archive.storedBytes()).isEqualTo(15);
    }

    @Test
    void whatIsNotThereIsNotFound() throws Exception {
        assertThat(LooseArchive.find(store, "a/db.tar.zst.gpg")).isEmpty();
    }
}
