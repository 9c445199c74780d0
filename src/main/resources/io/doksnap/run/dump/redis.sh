# The data set as a file that the server loads when it starts.
client=$(command -v redis-cli || command -v valkey-cli || true)
[ -n "$client" ] || need redis-cli
REDISCLI_AUTH=$(secret REDISCLI_AUTH REDIS_PASSWORD VALKEY_PASSWORD)
export REDISCLI_AUTH
[ -n "$REDISCLI_AUTH" ] || unset REDISCLI_AUTH
exec "$client" --rdb - </dev/null
