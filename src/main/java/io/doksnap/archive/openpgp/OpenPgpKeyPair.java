package io.doksnap.archive.openpgp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.Locale;
import org.bouncycastle.bcpg.ArmoredOutputStream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyPacket;
import org.bouncycastle.bcpg.SymmetricKeyAlgorithmTags;
import org.bouncycastle.bcpg.sig.Features;
import org.bouncycastle.bcpg.sig.KeyFlags;
import org.bouncycastle.crypto.generators.Ed25519KeyPairGenerator;
import org.bouncycastle.crypto.generators.X25519KeyPairGenerator;
import org.bouncycastle.crypto.params.Ed25519KeyGenerationParameters;
import org.bouncycastle.crypto.params.X25519KeyGenerationParameters;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPKeyRingGenerator;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureSubpacketGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentSignerBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;
import org.bouncycastle.openpgp.operator.bc.BcPGPKeyPair;

/**
 * A new OpenPGP key pair (Ed25519 to certify, X25519 to encrypt) that gpg 2.2 and later import.
 *
 * @param fingerprint of the primary key, as gpg prints it
 * @param publicKey armored; belongs on the host that makes backups
 * @param privateKey armored, without a passphrase; belongs anywhere but there
 */
public record OpenPgpKeyPair(String fingerprint, String publicKey, String privateKey) {

    /** Generates a pair that never expires. */
    public static OpenPgpKeyPair generate(String userId, Instant now) {
        try {
            SecureRandom random = new SecureRandom();
            Date created = Date.from(now);
            PGPKeyRingGenerator ring = ring(userId, random, created);
            var secret = ring.generateSecretKeyRing();
            var open = ring.generatePublicKeyRing();
            String fingerprint = HexFormat.of()
                    .formatHex(open.getPublicKey().getFingerprint())
                    .toUpperCase(Locale.ROOT);
            return new OpenPgpKeyPair(fingerprint, armored(open.getEncoded()), armored(secret.getEncoded()));
        } catch (PGPException | IOException e) {
            throw new IllegalStateException("cannot generate a key pair", e);
        }
    }

    @Override
    public String toString() {
        return "OpenPgpKeyPair[" + fingerprint + "]";
    }

    private static PGPKeyRingGenerator ring(String userId, SecureRandom random, Date created) throws PGPException {
        Ed25519KeyPairGenerator signing = new Ed25519KeyPairGenerator();
        signing.init(new Ed25519KeyGenerationParameters(random));
        X25519KeyPairGenerator encrypting = new X25519KeyPairGenerator();
        encrypting.init(new X25519KeyGenerationParameters(random));
        PGPKeyPair primary = new BcPGPKeyPair(
                PublicKeyPacket.VERSION_4, PublicKeyAlgorithmTags.EDDSA_LEGACY, signing.generateKeyPair(), created);
        PGPKeyPair subkey = new BcPGPKeyPair(
                PublicKeyPacket.VERSION_4, PublicKeyAlgorithmTags.ECDH, encrypting.generateKeyPair(), created);

        PGPSignatureSubpacketGenerator certify = new PGPSignatureSubpacketGenerator();
        certify.setKeyFlags(true, KeyFlags.CERTIFY_OTHER | KeyFlags.SIGN_DATA);
        certify.setPreferredSymmetricAlgorithms(false, new int[] {SymmetricKeyAlgorithmTags.AES_256});
        certify.setPreferredHashAlgorithms(false, new int[] {HashAlgorithmTags.SHA512, HashAlgorithmTags.SHA256});
        certify.setFeature(false, Features.FEATURE_MODIFICATION_DETECTION);
        PGPSignatureSubpacketGenerator encrypt = new PGPSignatureSubpacketGenerator();
        encrypt.setKeyFlags(true, KeyFlags.ENCRYPT_COMMS | KeyFlags.ENCRYPT_STORAGE);

        PGPKeyRingGenerator ring = new PGPKeyRingGenerator(
                PGPSignature.POSITIVE_CERTIFICATION,
                primary,
                userId,
                new BcPGPDigestCalculatorProvider().get(HashAlgorithmTags.SHA1),
                certify.generate(),
                null,
                new BcPGPContentSignerBuilder(primary.getPublicKey().getAlgorithm(), HashAlgorithmTags.SHA512),
                null);
        ring.addSubKey(subkey, encrypt.generate(), null);
        return ring;
    }

    private static String armored(byte[] ring) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (ArmoredOutputStream armor =
                ArmoredOutputStream.builder().clearHeaders().build(text)) {
            armor.write(ring);
        }
        return text.toString(StandardCharsets.US_ASCII);
    }
}
