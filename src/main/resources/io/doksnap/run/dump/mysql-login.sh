# How to reach the server as its superuser, where its password is known, and how to ask it something.
client=$(command -v mariadb || command -v mysql || true)
[ -n "$client" ] || need mysql
user=root
MYSQL_PWD=$(secret MYSQL_ROOT_PASSWORD MARIADB_ROOT_PASSWORD)
if [ -z "$MYSQL_PWD" ] && [ -n "${MYSQL_USER-}${MARIADB_USER-}" ] && [ -n "$(secret MYSQL_PASSWORD MARIADB_PASSWORD)" ]; then
    user=${MYSQL_USER:-$MARIADB_USER}
    MYSQL_PWD=$(secret MYSQL_PASSWORD MARIADB_PASSWORD)
fi
export MYSQL_PWD
# Its arguments together are one query, which may be longer than one argument.
query() {
    printf '%s' "$@" | "$client" --user="$user" --default-character-set=utf8mb4 --batch --skip-column-names --raw
}
