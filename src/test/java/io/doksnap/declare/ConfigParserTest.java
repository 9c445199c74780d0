package io.doksnap.declare;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.declare.Declarations.Declared;
import io.doksnap.declare.Declarations.Rejected;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each wrong input gives the one line that a tired person can act on. */
class ConfigParserTest {
    private static final String STORAGE = "storage: {directory: /backups/doksnap}\n";

    /** The text after {@code storage} in line 1; {@code ~} stands for a line break. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // what YAML itself refuses
                "apps:~\t- name: x|config.yaml:3:1: a tab cannot indent YAML; use spaces",
                "apps: @daily|config.yaml:2:7: a value cannot start with @; put it in quotes, such as \"@daily\"",
                "host: *.log|config.yaml:2:8: a value that starts with * must be in quotes, such as \"*.log\" or \"*/15 * * * *\"",
                "host: *none|config.yaml:2:7: a value that starts with * must be in quotes, such as \"*.log\" or \"*/15 * * * *\"",
                "host: 'x|config.yaml:3:1: the quote that opens in line 2 is never closed; add the closing quote",
                "host: \"a\\qb\"|config.yaml:2:10: a backslash in double quotes starts an escape; use single quotes, or double the backslash",
                "host: a: b|config.yaml:2:8: a ':' cannot stand here; check the indentation of this line and the one above, or quote the value",
                "host: a~ data_dir: b|config.yaml:3:10: a ':' cannot stand here; check the indentation of this line and the one above, or quote the value",
                "apps: - name: x|config.yaml:2:7: a list's '-' cannot stand here; start the list on a line of its own",
                "apps: [1, 2|config.yaml:3:1: the bracket that opens in line 2 is not closed, or a ',' is missing",
                "docker: {host: x|config.yaml:3:1: the bracket that opens in line 2 is not closed, or a ',' is missing",
                "apps:~ - name: x~  type: y|config.yaml:4:3: the indentation does not fit the block that starts in line 3; use the same number of spaces",
                "host~data_dir: x|config.yaml:3:1: a ':' is missing after a key in line 2; write 'key: value', with a space after the colon",
                "---~host: a|config.yaml:2:1: a second document starts here; remove the '---'",
                "host: !!java.net.URL [x]|config.yaml:2:7: a tag such as !!name means nothing here; remove it, or put the value in quotes",
                "host: !secret x|config.yaml:2: host: a tag such as !name means nothing here; remove it, or put the value in quotes",
                "host: a~host: b|config.yaml:3: host: is given twice, first in line 2; remove one of them",
                "? [a]~: b|config.yaml:2: a key must be text; put a value that starts with '[', '{' or '?' in quotes",
                "apps: &a [*a]|config.yaml: nests deeper than 20 levels, or an alias (*name) contains itself",
                // what has the wrong kind
                "apps: 3|config.yaml:2: apps: expected a list, found a number; start each item with '-'",
                "apps: {name: x}|config.yaml:2: apps: expected a list, found settings; start each item with '-'",
                "apps: [x]|config.yaml:2: apps[0]: expected settings, found text",
                "docker: yes|config.yaml:2: docker: expected settings, found true or false",
                "host: [a]|config.yaml:2: host: expected text, found a list",
                "host:|config.yaml:2: host: is empty; write a value, or remove the line",
                "status_server: {port: '80'}|config.yaml:2: status_server.port: expected a whole number such as 7, found '80' in quotes; remove them",
                "status_server: {port: 1.5}|config.yaml:2: status_server.port: expected a whole number such as 7, found '1.5'",
                "status_server: {port: 0x50}|config.yaml:2: status_server.port: expected a whole number such as 7, found '0x50'",
                "status_server: {port: 0}|config.yaml:2: status_server.port: must be 1 to 65535, and is 0",
                "status_server: {enabled: maybe}|config.yaml:2: status_server.enabled: expected true or false, found 'maybe'",
                "status_server: {require_auth: true}|config.yaml:2: status_server.require_auth: is true, and there is no key; set DOKSNAP_API_KEY, or api_key here",
                "status_server: {bind: a b}|config.yaml:2: status_server.bind: is no address; write one such as 127.0.0.1, or 0.0.0.0 for all",
                "docker: {allowed_paths: {a: b}}|config.yaml:2: docker.allowed_paths: expected a list of texts, found settings",
                // what makes no sense
                "docker: {allowed_paths: [data]}|config.yaml:2: docker.allowed_paths[0]: 'data' must be absolute and without '..', such as /mnt/data",
                "docker: {allowed_paths: [/mnt, /]}|config.yaml:2: docker.allowed_paths[1]: '/' would allow everything; list the directories that you mean",
                "docker: {host: /var/run/docker.sock}|config.yaml:2: docker.host: is no address of a Docker Engine; write unix:///var/run/docker.sock, tcp://host:port or ssh://user@host",
                "defaults: {timezone: Berlin}|config.yaml:2: defaults.timezone: 'Berlin' is no time zone; use an IANA name such as Europe/Berlin",
                "defaults: {timezone: europe/berlin}|config.yaml:2: defaults.timezone: 'europe/berlin' is no time zone; did you mean 'Europe/Berlin'?",
                "host: a/b|config.yaml:2: host: 'a/b' is no name of a host; use letters, digits, '_', '.' and '-', at most 63",
                "encryption: {password: hunter2}|config.yaml:2: encryption.password: a password does not belong into the file; set ENCRYPTION_PASSWORD, or password_file to a path",
                "encryption: {methods: gpg}|config.yaml:2: encryption.methods: unknown setting; did you mean 'method'?",
                "s3: {bucket: abc}|config.yaml:1: storage.directory: s3 (line 2) and storage.directory are both set; keep one of them",
            })
    void wrongFileGetsOneLine(String text, String message) {
        String file = STORAGE + text.replace('~', '\n') + "\n";
        assertThat(problems(file, Map.of())).containsExactly(message);
    }

    /** An app named shop with one wrong setting; it stands in line 5. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "type: volume, source: /mnt/x|apps[0].source: '/mnt/x' is no volume; give the name that 'docker volume ls' shows, or /var/lib/docker/volumes/NAME, or say type: directory",
                "type: volume, source: /var/lib/docker/volumes/x/_data/sub|apps[0].source: '/var/lib/docker/volumes/x/_data/sub' is no volume; give the name that 'docker volume ls' shows, or /var/lib/docker/volumes/NAME, or say type: directory",
                "type: volume, source: a b|apps[0].source: 'a b' is no name of a volume; use one that 'docker volume ls' shows",
                "type: volume, source: /var/lib/docker/volumes/..|apps[0].source: '..' is no name of a volume; use one that 'docker volume ls' shows",
                "type: directory, source: data|apps[0].source: 'data' is not an absolute path; write it from the root, such as /srv/data",
                "type: directory, source: /srv/../etc|apps[0].source: '/srv/../etc' contains '.' or '..'; write it without: /etc",
                "type: directory, source: /etc|apps[0].source: '/etc' lies in /etc, which is never backed up; list /etc under docker.allowed_paths if you mean it",
                "type: directory, source: /mnt/x|apps[0].source: '/mnt/x' is outside /var/lib/docker/volumes, /data, /backups, /opt and /srv; list /mnt/x under docker.allowed_paths to allow it",
                "type: directory, source: /|apps[0].source: '/' is outside /var/lib/docker/volumes, /data, /backups, /opt and /srv; list / under docker.allowed_paths to allow it",
                "type: directory, source: /backups|apps[0].source: holds the destination /backups/doksnap, so each backup would hold all earlier ones; exclude it, or store elsewhere",
                "type: directory, source: \"/srv/a\\0b\"|apps[0].source: is no path: Nul character not allowed",
                "type: Volume, source: x|apps[0].type: 'Volume' is unknown; did you mean 'volume'?",
                "source: x|apps[0].type: is missing; say volume or directory",
                "type: volume|apps[0].source: is missing; name a volume, or the path of a directory",
                "type: volume, source:|apps[0].source: is empty; write a value, or remove the line",
                "type: volume, source: [x]|apps[0].source: expected text, found a list",
                "type: volume, source: x, schedule: 0 2 * *|apps[0].schedule: '0 2 * *' has 4 fields instead of 5; write minute, hour, day of the month, month and day of the week, such as '0 2 * * *'",
                "type: volume, source: x, schedule: \"@dayly\"|apps[0].schedule: '@dayly' is unknown; use one of @annually, @daily, @hourly, @midnight, @monthly, @weekly, @yearly, @daily-random, or five cron fields",
                "type: volume, source: x, retention: {keep_last: 0}|apps[0].retention.keep_last: must be 1 to 1000, and is 0; leave it out to switch it off",
                "type: volume, source: x, retention: {daily: 366}|apps[0].retention.daily: must be 1 to 365, and is 366; leave it out to switch it off",
                "type: volume, source: x, retention: {weekly: 105}|apps[0].retention.weekly: must be 1 to 104, and is 105; leave it out to switch it off",
                "type: volume, source: x, retention: {monthly: 121}|apps[0].retention.monthly: must be 1 to 120, and is 121; leave it out to switch it off",
                "type: volume, source: x, retention: {yearly: 101}|apps[0].retention.yearly: must be 0 to 100, and is 101; leave it out to switch it off",
                "type: volume, source: x, retention: {keepLast: 1}|apps[0].retention.keepLast: unknown setting; did you mean 'keep_last'?",
                "type: volume, source: x, retention: {daily: 99999999999}|apps[0].retention.daily: expected a whole number such as 7, found '99999999999'",
                "type: volume, source: x, retention: 7|apps[0].retention: expected settings, found a number",
                "type: volume, source: x, hooks: {pre_backup: ''}|apps[0].hooks.pre_backup: is empty; write a command, such as 'docker stop shop', or remove it",
                "type: volume, source: x, hooks: {post_backup: [ok, \"a\\nb\"]}|apps[0].hooks.post_backup[1]: holds more than one line; write a list with one command an item",
                "type: volume, source: x, hooks: {pre: x}|apps[0].hooks.pre: unknown setting; known here: on_failure, post_backup, pre_backup",
                "type: volume, source: x, exclude: [/cache]|apps[0].exclude[0]: '/cache' starts with '/'; a glob counts from the source's own root, so leave it out",
                "type: volume, source: x, compression: brotli|apps[0].compression: 'brotli' is unknown; known here: gzip, none, zstd",
                "type: volume, source: x, allow_empty: 1|apps[0].allow_empty: expected true or false, found '1'",
                "type: volume, source: x, timeout: 0s|apps[0].timeout: '0s' is no length of time; write one such as 90s, 5m, 12h or 1h30m, at most 366d",
                "type: volume, source: x, timezone: Foo, schedule: daily|apps[0].timezone: 'Foo' is no time zone; use an IANA name such as Europe/Berlin",
                "type: volume, source: x, encrypt: gpg|apps[0].encrypt: unknown setting; known here: allow_empty, catch_up, compression, container, destination, destinations, encryption, exclude, hooks, jitter, name, quiesce, retention, retry, schedule, source, sources, starting_deadline, suspend, target, timeout, timezone, type, verify",
            })
    void wrongAppGetsOneLine(String settings, String message) {
        String file = STORAGE + "\napps:\n  # the shop\n  - {name: shop, " + settings + "}\n";
        assertThat(problems(file, Map.of())).containsExactly("config.yaml:5: " + message);
    }

    @Test
    void emptyFileSaysWhereToStart() {
        for (String text : List.of("", "\n", "# nothing\n", "---\n", "null\n")) {
            assertThat(problems(text, Map.of()))
                    .containsExactly(
                            "config.yaml: is empty; start from config.yaml.example, which explains every setting");
        }
    }

    @Test
    void fileThatHoldsNoSettingsIsRefused() {
        assertThat(problems("- a\n", Map.of()))
                .containsExactly("config.yaml:1: expected settings such as 'apps:', found a list");
        assertThat(problems("\nhello\n", Map.of()))
                .containsExactly("config.yaml:2: expected settings such as 'apps:', found text");
    }

    @Test
    void controlCharacterIsRefusedAtItsLine() {
        assertThat(problems("host: a\n\nhost: \u0001\n", Map.of()))
                .containsExactly("config.yaml:3: holds the control character U+0001; remove it");
    }

    @Test
    void fileWithoutADestinationNamesBothKinds() {
        assertThat(problems("apps: []\n", Map.of()))
                .containsExactly("config.yaml: nowhere to store backups; set s3 (endpoint and bucket), or"
                        + " storage.directory (a path)");
    }

    @Test
    void aliasBombIsRefusedQuickly() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 9; i++) {
            String alias = "*a" + (i - 1);
            bomb.append("a" + i + ": &a" + i + " [" + String.join(", ", Collections.nCopies(9, alias)) + "]\n");
        }
        assertThat(problems(STORAGE + bomb, Map.of()))
                .contains("config.yaml: holds more than 50000 values once its aliases (*name) are followed");
    }

    @Test
    void moreAliasesThanAnybodyNeedsAreRefused() {
        String text = STORAGE + "apps: &a [x]\nhost: [" + "*a, ".repeat(1001) + "]\n";
        assertThat(problems(text, Map.of()))
                .containsExactly("config.yaml: uses more than 1000 aliases (*name); write some of them out");
    }

    @Test
    void deepNestingIsRefused() {
        assertThat(problems("host: " + "[".repeat(1000) + "\n", Map.of()))
                .containsExactly("config.yaml: nests deeper than any setting; check the brackets and the indentation");
    }

    @Test
    void sameNameTwiceNamesTheFirstLine() {
        String app = "  - {name: shop, type: volume, source: x, schedule: daily}\n";
        assertThat(problems(STORAGE + "apps:\n" + app + app, Map.of()))
                .containsExactly(
                        "config.yaml:4: apps[1].name: 'shop' is already the name of the app in line 3 (case does"
                                + " not count); rename one of them");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "apps:\n", "apps: []\n"})
    void noAppIsAWarningWhereLabelsDoNotCountEither(String apps) {
        String configuration = STORAGE + "encryption: {method: none}\n" + apps;
        assertThat(warnings(configuration, Map.of())).isEmpty();
        assertThat(warnings(configuration + "docker: {labels: off}\n", Map.of()))
                .singleElement()
                .asString()
                .contains("apps: lists no app, and docker.labels is off");
    }

    @Test
    void appWithoutAScheduleIsForRunsByHand() {
        String text = STORAGE + "encryption: {method: none}\napps:\n  - {name: x, type: volume, source: x}\n";
        assertThat(warnings(text, Map.of())).isEmpty();
    }

    @Test
    void variableThatNobodyKnowsIsAWarning() {
        String text = STORAGE
                + "encryption: {method: none}\napps:\n  - {name: x, type: volume, source: x, schedule: daily}\n";
        assertThat(warnings(text, Map.of("DOKSNAP_HSOT", "a", "DOKSNAP_DATA_DIR", "/x", "PATH", "/bin")))
                .containsExactly(
                        "environment: DOKSNAP_HSOT: is no variable of this program; did you mean 'DOKSNAP_HOST'?");
    }

    @Test
    void variableOfTheComposeFilesIsNone() throws IOException {
        Matcher variables =
                Pattern.compile("\\$\\{(DOKSNAP_\\w+)").matcher(Files.readString(Path.of("docker-compose.yml")));
        Map<String, String> all = new TreeMap<>();
        while (variables.find()) {
            all.put(variables.group(1), "x");
        }
        String text = STORAGE
                + "encryption: {method: none}\napps:\n  - {name: x, type: volume, source: x, schedule: daily}\n";
        assertThat(all).hasSizeGreaterThan(5);
        assertThat(warnings(text, all)).isEmpty();
    }

    @Test
    void sourceThatExcludesItsBackupsIsAccepted() {
        String text = STORAGE
                + "apps:\n  - {name: x, type: directory, source: /backups, exclude: [doksnap/**], schedule: daily}\n";
        assertThat(parse(text, Map.of())).isInstanceOf(Declared.class);
    }

    private static List<String> problems(String text, Map<String, String> environment) {
        Declarations result = parse(text, environment);
        assertThat(result).isInstanceOf(Rejected.class);
        return ((Rejected) result)
                .problems().stream().map(ConfigProblem::toString).toList();
    }

    private static List<String> warnings(String text, Map<String, String> environment) {
        Declarations result = parse(text, environment);
        assertThat(result).isInstanceOf(Declared.class);
        return ((Declared) result)
                .warnings().stream().map(ConfigProblem::toString).toList();
    }

    private static Declarations parse(String text, Map<String, String> environment) {
        return new ConfigParser("config.yaml", Path.of("/conf"), environment).parse(text);
    }
}
