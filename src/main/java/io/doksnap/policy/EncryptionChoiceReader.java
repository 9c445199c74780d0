package io.doksnap.policy;

import io.doksnap.api.BackupPolicySpec.EncryptionSpec;
import io.doksnap.api.SecretKeyRef;
import io.doksnap.api.SecretKeyRef.ValueFrom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads how a policy wants its archives encrypted, and references to keys and passwords. */
final class EncryptionChoiceReader {
    static final Map<String, EncryptionMethod> METHODS = Map.of(
            "gpg", EncryptionMethod.GPG,
            "aes256", EncryptionMethod.AES256,
            "age", EncryptionMethod.AGE,
            "none", EncryptionMethod.NONE);

    private final Field field;

    EncryptionChoiceReader(Field field) {
        this.field = field;
    }

    EncryptionChoice read(@Nullable EncryptionSpec spec) {
        if (spec == null) {
            return new EncryptionChoice.OperatorDefault();
        }
        Optional<String> name = Field.text(spec.name());
        boolean bySelf = Field.text(spec.method()).isPresent()
                || !spec.recipientsFrom().isEmpty()
                || spec.passwordFrom() != null;
        if (name.isPresent()) {
            if (bySelf) {
                field.wrong("is given by name and by method; keep the name alone, or remove it");
            }
            if (!Names.CONFIGURED.matcher(name.get()).matches()) {
                field.at("name").wrong("'" + name.get() + "' is no valid name; use letters, digits, '_', '.' and '-'");
            }
            return new EncryptionChoice.Named(name.get());
        }
        if (!bySelf) {
            return new EncryptionChoice.OperatorDefault();
        }
        if (Field.text(spec.method()).isEmpty()) {
            field.at("method").wrong("is missing; write one of gpg, aes256, age and none");
        }
        return field.at("method")
                .choice(spec.method(), METHODS)
                .map(method -> own(method, spec))
                .orElseGet(EncryptionChoice.OperatorDefault::new);
    }

    private EncryptionChoice own(EncryptionMethod method, EncryptionSpec spec) {
        boolean takesKeys = method == EncryptionMethod.GPG || method == EncryptionMethod.AGE;
        boolean takesPassword = method == EncryptionMethod.AES256;
        if (!takesKeys && !spec.recipientsFrom().isEmpty()) {
            field.at("recipientsFrom").wrong("is for gpg and age alone; remove it");
        } else if (takesKeys && spec.recipientsFrom().isEmpty()) {
            field.at("recipientsFrom")
                    .wrong(
                            "names no key to encrypt to; add a secretRef, or leave encryption out to take the operator's");
        }
        if (!takesPassword && spec.passwordFrom() != null) {
            field.at("passwordFrom").wrong("is for aes256 alone; remove it");
        } else if (takesPassword && spec.passwordFrom() == null) {
            field.at("passwordFrom")
                    .wrong("names no password; add a secretRef, or leave encryption out to take the operator's");
        }
        List<SecretKey> keys = new ArrayList<>();
        for (int i = 0; takesKeys && i < spec.recipientsFrom().size(); i++) {
            secret(field.at("recipientsFrom").at(i), spec.recipientsFrom().get(i))
                    .ifPresent(keys::add);
        }
        ValueFrom password = spec.passwordFrom();
        if (takesPassword && password != null) {
            secret(field.at("passwordFrom"), password).ifPresent(keys::add);
        }
        return new EncryptionChoice.Own(method, keys);
    }

    /** A reference to an entry of a Secret. */
    static Optional<SecretKey> secret(Field field, ValueFrom from) {
        SecretKeyRef ref = from.secretRef();
        Field here = field.at("secretRef");
        if (ref == null) {
            here.wrong("is missing; name the Secret and the key in it");
            return Optional.empty();
        }
        String name = Field.text(ref.name()).orElse("");
        String key = Field.text(ref.key()).orElse("");
        boolean nameIsFine = Names.KUBERNETES.matcher(name).matches();
        boolean keyIsFine = Names.SECRET_KEY.matcher(key).matches();
        if (!nameIsFine) {
            here.at("name")
                    .wrong(
                            name.isEmpty()
                                    ? "is missing; name the Secret"
                                    : "'" + name
                                            + "' is no name of a Secret; use lower case letters, digits, '-' and '.'");
        }
        if (!keyIsFine) {
            here.at("key")
                    .wrong(
                            key.isEmpty()
                                    ? "is missing; name the entry of the Secret, such as public.asc"
                                    : "'" + key + "' is no key of a Secret; use letters, digits, '-', '_' and '.'");
        }
        return nameIsFine && keyIsFine ? Optional.of(new SecretKey(name, key)) : Optional.empty();
    }
}
