package io.doksnap.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.app.objects.Unprotected;
import io.doksnap.docker.DockerEngine;
import io.doksnap.docker.DockerException;
import io.doksnap.operator.resource.PolicyResource;
import java.util.ArrayList;
import java.util.List;

/** Shows what has data and no policy. */
final class UnprotectedList {
    private final Cli cli;
    private final OutputOption output;

    UnprotectedList(Cli cli, OutputOption output) {
        this.cli = cli;
        this.output = output;
    }

    /** Asks the engine, and compares with the policies that there are; the exit code says whether all is well. */
    int show(DockerEngine engine, List<PolicyResource> policies) throws CommandException {
        List<Unprotected> found;
        try {
            found = Unprotected.of(
                    engine.containers().all(),
                    engine.services().all(),
                    policies.stream().map(PolicyResource::toBackupPolicy).toList());
        } catch (DockerException e) {
            throw new CommandException(ExitCode.FAILED, String.valueOf(e.getMessage()));
        }
        if (output.isJson()) {
            output.print(document(found), cli);
        } else if (found.isEmpty()) {
            cli.console().say("everything that has a named volume has a policy");
        } else {
            print(found);
        }
        return found.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }

    private static ObjectNode document(List<Unprotected> found) {
        ObjectNode document = Documents.object();
        ArrayNode rows = document.putArray("unprotected");
        for (Unprotected workload : found) {
            ArrayNode volumes = rows.addObject()
                    .put("kind", workload.kind())
                    .put("name", workload.name())
                    .putArray("volumes");
            workload.volumes().forEach(volumes::add);
        }
        return document;
    }

    private void print(List<Unprotected> found) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("WORKLOAD", "KIND", "VOLUMES"));
        found.forEach(
                workload -> rows.add(List.of(workload.name(), workload.kind(), String.join(", ", workload.volumes()))));
        Columns.print(rows, cli.console().out());
        cli.console()
                .say("the label doksnap.enable=true protects one of these, doksnap.enable=false takes it off this list;"
                        + " docker.labels: opt-out protects all of them");
    }
}
