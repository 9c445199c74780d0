package io.doksnap.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.VolumeOptions;
import io.doksnap.docker.DockerException.Kind;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Holders of an engine behind its HTTP API. They have no network and no rights, and see the volumes read-only at places of their own, so that an image's files are not copied
 * into an empty one.
 */
final class RemoteHolders implements Holders {
    private static final String NOBODY = "65534:65534";
    private static final int SHORT_ID = 12;

    private final EngineCalls calls;

    RemoteHolders(EngineCalls calls) {
        this.calls = calls;
    }

    @Override
    public void hold(String of, String owner, String image, List<String> volumes) throws DockerException {
        release(of);
        String purpose = "run a holder of image " + image;
        String architecture = calls.ask(
                purpose,
                client -> String.valueOf(client.inspectImageCmd(image).exec().getArch()));
        HolderProgram program = HolderProgram.of(architecture)
                .orElseThrow(() -> new DockerException(
                        Kind.REFUSED, "There is no holder for images of the architecture " + architecture + ".", null));
        boolean ignored = calls.ask(purpose, client -> {
            String id = client.createContainerCmd(image)
                    .withName("doksnap-holder-" + of.substring(0, Math.min(SHORT_ID, of.length())))
                    .withEntrypoint(HolderProgram.PATH)
                    .withCmd(List.of())
                    .withUser(NOBODY)
                    .withStopSignal("SIGKILL")
                    .withHealthcheck(new HealthCheck().withTest(List.of("NONE")))
                    .withLabels(Map.of(LABEL, of, OWNER_LABEL, owner))
                    .withHostConfig(host(volumes))
                    .exec()
                    .getId();
            client.copyArchiveToContainerCmd(id)
                    .withRemotePath("/")
                    .withTarInputStream(new ByteArrayInputStream(program.tar()))
                    .exec();
            client.startContainerCmd(id).exec();
            return true;
        });
    }

    private static HostConfig host(List<String> volumes) {
        List<Mount> mounts = new ArrayList<>();
        for (String volume : volumes) {
            mounts.add(new Mount()
                    .withType(MountType.VOLUME)
                    .withSource(volume)
                    .withTarget("/.doksnap-held/" + mounts.size())
                    .withReadOnly(true)
                    .withVolumeOptions(new VolumeOptions().withNoCopy(true)));
        }
        return HostConfig.newHostConfig()
                .withMounts(mounts)
                .withNetworkMode("none")
                .withAutoRemove(true)
                .withCapDrop(Capability.ALL)
                .withSecurityOpts(List.of("no-new-privileges"));
    }

    @Override
    public void release(String of) throws DockerException {
        boolean ignored = calls.ask("remove a holder", client -> {
            client.listContainersCmd().withShowAll(true).withLabelFilter(Map.of(LABEL, of)).exec().stream()
                    .map(com.github.dockerjava.api.model.Container::getId)
                    .forEach(id -> remove(client, id));
            return true;
        });
    }

    @Override
    public List<Holder> all() throws DockerException {
        return calls.ask("list holders", client -> {
            List<Holder> found = new ArrayList<>();
            client.listContainersCmd()
                    .withShowAll(true)
                    .withLabelFilter(List.of(LABEL))
                    .exec()
                    .forEach(container -> found.add(new Holder(
                            container.getId(),
                            container.getLabels().getOrDefault(LABEL, ""),
                            container.getLabels().getOrDefault(OWNER_LABEL, ""))));
            return List.copyOf(found);
        });
    }

    @Override
    public void remove(Holder holder) throws DockerException {
        boolean ignored = calls.ask("remove a holder", client -> {
            remove(client, holder.id());
            return true;
        });
    }

    private static void remove(DockerClient client, String id) {
        try {
            client.removeContainerCmd(id)
                    .withForce(true)
                    .withRemoveVolumes(true)
                    .exec();
        } catch (NotFoundException | ConflictException e) {
            // It is gone, or going: the engine removes it by itself as soon as it ends.
        }
    }
}
