package io.doksnap.apiserver.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doksnap.testing.Command;
import io.doksnap.testing.Needs;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is full, and then has room again. */
class FullDiskIT {
    private static final int VALUE = 200_000;

    @TempDir
    private Path home;

    @Test
    void fullDiskRefusesWritesAndTheFirstOneAfterItHasRoomIsKept() throws Exception {
        Needs.root();
        Path disk = Files.createDirectory(home.resolve("disk"));
        Command.of("mount", "-t", "tmpfs", "-o", "size=2m", "none", disk.toString())
                .output();
        try {
            try (Database database = Database.open(disk.resolve("objects.db"))) {
                database.put(object("first", 2, 10));
                Command.sh("head -c 4M /dev/zero > fill 2>/dev/null || true")
                        .in(disk)
                        .output();
                for (int i = 0; i < 3; i++) {
                    assertThatThrownBy(() -> database.put(object("refused", 3, VALUE)))
                            .isInstanceOf(StorageException.class)
                            .hasMessageContaining("free some space");
                }
                Files.delete(disk.resolve("fill"));
                database.put(object("later", 3, VALUE));
                database.remove(object("first", 4, 10));
            }
            try (Database again = Database.open(disk.resolve("objects.db"))) {
                assertThat(again.version()).isEqualTo(4);
                assertThat(again.objects())
                        .containsOnlyKeys(object("later", 3, 0).key());
            }
        } finally {
            Command.of("umount", disk.toString()).output();
        }
    }

    private static Stored object(String name, long version, int bytes) {
        return new Stored(Key.parse("backups.doksnap.io/default/" + name), version, new byte[bytes]);
    }
}
