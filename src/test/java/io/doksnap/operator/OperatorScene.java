package io.doksnap.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.api.BackupPolicy;
import io.doksnap.api.Condition;
import io.doksnap.api.ConditionType;
import io.doksnap.apiserver.ApiServer;
import io.doksnap.apiserver.ApiServerSettings;
import io.doksnap.apiserver.credentials.Access;
import io.doksnap.apiserver.json.Yaml;
import io.doksnap.archive.Decryption;
import io.doksnap.archive.Encryption;
import io.doksnap.docker.DockerEngine;
import io.doksnap.operator.resource.BackupResource;
import io.doksnap.operator.resource.PolicyResource;
import io.doksnap.operator.resource.ResourceJson;
import io.doksnap.operator.resource.SnapshotResource;
import io.doksnap.policy.AllowedPaths;
import io.doksnap.policy.LocalHooks;
import io.doksnap.policy.Policy;
import io.doksnap.policy.TimeWindow;
import io.doksnap.run.DataDirectory;
import io.doksnap.run.Keys;
import io.doksnap.run.MemoryBudget;
import io.doksnap.run.ThreadPriority;
import io.doksnap.run.Workloads;
import io.doksnap.snapshot.Manifest.EncryptionEntry;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.StoreSettings;
import io.doksnap.testing.FakeDockerEngine;
import io.doksnap.testing.FaultyStore;
import io.doksnap.testing.ShiftedClock;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An embedded API with our kinds, a host with volumes and a directory to store in, and operators that are started and stopped. */
final class OperatorScene implements AutoCloseable {
    static final String HOST = "host1";

    final Path home;
    final ShiftedClock clock = new ShiftedClock();
    final ApiServer api;
    final KubernetesClient client;
    final FakeDockerEngine docker;
    final DataDirectory data;
    volatile Encryption encryption = new Encryption.None();
    volatile FaultyStore.Fault fault = FaultyStore.Fault.NONE;
    Optional<TimeWindow> window = Optional.empty();
    Hosts hosts = Hosts.unknown();
    OptionalInt nice = OptionalInt.empty();
    private final List<Operator> operators = new ArrayList<>();

    OperatorScene(Path home) throws IOException {
        this.home = home.toRealPath();
        this.api = ApiServer.start(new ApiServerSettings(
                this.home.resolve("api"),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                List.of(),
                crds(),
                clock));
        this.client = client();
        this.docker = new FakeDockerEngine(this.home.resolve("volumes"));
        this.data = DataDirectory.open(this.home.resolve("state"));
        Files.createDirectories(this.home.resolve("volumes/shop_data/_data"));
        Files.writeString(this.home.resolve("volumes/shop_data/_data/a.txt"), "content\n");
        Files.createDirectories(this.home.resolve("backups"));
    }

    static List<ObjectNode> crds() throws IOException {
        List<ObjectNode> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("crd"))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".yaml")).toList()) {
                all.add((ObjectNode) Yaml.read(Files.readAllBytes(file)));
            }
        }
        return all;
    }

    private KubernetesClient client() throws IOException {
        return client(api);
    }

    static KubernetesClient client(ApiServer api) throws IOException {
        Config config = Config.fromKubeconfig(api.kubeconfig(Access.ADMIN, Optional.empty()));
        config.setOnlyHttpWatches(true);
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withKubernetesSerialization(ResourceJson.serialization())
                .build();
    }

    OperatorSettings settings(String host, int runs) {
        return new OperatorSettings(
                host,
                Set.of(),
                ZoneOffset.UTC,
                runs,
                new OperatorSettings.History(3, 3),
                new AllowedPaths(List.of(home)),
                Duration.ofSeconds(2),
                Duration.ofMillis(300),
                Duration.ofSeconds(20),
                window);
    }

    Operator start() {
        return start(settings(HOST, 2), data);
    }

    Operator start(OperatorSettings settings, DataDirectory state) {
        Revivals revivals = new Revivals(new Workloads(docker, state, clock, Map.of(), Optional.empty()), clock);
        revivals.replay();
        Operator operator = Operator.start(client, settings, hosts, new Here(state), revivals, clock);
        operators.add(operator);
        return operator;
    }

    void stop(Operator operator) {
        operators.remove(operator);
        operator.close();
    }

    /** Applies what kubectl would create. */
    List<HasMetadata> create(String yaml) {
        List<HasMetadata> created = new ArrayList<>();
        for (String document : yaml.split("(?m)^---$", -1)) {
            created.add(client.resource(document).inNamespace("default").create());
        }
        return created;
    }

    void policy(String name, String more) {
        create("""
            apiVersion: doksnap.io/v1
            kind: BackupPolicy
            metadata: {name: %s}
            spec:
              sources: [{name: data, volume: shop_data}]
            %s
            """.formatted(name, more.indent(2)));
    }

    BackupResource backup(String name, String policy) {
        return (BackupResource) create("""
            apiVersion: doksnap.io/v1
            kind: Backup
            metadata: {name: %s}
            spec: {policy: %s}
            """.formatted(name, policy)).get(0);
    }

    <R extends HasMetadata> @Nullable R get(Class<R> kind, String name) {
        return client.resources(kind).inNamespace("default").withName(name).get();
    }

    <R extends HasMetadata> List<R> list(Class<R> kind) {
        return client.resources(kind).inNamespace("default").list().getItems();
    }

    <R extends HasMetadata> R until(Class<R> kind, String name, Predicate<R> condition) {
        return await(kind.getSimpleName() + " " + name)
                .atMost(Duration.ofSeconds(30))
                .until(() -> get(kind, name), found -> found != null && condition.test(found));
    }

    BackupResource untilComplete(String backup) {
        return until(BackupResource.class, backup, each -> is(each, ConditionType.COMPLETE));
    }

    static boolean is(BackupResource backup, ConditionType type) {
        return backup.getStatus() != null
                && Conditions.isTrue(backup.getStatus().conditions(), type);
    }

    static Optional<Condition> condition(PolicyResource policy, ConditionType type) {
        return policy.getStatus() == null
                ? Optional.empty()
                : Conditions.find(policy.getStatus().conditions(), type);
    }

    List<SnapshotResource> snapshots() {
        return list(SnapshotResource.class);
    }

    List<Event> events() {
        return client.v1().events().inNamespace("default").list().getItems();
    }

    @Override
    public void close() throws IOException {
        fault = FaultyStore.Fault.NONE;
        List.copyOf(operators).forEach(this::stop);
        client.close();
        data.close();
        api.close();
    }

    /** What an operator of the scene finds. */
    private final class Here implements Places {
        private final DataDirectory state;

        Here(DataDirectory state) {
            this.state = state;
        }

        @Override
        public DockerEngine docker() {
            return docker;
        }

        @Override
        public DataDirectory data() {
            return state;
        }

        @Override
        public MemoryBudget memory() {
            return new MemoryBudget(1 << 28, 1 << 28, 1);
        }

        @Override
        public Keys keys() {
            return new Keys() {
                @Override
                public Encryption encryption(Policy policy) {
                    return encryption;
                }

                @Override
                public List<Decryption> decryptions(List<EncryptionEntry> encryptions) {
                    return List.of();
                }
            };
        }

        @Override
        public Optional<StoreSettings> destination(String name) {
            return name.equals("default")
                    ? Optional.of(new StoreSettings.Directory(home.resolve("backups")))
                    : Optional.empty();
        }

        @Override
        public LocalHooks localHooks(BackupPolicy policy) {
            return LocalHooks.REFUSED;
        }

        @Override
        public void stepBack() {
            assertThat(ThreadPriority.lower(nice, Optional.empty())).isEmpty();
        }

        @Override
        public boolean maySetOwners() {
            return false;
        }

        @Override
        public ObjectStore limited(ObjectStore store) {
            FaultyStore faulty = new FaultyStore(store);
            faulty.set((call, key) -> fault.before(call, key));
            return faulty;
        }

        @Override
        public String program() {
            return "doksnap test";
        }
    }
}
