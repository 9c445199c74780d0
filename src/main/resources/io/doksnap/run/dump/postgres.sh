# All roles, and every database, as SQL that psql loads. Lines that begin with the mark say what follows: no data can hold it, as nobody knew
# it before. A database's own name stands in one line alone, the \set, so that it can be loaded under another.
mark="-- doksnap $DOKSNAP_NONCE"
need pg_dump
need pg_dumpall

odd=$(query -c "SELECT quote_literal(datname) FROM pg_database WHERE datallowconn AND regexp_replace(datname, '[^\x01-\x7f]', '', 'g') !~ '^[A-Za-z0-9_.\$ -]*\$'")
if [ -n "$odd" ]; then
    echo "the database $odd has a name that cannot be dumped; rename it (letters, digits, '_', '.', '-'), or use kind: command" >&2
    exit 1
fi
databases=$(query -c "SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate ORDER BY datname")

echo "$mark postgres 1"
echo "$mark globals"
pg_dumpall -w --globals-only </dev/null
printf '%s\n' "$databases" | while IFS= read -r database; do
    echo "$mark database $database"
    printf '\\set doksnap_database '"'%s'"'\n' "$database"
    echo "$mark create"
    PGDATABASE=$database query -c "
        WITH d AS (SELECT *, to_jsonb(pg_database) AS j FROM pg_database WHERE datname = current_database()),
        made AS (SELECT ' TEMPLATE template0 ENCODING ' || quote_literal(pg_encoding_to_char(encoding))
            || CASE j ->> 'datlocprovider'
                WHEN 'i' THEN ' LOCALE_PROVIDER icu ICU_LOCALE ' || quote_literal(coalesce(j ->> 'datlocale', j ->> 'daticulocale'))
                    || coalesce(' ICU_RULES ' || quote_literal(j ->> 'daticurules'), '')
                WHEN 'b' THEN ' LOCALE_PROVIDER builtin BUILTIN_LOCALE ' || quote_literal(j ->> 'datlocale')
                WHEN 'c' THEN ' LOCALE_PROVIDER libc'
                ELSE '' END
            || ' LC_COLLATE ' || quote_literal(datcollate::text) || ' LC_CTYPE ' || quote_literal(datctype::text)
            || ' OWNER ' || quote_ident(pg_get_userbyid(datdba)) || ' CONNECTION LIMIT ' || datconnlimit AS how FROM d)
        SELECT 'SELECT ''CREATE DATABASE '' || quote_ident(:''doksnap_database'') || ' || quote_literal(how)
            || ' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :''doksnap_database'') \gexec' FROM made"
    printf '%s\n' '\connect :"doksnap_database"'
    echo "$mark settings"
    PGDATABASE=$database query -c "
        SELECT CASE WHEN setrole = 0 THEN 'ALTER DATABASE :\"doksnap_database\"'
                ELSE 'ALTER ROLE ' || quote_ident(pg_get_userbyid(setrole)) || ' IN DATABASE :\"doksnap_database\"' END
            || ' SET ' || quote_ident(split_part(s, '=', 1)) || ' TO '
            || CASE WHEN lower(split_part(s, '=', 1)) IN ('search_path', 'temp_tablespaces', 'local_preload_libraries',
                    'session_preload_libraries', 'unix_socket_directories')
                THEN coalesce(nullif(substr(s, strpos(s, '=') + 1), '\"\"'), quote_literal('')) ELSE quote_literal(substr(s, strpos(s, '=') + 1)) END || ';'
        FROM pg_db_role_setting, unnest(setconfig) AS s
        WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
        UNION ALL
        SELECT 'COMMENT ON DATABASE :\"doksnap_database\" IS ' || quote_literal(shobj_description(oid, 'pg_database')) || ';'
        FROM pg_database WHERE datname = current_database() AND shobj_description(oid, 'pg_database') IS NOT NULL"
    PGDATABASE=$database query -c "
        WITH acl AS (SELECT (aclexplode(datacl)).* FROM pg_database WHERE datname = current_database() AND datacl IS NOT NULL)
        SELECT 'REVOKE ALL ON DATABASE :\"doksnap_database\" FROM PUBLIC;' WHERE EXISTS (SELECT FROM acl)
        UNION ALL
        SELECT 'GRANT ' || privilege_type || ' ON DATABASE :\"doksnap_database\" TO '
            || CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END
            || CASE WHEN is_grantable THEN ' WITH GRANT OPTION;' ELSE ';' END FROM acl"
    echo "$mark content"
    pg_dump -w "$database" </dev/null
    echo "$mark whole"
done
echo "$mark complete"
