package io.doksnap.app;

import io.doksnap.run.MemoryBudget;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How much memory this process may use. */
final class Memory {
    private static final Pattern DIRECT = Pattern.compile("-XX:MaxDirectMemorySize=(\\d{1,15})([kKmMgGtT]?)");

    private Memory() {}

    /** What backups may take of it. */
    static MemoryBudget budget() {
        Runtime runtime = Runtime.getRuntime();
        long heap = runtime.maxMemory();
        List<String> options = ManagementFactory.getRuntimeMXBean().getInputArguments();
        return MemoryBudget.of(heap, direct(options, heap), runtime.availableProcessors());
    }

    /** The memory outside of the heap that the JVM's options allow; as much as the heap where they say nothing. */
    static long direct(List<String> options, long heap) {
        long told = 0;
        for (String option : options) {
            Matcher matcher = DIRECT.matcher(option);
            if (matcher.matches()) {
                told = Long.parseLong(matcher.group(1)) << shift(matcher.group(2));
            }
        }
        return told > 0 ? told : heap;
    }

    private static int shift(String unit) {
        return switch (unit.toLowerCase(Locale.ROOT)) {
            case "k" -> 10;
            case "m" -> 20;
            case "g" -> 30;
            case "t" -> 40;
            default -> 0;
        };
    }
}
