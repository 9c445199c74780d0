package io.doksnap.archive.openpgp;

import java.io.InputStream;
import java.security.GeneralSecurityException;
import org.bouncycastle.bcpg.SymmetricKeyAlgorithmTags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.operator.PGPDataDecryptor;
import org.bouncycastle.openpgp.operator.PGPDigestCalculator;
import org.bouncycastle.openpgp.operator.bc.BcPBEDataDecryptorFactory;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;
import org.bouncycastle.openpgp.operator.bc.BcPublicKeyDataDecryptorFactory;

/** Bouncy Castle's decryption, with AES (and its integrity check) through the JDK's fast ciphers instead. */
final class FastDecryption {
    private FastDecryption() {}

    static final class ByKey extends BcPublicKeyDataDecryptorFactory {
        ByKey(PGPKeyPair keyPair) {
            super(keyPair);
        }

        @Override
        public PGPDataDecryptor createDataDecryptor(boolean withIntegrityPacket, int algorithm, byte[] key)
                throws PGPException {
            return isFast(withIntegrityPacket, algorithm)
                    ? new AesDecryptor(key)
                    : super.createDataDecryptor(withIntegrityPacket, algorithm, key);
        }
    }

    static final class ByPassword extends BcPBEDataDecryptorFactory {
        ByPassword(char[] password) {
            super(password, new BcPGPDigestCalculatorProvider());
        }

        @Override
        public PGPDataDecryptor createDataDecryptor(boolean withIntegrityPacket, int algorithm, byte[] key)
                throws PGPException {
            return isFast(withIntegrityPacket, algorithm)
                    ? new AesDecryptor(key)
                    : super.createDataDecryptor(withIntegrityPacket, algorithm, key);
        }
    }

    private static boolean isFast(boolean withIntegrityPacket, int algorithm) {
        boolean aes = algorithm == SymmetricKeyAlgorithmTags.AES_256
                || algorithm == SymmetricKeyAlgorithmTags.AES_192
                || algorithm == SymmetricKeyAlgorithmTags.AES_128;
        return aes && withIntegrityPacket;
    }

    private static final class AesDecryptor implements PGPDataDecryptor {
        private final byte[] key;

        private AesDecryptor(byte[] key) {
            this.key = key;
        }

        @Override
        public InputStream getInputStream(InputStream in) {
            try {
                return new CfbDecryptor(in, key);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("this Java has no AES", e);
            }
        }

        @Override
        public int getBlockSize() {
            return 16;
        }

        @Override
        public PGPDigestCalculator getIntegrityCalculator() {
            return new Sha1();
        }
    }
}
