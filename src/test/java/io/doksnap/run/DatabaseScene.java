package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.docker.DockerEngine;
import io.doksnap.docker.DockerEngines;
import io.doksnap.docker.DockerException;
import io.doksnap.docker.ExecCommand;
import io.doksnap.docker.ExecOutcome;
import io.doksnap.policy.Source;
import io.doksnap.policy.Source.DumpKind;
import io.doksnap.policy.Target;
import io.doksnap.testing.HostImage;
import io.doksnap.testing.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A real database of this machine in a container, of which a policy makes dumps; what runs is removed with the image. */
final class DatabaseScene implements AutoCloseable {
    static final Duration LONG = Duration.ofSeconds(60);

    /** The container that dumps are made in. */
    final String name = "doksnap-test-" + UUID.randomUUID();

    final HostImage image;
    final DockerEngine engine;
    final Bench bench;

    /** Creates it; nothing runs yet. Who made the image closes that. */
    DatabaseScene(Path home, DumpKind kind, HostImage image) throws IOException {
        this.image = image;
        engine = DockerEngines.connect(Needs.docker(), LONG);
        bench = new Bench(Files.createDirectory(home.resolve("bench")));
        bench.engine = engine;
        bench.target = Optional.of(new Target.Container(name));
        bench.sources = List.of(new Source.Dump("db", kind, List.of(), Optional.empty()));
    }

    /** The exit code and the output. */
    String run(String container, String... words) throws DockerException {
        ExecOutcome outcome = engine.containers()
                .exec(engine.containers().find(container).orElseThrow(), ExecCommand.of(words), LONG);
        return outcome instanceof ExecOutcome.Ended ended
                ? ended.exitCode() + " " + ended.output().strip()
                : "overdue";
    }

    void backup() {
        assertThat(bench.backup()).isInstanceOf(BackupOutcome.Succeeded.class);
    }

    RestoreOutcome.Restored restored(String container) {
        RestoreOutcome outcome = bench.restore(new RestoreTarget.Database(container));
        assertThat(outcome).isInstanceOf(RestoreOutcome.Restored.class);
        return (RestoreOutcome.Restored) outcome;
    }

    String failure(String container) {
        RestoreOutcome outcome = bench.restore(new RestoreTarget.Database(container));
        assertThat(outcome).isInstanceOf(RestoreOutcome.Failed.class);
        return ((RestoreOutcome.Failed) outcome).message();
    }

    @Override
    public void close() throws IOException {
        bench.close();
        engine.close();
    }
}
