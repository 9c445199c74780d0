package io.doksnap.status;

/** Which of its formats a client of {@code /metrics} wants. */
final class MetricsFormat {
    private MetricsFormat() {}

    /**
     * Whether Prometheus text is what an {@code Accept} header asks for, in lower case: named, and not behind JSON. What takes everything, such as
     * curl, gets JSON, as from the original program.
     */
    static boolean isPrometheus(String accept) {
        int text = first(accept.indexOf("text/plain"), accept.indexOf("application/openmetrics-text"));
        int json = accept.indexOf("application/json");
        return text >= 0 && (json < 0 || text < json);
    }

    private static int first(int one, int other) {
        return one < 0 || other < 0 ? Math.max(one, other) : Math.min(one, other);
    }
}
