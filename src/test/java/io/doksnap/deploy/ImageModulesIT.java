package io.doksnap.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;

/** The image's runtime has the modules of the JDK that the program and its libraries use. */
class ImageModulesIT {
    private static final Pattern LIST = Pattern.compile("(?m)^ARG MODULES=(\\S+)$");

    /** Used by classes that nothing here reaches, each of which does without. */
    private static final Set<String> UNUSED = Set.of(
            // Annotations for compilers; Guava's and others'.
            "java.compiler",
            // JNA's windows; SnakeYAML's beans, where Jackson reads its events alone.
            "java.desktop",
            // Agents, as Immutables and Micrometer have for those that want one.
            "java.instrument",
            // Kerberos, in the Apache HTTP client.
            "java.security.jgss");

    @Test
    void everyModuleThatIsUsedIsThere() throws Exception {
        Matcher list = LIST.matcher(Files.readString(Path.of("deploy/Dockerfile")));
        assertThat(list.find()).isTrue();
        Set<String> there = new TreeSet<>(Arrays.asList(list.group(1).split(",")));

        Set<String> used = new TreeSet<>(used());

        used.removeAll(UNUSED);
        assertThat(there).containsAll(used);
    }

    /** Of the whole class path, from what the program's classes lead to. */
    private static List<String> used() {
        Path jar = Path.of(System.getProperty("doksnap.jar", "target/doksnap.jar"));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = ToolProvider.findFirst("jdeps")
                .orElseThrow()
                .run(
                        new PrintWriter(out, true),
                        new PrintWriter(err, true),
                        "--multi-release=" + Runtime.version().feature(),
                        "--ignore-missing-deps",
                        "--recursive",
                        "--print-module-deps",
                        "--class-path=" + jar.resolveSibling("lib") + "/*",
                        jar.toString());
        assertThat(code).as(out + "\n" + err).isZero();
        return Arrays.asList(out.toString().strip().split(","));
    }
}
