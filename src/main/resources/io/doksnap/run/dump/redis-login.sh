# How to ask the server something, with its password where one is needed.
client=$(command -v redis-cli || command -v valkey-cli || true)
[ -n "$client" ] || need redis-cli
REDISCLI_AUTH=$(secret REDISCLI_AUTH REDIS_PASSWORD VALKEY_PASSWORD)
export REDISCLI_AUTH
[ -n "$REDISCLI_AUTH" ] || unset REDISCLI_AUTH
