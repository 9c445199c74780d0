package io.doksnap.archive.openpgp;

import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import org.bouncycastle.bcpg.SymmetricKeyAlgorithmTags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.operator.PGPDataEncryptor;
import org.bouncycastle.openpgp.operator.PGPDataEncryptorBuilder;
import org.bouncycastle.openpgp.operator.PGPDigestCalculator;
import org.bouncycastle.openpgp.operator.bc.BcPGPDataEncryptorBuilder;

/**
 * AES-256 with a modification detection code (SEIPD version 1), through {@link CfbEncryptor}.
 *
 * <p>Not SEIPD version 2: gpg 2.2, which Debian and Ubuntu have shipped for years, cannot read it.
 */
final class AesEncryptorBuilder implements PGPDataEncryptorBuilder {
    private final PGPDataEncryptorBuilder settings = new BcPGPDataEncryptorBuilder(SymmetricKeyAlgorithmTags.AES_256)
            .setWithIntegrityPacket(true)
            .setSecureRandom(new SecureRandom());

    @Override
    public int getAlgorithm() {
        return settings.getAlgorithm();
    }

    @Override
    public int getAeadAlgorithm() {
        return settings.getAeadAlgorithm();
    }

    @Override
    public int getChunkSize() {
        return settings.getChunkSize();
    }

    @Override
    public boolean isV5StyleAEAD() {
        return settings.isV5StyleAEAD();
    }

    @Override
    public SecureRandom getSecureRandom() {
        return settings.getSecureRandom();
    }

    @Override
    public PGPDataEncryptor build(byte[] key) {
        return new PGPDataEncryptor() {
            @Override
            public OutputStream getOutputStream(OutputStream out) {
                try {
                    return new CfbEncryptor(out, key);
                } catch (GeneralSecurityException e) {
                    throw new IllegalStateException("this Java has no AES", e);
                }
            }

            @Override
            public PGPDigestCalculator getIntegrityCalculator() {
                return new Sha1();
            }

            @Override
            public int getBlockSize() {
                return 16;
            }
        };
    }

    @Override
    public PGPDataEncryptor build(byte[] key, byte[] iv) throws PGPException {
        return settings.build(key, iv);
    }

    @Override
    public PGPDataEncryptorBuilder setWithIntegrityPacket(boolean withIntegrityPacket) {
        throw new UnsupportedOperationException();
    }

    @Override
    public PGPDataEncryptorBuilder setWithAEAD(int algorithm, int chunkSize) {
        throw new UnsupportedOperationException();
    }

    @Override
    public PGPDataEncryptorBuilder setUseV5AEAD() {
        throw new UnsupportedOperationException();
    }

    @Override
    public PGPDataEncryptorBuilder setUseV6AEAD() {
        throw new UnsupportedOperationException();
    }
}
