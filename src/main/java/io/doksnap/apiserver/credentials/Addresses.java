package io.doksnap.apiserver.credentials;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.bouncycastle.util.IPAddress;

/** Addresses in one way of writing. */
final class Addresses {
    private Addresses() {}

    /** Of what is no address, the same; nobody is asked. */
    static String canonical(String address) {
        if (!IPAddress.isValid(address)) {
            return address;
        }
        try {
            return InetAddress.getByName(address).getHostAddress();
        } catch (UnknownHostException e) {
            return address;
        }
    }
}
