# How to reach the server as its superuser, and how to ask it something. PGDATABASE is one that can be connected to.
PGUSER=$(secret POSTGRES_USER PGUSER)
PGUSER=${PGUSER:-postgres}
PGPASSWORD=$(secret PGPASSWORD POSTGRES_PASSWORD)
PGDATABASE=postgres
PGAPPNAME=doksnap
export PGUSER PGPASSWORD PGDATABASE PGAPPNAME
[ -n "$PGPASSWORD" ] || unset PGPASSWORD
query() {
    psql -XAtq -w -v ON_ERROR_STOP=1 "$@" </dev/null
}
# Some servers have no database postgres.
query -c 'SELECT 1' >/dev/null 2>&1 || PGDATABASE=$(secret POSTGRES_DB)
PGDATABASE=${PGDATABASE:-$PGUSER}
