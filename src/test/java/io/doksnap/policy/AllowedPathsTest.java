package io.doksnap.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedPathsTest {
    @ParameterizedTest
    @ValueSource(strings = {"/srv", "/srv/shop", "/data/a/b", "/backups", "/opt/x", "/var/lib/docker/volumes/v/_data"})
    void usualPlacesAreAllowed(String path) {
        assertThat(AllowedPaths.usual().check(Path.of(path))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc",
                "/etc/x",
                "/root",
                "/home/me",
                "/usr/bin",
                "/usr/sbin/x",
                "/bin",
                "/sbin",
                "/proc/1",
                "/sys",
                "/dev"
            })
    void systemDirectoriesAreNot(String path) {
        assertThat(AllowedPaths.usual().check(Path.of(path)))
                .get()
                .asString()
                .contains("never backed up")
                .contains("list " + path + " under docker.allowed_paths");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/srvx", "/var", "/var/lib/docker", "/mnt", "/etcetera", "/database"})
    void everythingElseIsNotEither(String path) {
        assertThat(AllowedPaths.usual().check(Path.of(path)))
                .get()
                .asString()
                .startsWith("'" + path + "' is outside /var/lib/docker/volumes, /data,")
                .contains("docker.allowed_paths");
    }

    @ParameterizedTest
    @CsvSource({
        "/mnt/data, /mnt/data, true",
        "/mnt/data, /mnt/data/x, true",
        "/mnt/data, /mnt/database, false",
        "/mnt/data, /mnt, false",
        "/mnt/data/, /mnt/data/x, true",
        "/etc/dokploy, /etc/dokploy/compose/a/files, true",
        "/etc/dokploy, /etc/passwd, false",
        "/etc, /etc/passwd, true",
        "/usr, /usr/share, true",
        "/usr, /usr/bin, false",
        "/usr:/usr/bin, /usr/bin, true",
    })
    void listedPathAllowsItselfAndWhatIsBelow(String listed, String path, boolean allowed) {
        List<Path> paths = Arrays.stream(listed.split(":", -1)).map(Path::of).toList();
        assertThat(new AllowedPaths(paths).check(Path.of(path)).isEmpty()).isEqualTo(allowed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/dokploy/compose/shop-x1y2z3/files",
                "/etc/dokploy/compose/shop-x1y2z3/files/uploads/a",
                "/etc/dokploy/applications/web/files",
                "/etc/dokploy/applications/web/files/odd\nname"
            })
    void filesThatServicesOfDokployMountAreAllowed(String path) {
        assertThat(AllowedPaths.usual().check(Path.of(path))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/dokploy",
                "/etc/dokploy/compose",
                "/etc/dokploy/compose/files",
                "/etc/dokploy/compose/shop",
                "/etc/dokploy/compose/shop/code",
                "/etc/dokploy/compose/shop/code/files",
                "/etc/dokploy/compose/shop/files2",
                "/etc/dokploy/traefik/x/files",
                "/etc/dokploy/ssh/x/files",
                "/srv/../etc/dokploy/compose/shop/files",
                "/etc/dokploy/compose/shop/files/../../../ssh"
            })
    void nothingElseOfDokployIs(String path) {
        assertThat(AllowedPaths.usual().check(Path.of(path))).isPresent();
    }

    @Test
    void relativePathsAndDotsAreRefusedWhereverTheyLead() {
        assertThat(AllowedPaths.usual().check(Path.of("srv"))).isPresent();
        assertThat(AllowedPaths.usual().check(Path.of("/srv/../srv/x"))).isPresent();
        assertThat(new AllowedPaths(List.of(Path.of("/mnt"))).check(Path.of("/mnt/./x")))
                .isPresent();
    }
}
