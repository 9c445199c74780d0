package io.doksnap.declare;

import io.doksnap.declare.Section.Text;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads where resources are kept: {@code api}. */
final class ApiReader {
    private static final int PORT = 6443;
    private static final String LOOPBACK = "127.0.0.1";
    private static final Pattern NAME = Pattern.compile(
            "(?=.{1,253}$)([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\\.)*[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?");
    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    /** The namespace of everything that a configuration declares. */
    private static final String DECLARED = "default";

    private static final Pattern ADDRESS = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    private final Path directory;
    private final Optional<String> usualBind;
    private final Problems problems;

    /**
     * Creates a reader.
     *
     * @param directory where relative paths of the file start
     * @param usualBind where an embedded API listens when the file does not say
     */
    ApiReader(Path directory, Optional<String> usualBind, Problems problems) {
        this.directory = directory;
        this.usualBind = usualBind;
        this.problems = problems;
    }

    ApiSettings read(Section api) {
        Optional<Path> kubeconfig = api.path("kubeconfig", directory);
        boolean inCluster = api.flag("in_cluster").orElse(false);
        ApiSettings embedded = embedded(api);
        Set<String> namespaces = namespaces(api, kubeconfig.isPresent() || inCluster);
        api.reportUnknownKeys();
        if (kubeconfig.isPresent() || inCluster) {
            complainOfTwo(api, kubeconfig.isPresent(), inCluster);
        }
        if (kubeconfig.isPresent()) {
            return new ApiSettings.Kubeconfig(kubeconfig.get(), namespaces);
        }
        return inCluster ? new ApiSettings.InCluster(namespaces) : embedded;
    }

    private Set<String> namespaces(Section api, boolean clusters) {
        Set<String> namespaces = new LinkedHashSet<>();
        for (Text name : api.texts("namespaces")) {
            if (!NAMESPACE.matcher(name.value()).matches()) {
                problems.add(
                        name.place(),
                        "'" + name.value()
                                + "' is no namespace; use lower case letters, digits and '-', at most 63 of them");
            }
            namespaces.add(name.value());
        }
        if (!namespaces.isEmpty() && !clusters) {
            problems.add(
                    api.place("namespaces"),
                    "is for a cluster's API, which kubeconfig or in_cluster chooses; the embedded one is looked at as a whole");
        } else if (!namespaces.isEmpty() && !namespaces.contains(DECLARED)) {
            problems.add(
                    api.place("namespaces"),
                    "lacks " + DECLARED + ", where what this file and labels declare is kept; add it");
        }
        return namespaces;
    }

    private void complainOfTwo(Section api, boolean kubeconfig, boolean inCluster) {
        if (kubeconfig && inCluster) {
            problems.add(api.place("in_cluster"), "is true, and kubeconfig names another API; keep one of them");
        }
        for (String key : List.of("bind", "port", "sans")) {
            if (api.has(key)) {
                problems.add(
                        api.place(key),
                        "is for the embedded API, and " + (kubeconfig ? "kubeconfig" : "in_cluster")
                                + " chooses a cluster's; keep one of them");
            }
        }
    }

    private ApiSettings embedded(Section api) {
        OptionalInt port = api.number("port");
        if (port.isPresent() && (port.getAsInt() < 0 || port.getAsInt() > 65_535)) {
            problems.add(api.place("port"), "must be 1 to 65535, or 0 for any that is free, and is " + port.getAsInt());
        }
        Optional<String> bind = api.text("bind");
        if (bind.isPresent() && !isNameOrAddress(bind.get())) {
            problems.add(api.place("bind"), "is no address; write one such as " + LOOPBACK + ", or 0.0.0.0 for all");
        }
        List<String> names = new ArrayList<>();
        for (Text name : api.texts("sans")) {
            if (!isNameOrAddress(name.value())) {
                problems.add(
                        name.place(),
                        "'" + name.value() + "' is neither a host name nor an address; write one such as"
                                + " backup.example.org or 192.168.1.20");
            }
            names.add(name.value());
        }
        return new ApiSettings.Embedded(bind.or(() -> usualBind).orElse(LOOPBACK), port.orElse(PORT), names);
    }

    private static boolean isNameOrAddress(String text) {
        return NAME.matcher(text).matches() || ADDRESS.matcher(text).matches();
    }
}
