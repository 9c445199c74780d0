package io.doksnap.declare.offen;

import io.doksnap.docker.Container;
import io.doksnap.docker.Mount;
import io.doksnap.docker.Service;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Puts an installation together from wherever it is written: files, and what an engine said. */
public final class OffenReader {
    private static final String CONF_D = "/etc/dockervolumebackup/conf.d";

    private final Map<String, String> variables = new LinkedHashMap<>();
    private final List<Mount> mounts = new ArrayList<>();
    private final List<OffenWorkload> workloads = new ArrayList<>();
    private final List<OffenWorkload> own = new ArrayList<>();
    private String name = "";
    private @Nullable Path confD;

    /**
     * Takes the container that runs; files say more than it does.
     *
     * @param environment its variables, with secrets
     */
    public void container(Container container, Map<String, String> environment) {
        variables.putAll(environment);
        mounts.addAll(container.mounts());
        name = container.labels().getOrDefault("com.docker.compose.service", container.name());
        own.addAll(OffenWorkload.of(List.of(container), List.of()));
    }

    /** Takes what runs beside it. */
    public void engine(List<Container> containers, List<Service> services) {
        workloads.addAll(OffenWorkload.of(containers, services));
    }

    /**
     * Takes a Compose file: its service of the backup, and, where no engine was asked, the others.
     *
     * @param service the backup's, where it cannot be told by its image
     */
    public void compose(Path file, Optional<String> service, Map<String, String> environment) throws OffenException {
        ComposeFile compose = ComposeFile.read(file, environment);
        String backup = compose.backup(service);
        variables.putAll(compose.environment(backup));
        if (mounts.isEmpty()) {
            mounts.addAll(compose.mounts(backup));
        }
        if (name.isEmpty()) {
            name = backup;
        }
        if (own.isEmpty()) {
            own.add(compose.workload(backup));
        }
        if (workloads.isEmpty()) {
            compose.services().stream().map(compose::workload).forEach(workloads::add);
        }
    }

    /** Takes a file of variables, such as {@code backup.env}. */
    public void variables(Path file) throws OffenException {
        variables.putAll(EnvFile.read(text(file)));
    }

    /** Takes a directory with a file for each schedule. */
    public void confD(Path directory) {
        confD = directory;
    }

    /** All that was taken. */
    public OffenInstallation installation() throws OffenException {
        List<OffenSchedule> schedules = new ArrayList<>();
        Path directory = confD == null ? mountedConfD() : confD;
        if (directory == null) {
            schedules.add(new OffenSchedule("", variables));
        } else {
            for (Path file : files(directory)) {
                schedules.add(schedule(file));
            }
        }
        return new OffenInstallation(name, schedules, mounts, workloads, own);
    }

    /** Where the backup's container has it, if that can be read here. */
    private @Nullable Path mountedConfD() throws OffenException {
        for (Mount mount : mounts) {
            if (mount.destination().replaceAll("/+$", "").equals(CONF_D)) {
                Path path = Path.of(mount.source());
                if (mount.type() != Mount.Type.BIND || !Files.isDirectory(path)) {
                    throw new OffenException("its schedules lie in " + CONF_D + ", which is " + mount.source()
                            + " and cannot be read here; copy it ('docker cp') and name the copy with --conf-d");
                }
                return path;
            }
        }
        return null;
    }

    private OffenSchedule schedule(Path file) throws OffenException {
        Map<String, String> all = new LinkedHashMap<>(variables);
        Map<String, String> known = new LinkedHashMap<>(variables);
        EnvFile.read(text(file)).forEach((key, value) -> {
            String expanded = Interpolation.of(value, known);
            known.put(key, expanded);
            all.put(key, expanded);
        });
        String fileName = Names.lastSegment(file.toString());
        return new OffenSchedule(fileName.replaceFirst("(?<=.)\\.[A-Za-z]+$", ""), all);
    }

    private static List<Path> files(Path directory) throws OffenException {
        try (Stream<Path> entries = Files.list(directory)) {
            List<Path> files = entries.filter(Files::isRegularFile).sorted().toList();
            if (files.isEmpty()) {
                throw new OffenException(
                        directory + " holds no files; name the directory with a file for each schedule");
            }
            return files;
        } catch (IOException e) {
            throw new OffenException(complaint(directory, e));
        }
    }

    static String text(Path file) throws OffenException {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new OffenException(complaint(file, e));
        }
    }

    private static String complaint(Path file, IOException unreadable) {
        if (unreadable instanceof NoSuchFileException) {
            return "there is no " + file + "; name the one you mean";
        }
        if (unreadable instanceof AccessDeniedException) {
            return "this user may not read " + file + "; change its owner or its mode, or run this as root";
        }
        if (unreadable instanceof CharacterCodingException) {
            return file + " is no text in UTF-8; is it the right file?";
        }
        return file + " cannot be read: " + unreadable.getMessage();
    }
}
