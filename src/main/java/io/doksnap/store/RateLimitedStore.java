package io.doksnap.store;

/** A store to which bytes go no faster than a {@link RateLimit} lets them; reading, listing and deleting are not slowed down. */
final class RateLimitedStore extends WrappedStore {
    /** Long writes go in pieces, so that a slow limit makes a steady stream and no bursts. */
    private static final int PIECE = 64 * 1024;

    private final RateLimit limit;

    RateLimitedStore(ObjectStore store, RateLimit limit) {
        super(store);
        this.limit = limit;
    }

    @Override
    public Upload upload(String key) throws StoreException {
        return new WrappedUpload(super.upload(key)) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws StoreException {
                for (int at = 0; at < length; at += PIECE) {
                    int piece = Math.min(PIECE, length - at);
                    limit.take(piece);
                    super.write(bytes, offset + at, piece);
                }
            }
        };
    }

    @Override
    public void put(String key, byte[] content) throws StoreException {
        limit.take(content.length);
        super.put(key, content);
    }
}
