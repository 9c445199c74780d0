package io.doksnap.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.testing.SettableClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestLimitTest {
    private final SettableClock clock = SettableClock.at("2026-11-22T12:00:10Z");
    private final RequestLimit limit = new RequestLimit(clock);

    @Test
    void eachClientHasItsOwnCountInEachMinute() throws UnknownHostException {
        for (int i = 0; i < 30; i++) {
            assertThat(limit.isExceededBy(client("192.0.2.1"), 30)).isFalse();
        }
        assertThat(limit.isExceededBy(client("192.0.2.1"), 30)).isTrue();
        assertThat(limit.isExceededBy(client("192.0.2.2"), 30)).isFalse();
        assertThat(limit.secondsLeft()).isEqualTo(50);
        clock.advance(Duration.ofSeconds(50));
        assertThat(limit.isExceededBy(client("192.0.2.1"), 30)).isFalse();
    }

    @Test
    void oneNetworkOfIpv6IsOneClient() throws UnknownHostException {
        assertThat(limit.isExceededBy(client("2001:db8:0:1::1"), 1)).isFalse();
        assertThat(limit.isExceededBy(client("2001:db8:0:1::2"), 1)).isTrue();
        assertThat(limit.isExceededBy(client("2001:db8:0:2::1"), 1)).isFalse();
    }

    @Test
    void clientsBeyondThoseThatAreKeptInMindCountAsOne() throws UnknownHostException {
        for (int i = 0; i < 10_000; i++) {
            assertThat(limit.isExceededBy(client("10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255)), 2))
                    .isFalse();
        }
        assertThat(limit.isExceededBy(client("192.0.2.1"), 2)).isFalse();
        assertThat(limit.isExceededBy(client("192.0.2.2"), 2)).isFalse();
        assertThat(limit.isExceededBy(client("192.0.2.3"), 2)).isTrue();
        assertThat(limit.isExceededBy(client("10.0.0.1"), 2)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|false",
                "*/*|false",
                "application/json|false",
                "text/html,application/xhtml+xml,*/*;q=0.8|false",
                "text/plain|true",
                "application/json,text/plain|false",
                "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1|true"
            })
    void prometheusTextIsForThoseWhoAskForIt(String accept, boolean prometheus) {
        assertThat(MetricsFormat.isPrometheus(accept)).isEqualTo(prometheus);
    }

    @Test
    void keyIsComparedWholeAndOneThatCannotBeReadOpensNothing() {
        assertThat(new ApiKey(Optional.empty()).opens(null)).isTrue();
        ApiKey key = new ApiKey(Optional.of(() -> "right"));
        assertThat(key.opens("right")).isTrue();
        assertThat(key.opens("righ")).isFalse();
        assertThat(key.opens("")).isFalse();
        assertThat(key.opens(null)).isFalse();
        assertThat(new ApiKey(Optional.of(() -> "")).opens("")).isFalse();
        ApiKey broken = new ApiKey(Optional.of(() -> {
            throw new IOException("no such file");
        }));
        assertThat(broken.opens("right")).isFalse();
    }

    private static InetAddress client(String address) throws UnknownHostException {
        return InetAddress.getByName(address);
    }
}
