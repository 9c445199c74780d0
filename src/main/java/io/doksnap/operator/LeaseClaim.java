package io.doksnap.operator;

import io.doksnap.operator.HostLease.Holder;
import io.doksnap.operator.LeaseSilence.Heard;
import io.doksnap.run.LeaseTokens;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether a host's Lease may be taken. That another holder is gone is told by the Lease having stayed the same for as long as it lasts. A former self is known by the token
 * that it left in its data directory, and needs no waiting; only where the directory may be a copy a holder that is at work gets the time to show it.
 */
final class LeaseClaim {
    private final Holder holder;
    private final LeaseTokens tokens;
    private final LeaseTimes times;
    private final LeaseSilence silence;

    /** Creates one for whoever wants it. */
    LeaseClaim(Holder holder, LeaseTokens tokens, LeaseTimes times, LeaseSilence silence) {
        this.holder = holder;
        this.tokens = tokens;
        this.times = times;
        this.silence = silence;
    }

    /** Why it cannot be taken now; empty: it can. To be asked again and again, with a time that only ever grows. */
    Optional<String> obstacle(LeaseFacts lease, Duration now) {
        Heard heard = silence.of(lease, now);
        if (lease.isFree() || (holder.home() && lease.home()) || (isMarked(lease) && tokens.wereMadeHere())) {
            return Optional.empty();
        }
        if (lease.home()) {
            return Optional.of(
                    lease.words() + ", the host whose own API this is, and is never given away; set another host here");
        }
        boolean mayBeOurs = isMarked(lease) && !heard.changed();
        boolean silent = mayBeOurs
                ? now.minus(heard.watched()).compareTo(times.showsUpWithin()) >= 0
                : now.minus(heard.since()).compareTo(lease.lasts()) >= 0;
        return silent ? Optional.empty() : Optional.of(lease.words() + remedy(lease, mayBeOurs));
    }

    private String remedy(LeaseFacts lease, boolean mayBeOurs) {
        if (mayBeOurs) {
            return ", with this data directory before it was moved or the machine was started, or with one of which it"
                    + " is a copy: in " + times.showsUpWithin().toSeconds()
                    + " seconds this one goes on, unless that one is heard of";
        }
        String minutes = lease.lasts().toMinutes() + " minutes";
        return isOfOurDirectory(lease)
                ? ", of whose data directory this one is a copy, or an older state: only one of the two may work. To go"
                        + " on here end that one (this one takes over at once when it ends, or "
                        + minutes + " after it was last heard of); for a host of its own set another host here"
                : "; it is taken over when that one ends, or is not heard of for " + minutes
                        + " (two hosts of one name: set another host here)";
    }

    /** Whether it was taken with this data directory, or with one that is a copy of the other. */
    boolean isOfOurDirectory(LeaseFacts lease) {
        return holder.instance().equals(lease.instance());
    }

    /** The same, and nobody has taken it since this directory was what it is. */
    boolean isMarked(LeaseFacts lease) {
        return isOfOurDirectory(lease) && tokens.contain(lease.token());
    }

    /** Whether it may still turn out to be ours, or not to be. */
    boolean isUndecided(LeaseFacts lease, Duration now) {
        return isMarked(lease)
                && !silence.of(lease, now).changed()
                && obstacle(lease, now).isPresent();
    }

    /** Whether it is of the time when this host had another name. */
    boolean isOfFormerName(LeaseFacts lease, Duration now) {
        boolean ours = isMarked(lease) && !(silence.of(lease, now).changed() && !lease.isFree());
        return (holder.home() && lease.home()) || (ours && obstacle(lease, now).isEmpty());
    }
}
