package io.doksnap.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The custom resource definitions that come with the program. */
final class Crds {
    private static final List<String> PLURALS =
            List.of("backuppolicies", "backups", "snapshots", "restores", "backupdestinations");

    private Crds() {}

    /** All of them, as the API takes them. */
    static List<ObjectNode> all() {
        List<ObjectNode> crds = new ArrayList<>();
        for (String plural : PLURALS) {
            String file = "/crd/doksnap.io_" + plural + ".yaml";
            try (InputStream in = Crds.class.getResourceAsStream(file)) {
                if (in == null) {
                    throw new IllegalStateException("the program was packed without " + file);
                }
                Object read = new Yaml(new SafeConstructor(new LoaderOptions())).load(in);
                crds.add(new ObjectMapper().valueToTree(read));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return crds;
    }
}
