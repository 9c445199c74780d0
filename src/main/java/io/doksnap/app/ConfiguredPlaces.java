package io.doksnap.app;

import io.doksnap.api.BackupPolicy;
import io.doksnap.api.HooksSpec;
import io.doksnap.app.objects.ConfiguredObjects;
import io.doksnap.app.objects.Owner;
import io.doksnap.declare.Declarations.Declared;
import io.doksnap.declare.Destination;
import io.doksnap.declare.KubernetesName;
import io.doksnap.declare.Limits;
import io.doksnap.declare.Settings;
import io.doksnap.docker.DockerEngine;
import io.doksnap.operator.Places;
import io.doksnap.policy.LocalHooks;
import io.doksnap.run.DataDirectory;
import io.doksnap.run.Keys;
import io.doksnap.run.MemoryBudget;
import io.doksnap.run.OwnPlaces;
import io.doksnap.run.SpoolSpace;
import io.doksnap.run.ThreadPriority;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.ObjectStores;
import io.doksnap.store.RateLimit;
import io.doksnap.store.StoreSettings;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the operator takes from the configuration as it is now; for any thread. */
final class ConfiguredPlaces implements Places {
    private static final Logger LOG = LoggerFactory.getLogger(ConfiguredPlaces.class);

    private final Workspace workspace;
    private final DataDirectory data;
    private final Owner owner;
    private final Cli cli;
    private final Keys keys;
    private final Optional<RateLimit> rate;
    private final SpoolSpace spool;
    private final AtomicBoolean refusalSaid = new AtomicBoolean();
    private volatile Declared current;

    ConfiguredPlaces(Workspace workspace, DataDirectory data, Owner owner, Cli cli) {
        this.workspace = workspace;
        this.data = data;
        this.owner = owner;
        this.cli = cli;
        this.current = workspace.declared();
        this.spool = workspace.spool();
        this.keys = new OperatorKeys(() -> new ConfiguredKeys(current.settings(), cli.clock()));
        this.rate = workspace.settings().limits().uploadRate().isPresent()
                ? Optional.of(
                        RateLimit.of(workspace.settings().limits().uploadRate().getAsLong()))
                : Optional.empty();
    }

    /** From now on this is the configuration. */
    void declare(Declared declared) {
        current = declared;
    }

    @Override
    public DockerEngine docker() {
        return workspace.docker();
    }

    @Override
    public DataDirectory data() {
        return data;
    }

    @Override
    public OwnPlaces own() {
        return workspace.ownPlaces();
    }

    @Override
    public Optional<SpoolSpace> spool() {
        return Optional.of(spool);
    }

    @Override
    public MemoryBudget memory() {
        return Memory.budget();
    }

    @Override
    public Keys keys() {
        return keys;
    }

    /** By the name that the configuration has for it, or by that of its object. */
    @Override
    public Optional<StoreSettings> destination(String name) throws IOException {
        Settings settings = current.settings();
        Optional<Destination> declared = settings.destination(name)
                .or(() -> settings.destinations().entrySet().stream()
                        .filter(entry -> isNamed(KubernetesName.of(entry.getKey()), name))
                        .map(Map.Entry::getValue)
                        .findFirst());
        return declared.isPresent()
                ? Optional.of(DeclaredStore.settings(declared.get(), cli.clock()))
                : Optional.empty();
    }

    private boolean isNamed(String declared, String name) {
        return declared.equals(name) || owner.objectName(declared).equals(name);
    }

    /** The label that says where an object comes from can be written by anybody, and so can hooks beside those of the file. */
    @Override
    public LocalHooks localHooks(BackupPolicy policy) {
        HooksSpec hooks = policy.spec().hooks();
        boolean word = policy.metadata().namespace().equals(ConfiguredObjects.NAMESPACE)
                && current.apps().stream()
                        .filter(app -> owner.objectName(
                                        app.resource().metadata().name())
                                .equals(policy.metadata().name()))
                        .anyMatch(app -> Objects.equals(app.resource().spec().hooks(), hooks));
        return word ? LocalHooks.ALLOWED : LocalHooks.REFUSED;
    }

    @Override
    public ObjectStore limited(ObjectStore store) {
        return rate.map(limit -> ObjectStores.limited(store, limit)).orElse(store);
    }

    @Override
    public void stepBack() {
        Limits limits = workspace.settings().limits();
        List<String> refused = ThreadPriority.lower(limits.nice(), limits.io());
        if (!refused.isEmpty() && !refusalSaid.getAndSet(true)) {
            refused.forEach(LOG::warn);
        }
    }

    @Override
    public OptionalInt threads() {
        return workspace.settings().limits().threads();
    }

    @Override
    public boolean maySetOwners() {
        return Privilege.isRoot();
    }

    @Override
    public String program() {
        return Version.text();
    }
}
