package io.doksnap.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/**
 * What an API server needs to know.
 *
 * @param directory for everything that it keeps; made where it is missing
 * @param bind where it listens; port 0 for any that is free
 * @param names and addresses by which clients come, beside localhost and the machine's own
 * @param crds the resource definitions of the kinds that it serves
 */
public record ApiServerSettings(
        Path directory, InetSocketAddress bind, List<String> names, List<ObjectNode> crds, Clock clock) {
    public ApiServerSettings {
        names = List.copyOf(names);
        crds = List.copyOf(crds);
    }
}
