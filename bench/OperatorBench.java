import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Many policies that are due in one minute, and what the API's clients notice of it: {@code OperatorBench KUBECONFIG PID COUNT WAVES TREES}.
 *
 * <p>Makes so many policies, each of a directory of its own below TREES, all due in the same minute; until every one has its backup it
 * asks the API for something every 50 ms, in turns: one policy, all of them, and a write. Then makes all of them due again, as often as it is asked
 * to, so that what a run leaves behind shows. Prints what each wave took, and the resident set of the operator.
 */
final class OperatorBench {
    private static final DateTimeFormatter CRON =
            DateTimeFormatter.ofPattern("m H d M *").withZone(ZoneOffset.UTC);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Duration PATIENCE = Duration.ofMinutes(20);
    private static final String POLICIES = "/apis/doksnap.io/v1/namespaces/default/backuppolicies";
    private static final Pattern SUCCEEDED =
            Pattern.compile("\"type\" *: *\"Complete\"[^}]*?\"status\" *: *\"True\"|\"status\" *: *\"True\"[^}]*?\"type\" *: *\"Complete\"");

    private final HttpClient client;
    private final String server;
    private final String token;

    private OperatorBench(String kubeconfig) throws Exception {
        this.server = find(kubeconfig, "server: *\"?([^\"\\s]+)");
        this.token = find(kubeconfig, "token: *\"?([^\"\\s]+)");
        byte[] ca = Base64.getDecoder().decode(find(kubeconfig, "certificate-authority-data: *\"?([^\"\\s]+)"));
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry(
                "ca", CertificateFactory.getInstance("X.509").generateCertificate(new java.io.ByteArrayInputStream(ca)));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, trust.getTrustManagers(), null);
        this.client = HttpClient.newBuilder()
                .sslContext(tls)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    private static String find(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        if (!matcher.find()) {
            throw new IllegalArgumentException("the kubeconfig has no " + pattern);
        }
        return matcher.group(1);
    }

    public static void main(String[] args) throws Exception {
        OperatorBench bench = new OperatorBench(Files.readString(Path.of(args[0])));
        bench.run(Long.parseLong(args[1]), Integer.parseInt(args[2]), Integer.parseInt(args[3]), Path.of(args[4]));
    }

    private void run(long pid, int count, int waves, Path trees) throws Exception {
        for (int wave = 1; wave <= waves; wave++) {
            Instant due = Instant.now().plusSeconds(30 + count / 10).plusSeconds(60).truncatedTo(ChronoUnit.MINUTES);
            for (int i = 0; i < count; i++) {
                if (wave == 1) {
                    create(i, due, trees.resolve("p" + i));
                } else {
                    expect(200, patch(i, "{\"spec\":{\"schedule\":{\"cron\":\"" + CRON.format(due) + "\"}}}"));
                }
            }
            System.out.printf(
                    Locale.ROOT, "wave %d: %d policies are due at %s; resident set before: %s%n", wave, count, due, memory(pid));
            watch(pid, count, count * wave, due);
        }
    }

    private void create(int number, Instant due, Path tree) throws Exception {
        Files.write(Files.createDirectories(tree).resolve("file"), new byte[100_000]);
        String policy = String.format(
                "{\"apiVersion\":\"doksnap.io/v1\",\"kind\":\"BackupPolicy\",\"metadata\":{\"name\":\"p%d\"},\"spec\":{\"sources\":[{\"name\":\"data\",\"directory\":\"%s\"}],"
                        + "\"schedule\":{\"cron\":\"%s\",\"timeZone\":\"UTC\"}}}",
                number, tree, CRON.format(due));
        expect(201, send("POST", POLICIES, "application/json", policy));
    }

    private void watch(long pid, int count, int wanted, Instant due) throws Exception {
        while (Instant.now().isBefore(due)) {
            Thread.sleep(200);
        }
        List<Double> answers = new ArrayList<>();
        Instant nextCount = due.plusSeconds(5);
        int done = 0;
        long most = 0;
        long number = 0;
        while (done < wanted && Instant.now().isBefore(due.plus(PATIENCE))) {
            answers.add(timed(number++, count));
            most = Math.max(most, resident(pid, "VmRSS"));
            if (Instant.now().isAfter(nextCount)) {
                done = succeeded();
                nextCount = Instant.now().plusSeconds(5);
            }
            Thread.sleep(PAUSE.toMillis());
        }
        Collections.sort(answers);
        System.out.printf(
                Locale.ROOT,
                "%d backed up after %d s; answers: %d, median %.1f ms, 99th percentile %.1f ms (goal <= 100), longest %.1f ms%n",
                done,
                Duration.between(due, Instant.now()).toSeconds(),
                answers.size(),
                percentile(answers, 0.5),
                percentile(answers, 0.99),
                percentile(answers, 1));
        System.out.printf(Locale.ROOT, "resident set: most %d MB, after it %s%n", most / 1000, memory(pid));
    }

    private static String memory(long pid) throws Exception {
        return String.format(
                Locale.ROOT,
                "%d MB, %d MB of them its own",
                resident(pid, "VmRSS") / 1000,
                resident(pid, "RssAnon") / 1000);
    }

    private double timed(long number, int count) throws Exception {
        long began = System.nanoTime();
        switch ((int) (number % 3)) {
            case 0 -> expect(200, send("GET", POLICIES + "/p" + number % count, "", ""));
            case 1 -> expect(200, send("GET", POLICIES + "?limit=50", "", ""));
            default ->
                expect(200, patch(number % count, "{\"metadata\":{\"annotations\":{\"example.com/number\":\"" + number + "\"}}}"));
        }
        return (System.nanoTime() - began) / 1e6;
    }

    private HttpResponse<String> patch(long number, String change) throws Exception {
        return send("PATCH", POLICIES + "/p" + number, "application/merge-patch+json", change);
    }

    private int succeeded() throws Exception {
        HttpResponse<String> list = send("GET", "/apis/doksnap.io/v1/namespaces/default/backups", "", "");
        expect(200, list);
        Matcher matcher = SUCCEEDED.matcher(list.body());
        int found = 0;
        while (matcher.find()) {
            found++;
        }
        return found;
    }

    private HttpResponse<String> send(String method, String path, String type, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server + path))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + token)
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (!type.isEmpty()) {
            request.header("Content-Type", type);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static void expect(int status, HttpResponse<String> answer) {
        if (answer.statusCode() != status) {
            throw new IllegalStateException(answer.request().method() + " " + answer.uri().getPath() + " was answered with "
                    + answer.statusCode() + ": " + answer.body());
        }
    }

    private static double percentile(List<Double> sorted, double part) {
        return sorted.isEmpty() ? Double.NaN : sorted.get((int) Math.min(sorted.size() - 1, Math.ceil(sorted.size() * part) - 1));
    }

    /** In kB, as the kernel has it. */
    private static long resident(long pid, String field) throws Exception {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
            if (line.startsWith(field + ":")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IllegalStateException("process " + pid + " has no " + field);
    }
}
