package io.doksnap.declare.offen;

import io.doksnap.declare.labels.Carrier;
import io.doksnap.docker.Mount;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** What a Compose file says of an installation, and of what runs beside it. */
final class ComposeFile {
    private static final Pattern IMAGE = Pattern.compile("(.*/)?docker-volume-backup([:@].*)?");
    private static final Pattern NOT_IN_PROJECTS = Pattern.compile("[^a-z0-9_-]");

    private final Path file;
    private final Path directory;
    private final Map<String, Object> root;
    private final Map<String, String> variables;
    private final String project;

    private ComposeFile(Path file, Path directory, Map<String, Object> root, Map<String, String> variables) {
        this.file = file;
        this.directory = directory;
        this.root = root;
        this.variables = variables;
        Path folder = directory.getFileName();
        String wanted = root.get("name") instanceof String name
                ? Interpolation.of(name, variables)
                : variables.getOrDefault("COMPOSE_PROJECT_NAME", folder == null ? "" : folder.toString());
        this.project = NOT_IN_PROJECTS.matcher(wanted.toLowerCase(Locale.ROOT)).replaceAll("");
    }

    /**
     * Reads a file.
     *
     * @param environment for variables in it, besides those of the file {@code .env} beside it
     */
    static ComposeFile read(Path file, Map<String, String> environment) throws OffenException {
        Path absolute = file.toAbsolutePath().normalize();
        Path directory = absolute.getParent() == null ? absolute : absolute.getParent();
        Path beside = directory.resolve(".env");
        Map<String, String> variables =
                new LinkedHashMap<>(Files.isRegularFile(beside) ? EnvFile.read(OffenReader.text(beside)) : Map.of());
        variables.putAll(environment);
        try {
            Object loaded = new Yaml(new SafeConstructor(new LoaderOptions())).load(OffenReader.text(absolute));
            Map<String, Object> root = mapping(loaded);
            if (mapping(root.get("services")).isEmpty()) {
                throw new OffenException(file + " names no services; is it a Compose file?");
            }
            return new ComposeFile(file, directory, root, variables);
        } catch (YAMLException wrong) {
            throw new OffenException(file + " is no YAML: "
                    + String.valueOf(wrong.getMessage()).lines().findFirst().orElse(""));
        }
    }

    /** The name of the service that is the backup. */
    String backup(Optional<String> wanted) throws OffenException {
        Map<String, Object> services = mapping(root.get("services"));
        if (wanted.isPresent()) {
            if (!services.containsKey(wanted.get())) {
                throw new OffenException(
                        file + " has no service " + wanted.get() + "; it has " + String.join(", ", services.keySet()));
            }
            return wanted.get();
        }
        List<String> found = services.entrySet().stream()
                .filter(service -> IMAGE.matcher(
                                text(mapping(service.getValue()).get("image")))
                        .matches())
                .map(Map.Entry::getKey)
                .toList();
        if (found.size() != 1) {
            throw new OffenException(file + " has "
                    + (found.isEmpty()
                            ? "no service of the image offen/docker-volume-backup; name yours with --service"
                            : "several: name one with --service, and migrate each: " + String.join(", ", found)));
        }
        return found.get(0);
    }

    /** Of a service: its {@code env_file}s, and over them its {@code environment}. */
    Map<String, String> environment(String service) throws OffenException {
        Map<String, Object> settings = service(service);
        Map<String, String> environment = new LinkedHashMap<>();
        Object files = settings.get("env_file");
        for (Object each : files instanceof List<?> list ? list : files == null ? List.of() : List.of(files)) {
            String name = each instanceof Map<?, ?> map ? text(map.get("path")) : text(each);
            environment.putAll(EnvFile.read(OffenReader.text(directory.resolve(Interpolation.of(name, variables)))));
        }
        environment.putAll(pairs(settings.get("environment"), true));
        return environment;
    }

    List<Mount> mounts(String service) {
        List<Mount> mounts = new ArrayList<>();
        if (service(service).get("volumes") instanceof List<?> volumes) {
            for (Object volume : volumes) {
                mount(volume).ifPresent(mounts::add);
            }
        }
        return mounts;
    }

    /** A service as a carrier of labels. */
    OffenWorkload workload(String service) {
        Map<String, Object> settings = service(service);
        Map<String, String> labels = new TreeMap<>(pairs(settings.get("labels"), false));
        labels.putAll(pairs(mapping(settings.get("deploy")).get("labels"), false));
        String named = text(settings.get("container_name"));
        String container = named.isEmpty() ? project + "-" + service + "-1" : named;
        return new OffenWorkload(Carrier.compose(container, project, service, labels), mounts(service));
    }

    List<String> services() {
        return List.copyOf(mapping(root.get("services")).keySet());
    }

    private Map<String, Object> service(String name) {
        return mapping(mapping(root.get("services")).get(name));
    }

    private Optional<Mount> mount(Object volume) {
        if (volume instanceof Map<?, ?>) {
            Map<String, Object> settings = mapping(volume);
            return mount(text(settings.get("source")), text(settings.get("target")));
        }
        String[] parts = text(volume).split(":", -1);
        return parts.length < 2 ? Optional.empty() : mount(parts[0], parts[1]);
    }

    private Optional<Mount> mount(String source, String destination) {
        if (source.isEmpty() || destination.isEmpty()) {
            return Optional.empty();
        }
        if (source.startsWith("~")) {
            return Optional.of(Mount.bind(variables.getOrDefault("HOME", "/root") + source.substring(1), destination));
        }
        if (source.startsWith("/") || source.startsWith(".")) {
            return Optional.of(Mount.bind(directory.resolve(source).normalize().toString(), destination));
        }
        Map<String, Object> settings = mapping(mapping(root.get("volumes")).get(source));
        String named = text(settings.get("name"));
        boolean external = settings.get("external") instanceof Map || "true".equals(text(settings.get("external")));
        String older = text(mapping(settings.get("external")).get("name"));
        String name = !named.isEmpty() ? named : !older.isEmpty() ? older : external ? source : project + "_" + source;
        return Optional.of(Mount.volume(name, destination));
    }

    /** A mapping, or a list of {@code NAME=value}; one without a value is taken from the environment, if that is asked for. */
    private Map<String, String> pairs(@Nullable Object written, boolean fromEnvironment) {
        Map<String, String> pairs = new LinkedHashMap<>();
        if (written instanceof List<?> list) {
            for (Object item : list) {
                String text = text(item);
                int equals = text.indexOf('=');
                if (equals >= 0) {
                    pairs.put(text.substring(0, equals), text.substring(equals + 1));
                } else if (fromEnvironment) {
                    pairs.put(text, variables.getOrDefault(text, ""));
                }
            }
        } else {
            mapping(written).forEach((key, value) -> {
                boolean taken = value == null && fromEnvironment;
                pairs.put(key, taken ? variables.getOrDefault(key, "") : text(value));
            });
        }
        return pairs;
    }

    private String text(@Nullable Object value) {
        return value == null ? "" : Interpolation.of(value.toString(), variables);
    }

    private static Map<String, Object> mapping(@Nullable Object value) {
        Map<String, Object> mapping = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, each) -> mapping.put(String.valueOf(key), each));
        }
        return mapping;
    }
}
