# Every database, and the users, as SQL that the client loads. Lines that begin with the mark say what follows: no data can hold it, as nobody
# knew it before. A database's own name stands between the lines "database" and "content" alone, so that it can be loaded under another.
mark="-- doksnap $DOKSNAP_NONCE"
dump=$(command -v mariadb-dump || command -v mysqldump || true)
[ -n "$dump" ] || need mysqldump
databases=$(query "SELECT schema_name, default_character_set_name, default_collation_name FROM information_schema.schemata
    WHERE schema_name NOT IN ('information_schema', 'performance_schema', 'sys', 'mysql') ORDER BY schema_name")
options=$("$dump" --help)
offers() {
    printf '%s\n' "$options" | grep -q -e "--$1"
}
set -- --user="$user" --single-transaction --quick --routines --events --triggers --hex-blob --max-allowed-packet=1G --no-tablespaces --default-character-set=utf8mb4
if offers set-gtid-purged; then
    set -- "$@" --set-gtid-purged=OFF
fi

echo "$mark mysql 1"
tab=$(printf '\t')
[ -z "$databases" ] || printf '%s\n' "$databases" | while IFS=$tab read -r database charset collation; do
    case $database in
    *[\`\\]*)
        echo "the database $database has a name that cannot be dumped; rename it, or use kind: command" >&2
        exit 1
        ;;
    esac
    echo "$mark database $charset $collation $database"
    echo "CREATE DATABASE IF NOT EXISTS \`$database\` CHARACTER SET $charset COLLATE $collation;"
    echo "USE \`$database\`;"
    echo "$mark content"
    "$dump" "$@" -- "$database" </dev/null
    echo "$mark whole"
done
echo "$mark users"
if [ "$user" = root ]; then
    if offers system; then
        "$dump" --user=root --system=users --insert-ignore </dev/null
    else
        echo 'USE mysql;'
        "$dump" "$@" --flush-privileges -- mysql </dev/null
    fi
fi
echo "$mark complete"
