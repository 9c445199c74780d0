package io.doksnap.app;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where commands print: results to the standard output, all about them to the standard error.
 *
 * @param interactive whether a person can be asked
 */
record Console(PrintStream out, PrintStream err, boolean interactive) {

    static Console standard() {
        return new Console(System.out, System.err, isTerminal(0) && isTerminal(2));
    }

    /** Says on Linux whether a standard stream is a terminal; the JDK has no such call before version 22. */
    private static boolean isTerminal(int descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }

    void say(String text) {
        err.println(oneLine(text));
    }

    void warn(String text) {
        say("warning: " + text);
    }

    void error(String text) {
        say("error: " + text);
    }

    /** A file's name may hold anything, also what a terminal takes for a command. */
    static String oneLine(String text) {
        StringBuilder line = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (c == '\n') {
                line.append("\\n");
            } else if (Character.isISOControl(c)) {
                line.append(String.format("\\x%02x", c));
            } else {
                line.appendCodePoint(c);
            }
        });
        return line.toString();
    }
}
