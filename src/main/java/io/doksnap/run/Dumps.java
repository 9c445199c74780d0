package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.archive.ArchiveContent;
import io.doksnap.archive.tar.TreeStats;
import io.doksnap.docker.Container;
import io.doksnap.docker.DockerEngine;
import io.doksnap.docker.DockerException;
import io.doksnap.docker.ExecOutcome;
import io.doksnap.docker.ExecStreams;
import io.doksnap.policy.Policy;
import io.doksnap.policy.Source;
import io.doksnap.run.dump.DumpException;
import io.doksnap.run.dump.DumpFormat;
import io.doksnap.run.dump.DumpOutput;
import io.doksnap.run.dump.LastWords;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** What commands in a policy's target print, as sources. */
final class Dumps {
    private final DockerEngine docker;
    private final Policy policy;
    private final String nonce;

    /**
     * Creates it.
     *
     * @param nonce nobody has seen it before: letters and digits
     */
    Dumps(DockerEngine docker, Policy policy, String nonce) {
        this.docker = docker;
        this.policy = policy;
        this.nonce = nonce;
    }

    /**
     * The dump that is made now, in the target's first container that runs. Writing it throws where the command did not succeed or the dump is not
     * whole: then nothing of it may be kept.
     *
     * @param progress counts its bytes
     */
    ArchiveContent content(Source.Dump dump, TreeStats.Collector progress) throws RunException {
        Container container = container(dump);
        return plain -> write(dump, container, new Counted(plain, progress));
    }

    private Container container(Source.Dump dump) throws RunException {
        List<Container> all = new TargetContainers(docker)
                .all(
                        policy.target()
                                .orElseThrow(() -> new RunException(
                                        Reason.DUMP_FAILED,
                                        "the dump " + dump.name() + " has no container to run in; name a target")),
                        Reason.DUMP_FAILED);
        return all.stream()
                .filter(Container::isUp)
                .findFirst()
                .orElseThrow(() -> new RunException(
                        Reason.DUMP_FAILED,
                        "the container " + all.get(0).name() + " does not run, so its "
                                + DumpFormat.of(dump.kind()).text() + " cannot be dumped; start it"));
    }

    private void write(Source.Dump dump, Container container, OutputStream plain) throws IOException {
        DumpFormat format = DumpFormat.of(dump.kind());
        String subject = "the dump of " + dump.name() + " (" + format.text() + ") in container " + container.name();
        ExecOutcome outcome;
        DumpOutput output = format.output(nonce, plain);
        try {
            outcome = docker.containers().stream(
                    container, format.command(dump, nonce), ExecStreams.to(output), policy.timeout());
        } catch (DockerException e) {
            if (e.kind() == DockerException.Kind.UNAVAILABLE) {
                throw e;
            }
            throw new DumpException(subject + " failed: " + e.getMessage());
        }
        check(subject, outcome);
        if (output.bytes() == 0) {
            if (!policy.allowEmpty()) {
                throw new DumpException(subject + " is empty, although its command succeeded"
                        + LastWords.of(outcome.output()) + "; if that is right, set allow_empty: true");
            }
            return;
        }
        if (format != DumpFormat.COMMAND || !policy.allowEmpty()) {
            try {
                output.finish();
            } catch (DumpException e) {
                throw new DumpException(subject + " is not whole: " + e.getMessage());
            }
        }
    }

    private static void check(String subject, ExecOutcome outcome) throws DumpException {
        if (outcome instanceof ExecOutcome.Overdue overdue) {
            throw new DumpException(subject + " was not done in time; "
                    + (overdue.gone() ? "it was killed" : "it may go on in there (is the container paused?)")
                    + LastWords.of(outcome.output()));
        }
        int exitCode = ((ExecOutcome.Ended) outcome).exitCode();
        if (exitCode != 0) {
            throw new DumpException(subject + " failed with exit code " + exitCode + LastWords.of(outcome.output()));
        }
    }

    /** Counts what passes. */
    private static final class Counted extends FilterOutputStream {
        private final TreeStats.Collector progress;

        Counted(OutputStream sink, TreeStats.Collector progress) {
            super(sink);
            this.progress = progress;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            progress.bytes(length);
        }
    }
}
