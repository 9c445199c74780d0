package io.doksnap.apiserver.resource;

import io.doksnap.apiserver.resource.ResourceType.Looks;
import io.doksnap.apiserver.resource.ResourceType.Names;
import io.doksnap.apiserver.resource.ResourceType.Origin;
import io.doksnap.apiserver.schema.CoreKinds;
import io.doksnap.apiserver.schema.StructuralSchema;
import io.doksnap.apiserver.selector.SelectableFields;
import io.doksnap.apiserver.table.TableColumns;
import java.util.List;
import java.util.Optional;

/** The kinds that are served without a definition. */
public final class CoreTypes {
    public static final ResourceType NAMESPACES = core(
            "",
            "v1",
            new Names("namespaces", "namespace", "Namespace", "NamespaceList", List.of("ns"), List.of()),
            false,
            true);
    public static final ResourceType SECRETS =
            core("", "v1", new Names("secrets", "secret", "Secret", "SecretList", List.of(), List.of()), true, false);
    public static final ResourceType CONFIG_MAPS = core(
            "",
            "v1",
            new Names("configmaps", "configmap", "ConfigMap", "ConfigMapList", List.of("cm"), List.of()),
            true,
            false);
    public static final ResourceType EVENTS =
            core("", "v1", new Names("events", "event", "Event", "EventList", List.of("ev"), List.of()), true, false);
    public static final ResourceType LEASES = core(
            "coordination.k8s.io",
            "v1",
            new Names("leases", "lease", "Lease", "LeaseList", List.of(), List.of()),
            true,
            false);
    public static final ResourceType DEFINITIONS = core(
            "apiextensions.k8s.io",
            "v1",
            new Names(
                    "customresourcedefinitions",
                    "customresourcedefinition",
                    "CustomResourceDefinition",
                    "CustomResourceDefinitionList",
                    List.of("crd", "crds"),
                    List.of("api-extensions")),
            false,
            true);

    /** Another way to look at {@link #EVENTS}; nothing is kept under it. */
    public static final ResourceType NEW_EVENTS =
            new ResourceType("events.k8s.io", "v1", EVENTS.names(), true, false, Origin.CORE, EVENTS.looks());

    static final List<ResourceType> ALL =
            List.of(NAMESPACES, SECRETS, CONFIG_MAPS, EVENTS, LEASES, DEFINITIONS, NEW_EVENTS);

    private CoreTypes() {}

    private static ResourceType core(String group, String version, Names names, boolean namespaced, boolean status) {
        String apiVersion = group.isEmpty() ? version : group + "/" + version;
        StructuralSchema schema = CoreKinds.schema(apiVersion, names.kind())
                .orElseThrow(() -> new IllegalStateException("no schema of " + apiVersion + " " + names.kind()));
        Looks looks = new Looks(
                schema,
                TableColumns.ofCoreKind(names.kind()),
                SelectableFields.ofCoreKind(names.kind()),
                Optional.empty());
        return new ResourceType(group, version, names, namespaced, status, Origin.CORE, looks);
    }
}
