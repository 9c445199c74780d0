# What a restore asks the server for, by its first argument.
need psql
PGCLIENTENCODING=UTF8
export PGCLIENTENCODING
case $1 in
ask) # in the database $2, or in whichever there is, the query $3
    PGDATABASE=${2:-$PGDATABASE} query -c "$3"
    ;;
load) # what comes by standard input. What is written reaches the disk before the names are changed, as that waits for it.
    unset PGCLIENTENCODING
    PGOPTIONS="${PGOPTIONS-} -c synchronous_commit=off"
    export PGOPTIONS
    exec psql -XAtq -w -v ON_ERROR_STOP=1
    ;;
swap) # in the database $2 the statement $3, again for a while where somebody is in its way
    PGDATABASE=$2
    attempt=1
    until query -c "$3" >/dev/null; do
        [ "$attempt" -lt 5 ] || exit 1
        attempt=$((attempt + 1))
        sleep 1
    done
    ;;
esac
