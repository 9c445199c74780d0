package io.doksnap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

/** The table in docs/faults.md is complete and true. */
class FaultsTest {
    private static final Path DOCUMENT = Path.of("docs/faults.md");
    private static final Path TESTS = Path.of("src/test/java");
    private static final Pattern NAMED = Pattern.compile("`([A-Za-z0-9]+(?:Test|IT))\\.([A-Za-z0-9]+)`");

    /** Numbers that no fault has. */
    private static final List<Integer> UNUSED = List.of(35, 38, 44, 51);

    private static final int HIGHEST = 60;

    @TestFactory
    Stream<DynamicTest> everyNamedTestExists() throws IOException {
        return rows().stream()
                .map(row -> DynamicTest.dynamicTest("fault " + row.get(0), () -> {
                    Matcher named = NAMED.matcher(row.get(3));
                    int tests = 0;
                    while (named.find()) {
                        assertThat(isTest(named.group(1), named.group(2)))
                                .as("%s is a test", named.group())
                                .isTrue();
                        tests++;
                    }
                    assertThat(tests)
                            .as("tests of fault %s", row.get(0))
                            .isPositive()
                            .isEqualTo(row.get(3).split(",", -1).length);
                }));
    }

    @Test
    void everyFaultIsInTheTableOrSaidToBeMissing() throws IOException {
        List<Integer> inTheTable =
                rows().stream().map(row -> Integer.valueOf(row.get(0))).toList();
        assertThat(inTheTable).isSorted().doesNotHaveDuplicates();
        List<Integer> all = new ArrayList<>(inTheTable);
        all.addAll(missing());
        assertThat(all)
                .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, HIGHEST)
                        .boxed()
                        .filter(number -> !UNUSED.contains(number))
                        .toList());
    }

    private static List<Integer> missing() throws IOException {
        String line = Files.readAllLines(DOCUMENT).stream()
                .filter(text -> text.startsWith("Not tested yet"))
                .findFirst()
                .orElse("");
        return Pattern.compile("\\d+")
                .matcher(line)
                .results()
                .map(number -> Integer.valueOf(number.group()))
                .toList();
    }

    private static boolean isTest(String type, String method) throws Exception {
        Class<?> found = Class.forName(className(type), false, FaultsTest.class.getClassLoader());
        for (Class<?> c = found; c != null; c = c.getSuperclass()) {
            for (Method candidate : c.getDeclaredMethods()) {
                if (candidate.getName().equals(method) && AnnotationSupport.isAnnotated(candidate, Testable.class)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static String className(String simpleName) throws IOException {
        try (Stream<Path> files = Files.walk(TESTS)) {
            return files.filter(file -> file.endsWith(simpleName + ".java"))
                    .map(file -> TESTS.relativize(file).toString())
                    .map(file ->
                            file.substring(0, file.length() - ".java".length()).replace('/', '.'))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("there is no test class " + simpleName));
        }
    }

    private static List<List<String>> rows() throws IOException {
        return Files.readAllLines(DOCUMENT).stream()
                .filter(line -> line.matches("\\| \\d+ \\|.*"))
                .map(line -> Arrays.stream(line.substring(1, line.length() - 1).split("\\|", -1))
                        .map(String::strip)
                        .toList())
                .toList();
    }
}
