package io.doksnap.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.doksnap.testing.Command;
import io.doksnap.testing.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The chart, linted and rendered by real helm. */
class HelmChartIT {
    private static final String CHART = "helm/doksnap";

    @Test
    void chartIsLintedWithoutAComplaint() {
        Command.of(helm(), "lint", "--strict", CHART).output();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "javaOpts=",
                "secret.existing=mine",
                "secret.values.ENCRYPTION_PASSWORD=a b'c,config.encryption.method=aes256",
                "host.directories[0]=/srv,host.socket=/run/docker.sock,javaOpts=-Xmx512m",
                "namespaces[0]=default,namespaces[1]=shop",
                "secretNamespaces[0]=shop,secretNamespaces[1]=blog",
                "serviceMonitor.enabled=true,prometheusRule.enabled=true,dashboard.enabled=true",
                "image.repository=registry.example.org/doksnap,image.tag=1.2.3,imagePullSecrets[0].name=registry"
            })
    void everyDocumentedValueRendersManifestsWithFieldsThatThereAre(String values) throws IOException {
        List<Object> manifests = render(values);
        assertThat(manifests).hasSizeGreaterThan(6);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "javaOpts=|storage",
                "config.s3.bucket=backups|s3",
                "config.storage.directory=/srv/backups|storage",
                "config.storage=null,config.s3.bucket=backups|s3"
            })
    void backupsGoToOnePlace(String values, String place) throws IOException {
        String configuration = Strict.documents(text(values)).stream()
                .map(each -> each.path("data").path("config.yaml").asText())
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElseThrow();
        JsonNode config = Strict.documents(configuration).get(0);
        assertThat(List.of("storage", "s3")).filteredOn(config::has).containsExactly(place);
    }

    @Test
    void secretsAndVariablesReachThePod() throws IOException {
        String rendered = text("secret.values.ENCRYPTION_PASSWORD=hunter2,host.directories[0]=/srv");
        assertThat(rendered)
                .contains("ENCRYPTION_PASSWORD: hunter2", "secretRef: {name: r-environment}", "mountPath: \"/srv\"");
        assertThat(text("secret.existing=mine"))
                .contains("secretRef: {name: mine}")
                .doesNotContain("kind: Secret");
    }

    @Test
    void namespacesToWatchGetTheRightsAndNoOther() throws IOException {
        String rendered = text("namespaces[0]=default,namespaces[1]=shop");
        assertThat(rendered)
                .contains("namespaces:\n      - default\n      - shop", "namespace: shop")
                .doesNotContain("ClusterRoleBinding");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "imgae.tag=1|imgae",
                "image.pullPolicy=Sometimes|/image/pullPolicy",
                "host.socket=docker.sock|/host/socket",
                "host.directories[0]=srv|/host/directories/0",
                "secret.existing=a,secret.values.B=x|/secret/values",
                "secret.values.lower=x|propertyName",
                "secretNamespaces[0]=No Name|/secretNamespaces/0",
                "namespaces[0]=shop|/namespaces",
                "serviceMonitor.interval=often|/serviceMonitor/interval",
                "serviceMonitor.enabled=yes|/serviceMonitor/enabled",
                "config.api.port=1|/config",
                "config.host=a|/config",
                "config.s3.bucket=a,config.storage.directory=/b|/config",
                "config.storge.directory=/b|storge",
                "config.apps[0].nmae=x|nmae",
                "resources.limits.memory=true|/resources/limits/memory",
                "resources.limit.memory=1Gi|/resources",
                "javaOpts=5|/javaOpts"
            })
    void wrongValueIsRefusedAndNamed(String values, String place) {
        Command.Result result =
                Command.of(helm(), "template", "r", CHART, "--set", values).run();
        assertThat(result.exitCode()).isNotZero();
        assertThat(result.errors()).contains(place);
    }

    @Test
    void settingsThatTheSchemaKnowsAreThoseOfTheReference() throws IOException {
        JsonNode config = new ObjectMapper()
                .readTree(Files.readString(Path.of(CHART, "values.schema.json")))
                .at("/properties/config");
        String reference = Files.readString(Path.of("docs/reference/config.md"));
        assertThat(texts(config.at("/propertyNames/enum"))).isEqualTo(settings(reference, "(?m)^\\| `([a-z0-9_]+)"));
        assertThat(texts(config.at("/properties/apps/items/propertyNames/enum")))
                .isEqualTo(settings(reference, "(?m)^\\| `apps\\[]\\.([a-z_]+)"));
    }

    private static Set<String> texts(JsonNode array) {
        Set<String> texts = new TreeSet<>();
        array.forEach(each -> texts.add(each.asText()));
        return texts;
    }

    private static Set<String> settings(String reference, String row) {
        return Pattern.compile(row)
                .matcher(reference)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void definitionsAreThoseOfTheCrdDirectory() throws IOException {
        assertThat(files(Path.of(CHART, "crds"))).isEqualTo(files(Path.of("crd")));
    }

    @Test
    void rightsAreThoseOfTheKustomizeBase() throws IOException {
        assertThat(rules(Strict.documents(text("javaOpts="))))
                .isEqualTo(rules(Strict.documents(Files.readString(Path.of("operator/rbac.yaml")))));
    }

    private static List<String> rules(List<JsonNode> documents) {
        return documents.stream()
                .filter(each -> each.path("kind").asText().endsWith("Role"))
                .map(each -> each.path("kind").asText() + each.path("rules"))
                .sorted()
                .toList();
    }

    private static List<String> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().startsWith("doksnap.io_"))
                    .sorted()
                    .map(HelmChartIT::read)
                    .toList();
        }
    }

    private static String read(Path file) {
        try {
            return file.getFileName() + "\n" + Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static List<Object> render(String values) throws IOException {
        return Strict.manifests(text(values));
    }

    private static String text(String values) {
        return new String(
                Command.of(helm(), "template", "r", CHART, "--namespace", "ns", "--set", values)
                        .output(),
                UTF_8);
    }

    private static String helm() {
        return Needs.broughtByNpm("helm").toString();
    }
}
