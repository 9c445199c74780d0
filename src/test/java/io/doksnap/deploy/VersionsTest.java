package io.doksnap.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** pom.xml has the version; what cannot ask it says the same. {@code --version} reads it from the jar. */
class VersionsTest {

    @ParameterizedTest
    @CsvSource({
        "helm/doksnap/Chart.yaml, 'version: '",
        "helm/doksnap/Chart.yaml, 'appVersion: '",
        "deploy/Dockerfile, 'ARG VERSION='"
    })
    void versionIsThatOfThePom(Path file, String before) throws IOException {
        Pattern line = Pattern.compile("(?m)^" + before + "(.*)$");
        if (Boolean.getBoolean("docs.write")) {
            String text = Files.readString(file);
            Files.writeString(file, line.matcher(text).replaceFirst(before + ofThePom()));
        }
        Matcher version = line.matcher(Files.readString(file));
        assertThat(version.find()).isTrue();
        assertThat(version.group(1))
                .as("%s: write it anew with ./mvnw test -Dtest=VersionsTest -Ddocs.write=true", file)
                .isEqualTo(ofThePom());
    }

    static String ofThePom() throws IOException {
        Matcher version = Pattern.compile("<artifactId>doksnap</artifactId>\\s+<version>([^<]+)</version>")
                .matcher(Files.readString(Path.of("pom.xml")));
        assertThat(version.find()).isTrue();
        return version.group(1);
    }
}
