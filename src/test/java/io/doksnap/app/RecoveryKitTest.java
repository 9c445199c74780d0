package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.archive.openpgp.OpenPgpKeyPair;
import io.doksnap.testing.SettableClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecoveryKitTest {
    private static final Instant NOW = Instant.parse("2026-11-10T01:00:00Z");

    @TempDir
    private Path home;

    private record Ended(int code, String out, String err) {}

    @Test
    void pageSaysWhereEverythingIsWhatOpensItAndHow() throws IOException {
        OpenPgpKeyPair keys = OpenPgpKeyPair.generate("test", NOW);
        Files.writeString(home.resolve("public.asc"), keys.publicKey());
        Files.writeString(home.resolve("id"), "AKIDSECRET");
        Files.writeString(home.resolve("secret"), "hunter2");
        Files.writeString(home.resolve("password"), "correct horse");
        Ended ended = run("""
                host: web1
                s3: {endpoint: 'https://minio.example.org:9000', bucket: vault, region: eu-west-1, prefix: a/b}
                destinations:
                  offsite: {bucket: far, endpoint: s3.amazonaws.com, region: us-east-1, access_key_id_file: id, secret_access_key_file: secret}
                encryption: {method: gpg, public_key_file: public.asc}
                encryptions:
                  old: {method: aes256, password_file: password}
                apps:
                  - {name: shop, type: volume, source: shop_data, schedule: daily, destinations: [default, offsite]}
                  - {name: site, type: directory, source: /srv/site, compression: gzip, encryption: old}
                """);
        assertThat(ended.err()).isEmpty();
        assertThat(ended.code()).isZero();
        assertThat(ended.out())
                .contains(
                        "RECOVERY KIT of web1, made 2026-11-10T01:00:00Z",
                        "endpoint   https://minio.example.org:9000",
                        "bucket     vault",
                        "prefix     a/b/",
                        "bucket     far",
                        "the OpenPGP private key of the fingerprint " + keys.fingerprint(),
                        "the password (ENCRYPTION_PASSWORD)",
                        "(volume shop_data)",
                        "in default, offsite, below backups/shop/web1/ID/",
                        "aws s3 cp --recursive --endpoint-url https://minio.example.org:9000 --region eu-west-1"
                                + " s3://vault/a/b/backups/APP/web1/ID/ .",
                        "cat SOURCE.tar.zst.gpg | gpg -d | zstd -d | tar x",
                        "cat SOURCE.tar.gz.gpg | gpg -d | gzip -d | tar x",
                        "RESTORE WITHOUT IT, as root, with gpg, zstd, gzip, GNU tar");
        assertThat(ended.out()).doesNotContain("AKIDSECRET", "hunter2", "correct horse");
    }

    @Test
    void dumpsAreUnpackedAndLoadedAsTheirKindIsAndNotAsFiles() throws IOException {
        Ended ended = run("""
                storage: {directory: /backups}
                encryption: {method: none}
                apps:
                  - {name: shop, target: {container: db}, sources: [{name: db, dump: postgres}, {name: data, volume: shop_data}, {name: up, volume: /app/uploads}]}
                  - {name: crm, target: {container: crm}, sources: [{name: db, dump: mariadb}]}
                """);
        assertThat(ended.err()).isEmpty();
        assertThat(ended.out())
                .contains(
                        "db (a dump: postgres)",
                        "up (what the target mounts at /app/uploads)",
                        "doksnap restore APP --snapshot ID --to-service CONTAINER",
                        "with zstd, GNU tar",
                        "cat SOURCE.tar.zst | zstd -d | tar x -C restored",
                        "cat SOURCE.sql.zst | zstd -d > restored/SOURCE.sql\n      postgres: load it with: docker exec -i"
                                + " CONTAINER psql -U postgres -d postgres < restored/SOURCE.sql\n      mariadb: load it");
    }

    @Test
    void pageOfADumpAloneSpeaksOfNoFiles() throws IOException {
        Ended ended = run("""
                storage: {directory: /backups}
                encryption: {method: none}
                apps:
                  - {name: cache, target: {container: cache}, compression: none, sources: [{dump: redis}]}
                """);
        assertThat(ended.out())
                .contains("cat SOURCE.rdb > restored/SOURCE.rdb", "with what every Linux has")
                .doesNotContain("GNU tar", "tar x");
    }

    @Test
    void keyThatCannotBeReadIsSaidAndTheRestIsPrinted() throws IOException {
        Ended ended = run("""
                storage: {directory: /backups}
                encryption: {method: gpg, public_key_file: missing.asc}
                apps:
                  - {name: shop, type: volume, source: shop_data}
                """);
        assertThat(ended.code()).isEqualTo(3);
        assertThat(ended.err()).startsWith("error: ").contains("missing.asc");
        assertThat(ended.out()).contains("the directory /backups of this machine", "(its key could not be read)");
    }

    @Test
    void withoutANameOfTheHostThePageSaysWhenThereWillBeOne() throws IOException {
        Ended ended = run("""
                storage: {directory: /backups}
                apps:
                  - {name: shop, type: volume, source: shop_data}
                """);
        assertThat(ended.out()).contains("make this page again after it", "cp -r /backups/backups/APP/HOST/ID/ .");
    }

    private Ended run(String config) throws IOException {
        Path file = Files.writeString(home.resolve("config.yaml"), config + "data_dir: state\n");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false);
        int code = Main.commandLine(console, SettableClock.at(NOW.toString()))
                .execute("recovery-kit", "-c", file.toString());
        return new Ended(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
