package io.doksnap.app.objects;

import io.doksnap.api.BackupDestination.BackupDestinationSpec;
import io.doksnap.api.BackupDestination.DirectorySpec;
import io.doksnap.api.BackupDestination.S3Spec;
import io.doksnap.api.BackupPolicy;
import io.doksnap.declare.Declarations.Declared;
import io.doksnap.declare.Declarations.DeclaredPolicy;
import io.doksnap.declare.Destination;
import io.doksnap.declare.Destination.AtRest;
import io.doksnap.declare.Destination.S3Options;
import io.doksnap.declare.KubernetesName;
import io.doksnap.operator.resource.DestinationResource;
import io.doksnap.operator.resource.DoksnapNames;
import io.doksnap.operator.resource.PolicyResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A configuration as objects of the API. Of secrets they know nothing: those stay in the process that read the configuration. */
public final class ConfiguredObjects {
    /** The namespace of everything that a configuration declares. */
    public static final String NAMESPACE = "default";

    private ConfiguredObjects() {}

    /**
     * Destinations first, since policies name them.
     *
     * @param owner whose they are
     */
    public static List<HasMetadata> of(Declared declared, Owner owner) {
        List<HasMetadata> objects = new ArrayList<>();
        declared.settings().destinations().forEach((name, destination) -> objects.add(of(name, destination, owner)));
        for (DeclaredPolicy app : declared.apps()) {
            objects.add(of(app.resource(), owner));
        }
        return objects;
    }

    private static HasMetadata of(BackupPolicy policy, Owner owner) {
        PolicyResource resource = new PolicyResource();
        resource.setMetadata(metadata(owner.objectName(policy.metadata().name()), Map.of()));
        resource.setSpec(owner.claim(policy.spec(), policy.metadata().name()));
        return resource;
    }

    private static HasMetadata of(String name, Destination destination, Owner owner) {
        String objectName = owner.objectName(KubernetesName.of(name));
        DestinationResource resource = new DestinationResource();
        resource.setMetadata(
                metadata(objectName, objectName.equals(name) ? Map.of() : Map.of(DoksnapNames.NAME, name)));
        resource.setSpec(new BackupDestinationSpec(
                destination instanceof Destination.S3 s3 ? s3(s3) : null,
                destination instanceof Destination.Directory directory
                        ? new DirectorySpec(directory.directory().toString())
                        : null,
                owner.host()));
        return resource;
    }

    private static ObjectMeta metadata(String name, Map<String, String> annotations) {
        return new ObjectMetaBuilder()
                .withName(name)
                .withNamespace(NAMESPACE)
                .withLabels(Map.of(DoksnapNames.ORIGIN, Origin.CONFIG.toString()))
                .withAnnotations(annotations.isEmpty() ? null : annotations)
                .build();
    }

    private static S3Spec s3(Destination.S3 s3) {
        S3Options options = s3.options();
        return new S3Spec(
                s3.endpoint().map(URI::toString).orElse(null),
                s3.bucket(),
                s3.region(),
                s3.prefix().isEmpty() ? null : s3.prefix(),
                s3.pathStyle(),
                options.storageClass().orElse(null),
                serverSideEncryption(options.atRest()),
                options.objectLock().map(lock -> lock.days() + "d").orElse(null),
                options.partLimit(),
                null,
                null,
                null);
    }

    /** Asking where it is possible is what counts when nothing is said. */
    private static @Nullable String serverSideEncryption(AtRest atRest) {
        return switch (atRest) {
            case NOT_ASKED -> "none";
            case AES256_IF_POSSIBLE -> null;
            case AES256 -> "AES256";
            case KMS -> "aws:kms";
        };
    }
}
