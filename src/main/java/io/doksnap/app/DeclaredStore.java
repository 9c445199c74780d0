package io.doksnap.app;

import io.doksnap.declare.Destination;
import io.doksnap.declare.SecretException;
import io.doksnap.store.StoreSettings;
import io.doksnap.store.StoreSettings.AtRest;
import io.doksnap.store.StoreSettings.Credentials;
import io.doksnap.store.StoreSettings.HttpProxy;
import io.doksnap.store.StoreSettings.Login;
import io.doksnap.store.StoreSettings.ObjectLock;
import io.doksnap.store.StoreSettings.S3Options;
import java.time.Clock;
import java.util.Optional;

/** Turns a destination as it was declared into what opens its store. */
final class DeclaredStore {
    private DeclaredStore() {}

    /**
     * The settings of a store.
     *
     * @throws SecretException when its credentials cannot be read now, which nobody should first hear from a backup
     */
    static StoreSettings settings(Destination destination, Clock clock) throws SecretException {
        if (destination instanceof Destination.Directory directory) {
            return new StoreSettings.Directory(directory.directory());
        }
        Destination.S3 s3 = (Destination.S3) destination;
        if (s3.credentials().isPresent()) {
            read(s3.credentials().get());
        }
        return new StoreSettings.S3(
                s3.endpoint(),
                s3.bucket(),
                s3.region(),
                s3.prefix(),
                s3.pathStyle(),
                options(s3.options(), clock),
                s3.credentials().map(declared -> () -> read(declared)));
    }

    private static S3Options options(Destination.S3Options declared, Clock clock) {
        return new S3Options(
                declared.storageClass(),
                switch (declared.atRest()) {
                    case NOT_ASKED -> AtRest.NOT_ASKED;
                    case AES256_IF_POSSIBLE -> AtRest.AES256_IF_POSSIBLE;
                    case AES256 -> AtRest.AES256;
                    case KMS -> AtRest.KMS;
                },
                declared.kmsKey(),
                declared.objectLock().map(lock -> new ObjectLock(lock.compliance(), lock.days(), clock)),
                declared.partLimit(),
                declared.caFile(),
                declared.proxy()
                        .map(proxy -> new HttpProxy(
                                proxy.host(),
                                proxy.port(),
                                proxy.user()
                                        .map(user ->
                                                new Login(user, proxy.password().orElse(""))))));
    }

    /** Reads the files that hold the secrets: they may have been replaced since the last time. */
    private static Credentials read(Destination.Credentials declared) throws SecretException {
        Optional<String> token = declared.sessionToken().isPresent()
                ? Optional.of(declared.sessionToken().get().line())
                : Optional.empty();
        return new Credentials(
                declared.accessKeyId().line(), declared.secretAccessKey().line(), token);
    }
}
