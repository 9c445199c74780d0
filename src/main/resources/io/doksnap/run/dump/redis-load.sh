# What a restore asks for, by its first argument. The second is the restore's own random word, and names what it makes.
#
# A server takes a whole data set while it runs from another one alone, whose replica it becomes. So a second one, of the same program and in the same container, loads the
# dump first, which proves that it can be loaded; then the first becomes its replica, has the data, and is its own master again.
server=$(command -v redis-server || command -v valkey-server || true)
[ -n "$server" ] || need redis-server
umask 077

ask() {
    "$client" "$@" </dev/null
}
setting() { # by its name
    ask CONFIG GET "$1" | sed -n 2p
}
fact() { # of the section $1 of what a server says of itself, that of the name $2; of the server at the port $3, or of the first
    ask ${3:+-p "$3"} INFO "$1" | tr -d '\r' | sed -n "s/^$2://p"
}
keys() { # how many there are in each database
    ask ${1:+-p "$1"} INFO keyspace | tr -d '\r' | sed -n 's/,.*//p'
}
nap() {
    sleep 0.2 2>/dev/null || sleep 1
}
# Waits until the server says of each of these that nothing of it is under way or to come. However long that takes; one that says nothing, as it is dead, is not waited for.
over() {
    for each in "$@"; do
        silent=0
        until state_of=$(fact persistence "$each"); [ "$state_of" = 0 ]; do
            [ -n "$state_of" ] && silent=0 || silent=$((silent + 1))
            [ "$silent" -lt 150 ] || fail "the server does not answer any more: $(ask PING 2>&1 || true)"
            nap
        done
    done
}
fail() {
    echo "$*" >&2
    exit 1
}
# Throughout, what is to be done must be answered by OK: redis-cli itself succeeds whatever the answer is.
must() {
    answer=$(ask "$@") || true
    [ "$answer" = OK ] || fail "$1 $2: $answer"
}
quoted() {
    printf '"%s"' "$(printf '%s' "$1" | sed 's/[\\"]/\\&/g')"
}
# By standard input, as a password is nobody's business.
login_at_master() {
    answer=$(printf 'CONFIG SET masterauth %s\n' "$(quoted "$1")" | "$client")
    [ "$answer" = OK ] || fail "CONFIG SET masterauth: $answer"
}
paths() {
    dir=$(setting dir)
    file=$dir/doksnap_$1.rdb
}

look() {
    answer=$(ask PING)
    case $answer in
    PONG | LOADING*) ;;
    *) fail "${answer:-it does not answer}" ;;
    esac
    echo "time $(date -u +%Y%m%d_%H%M%S)"
    for each in 'server redis_version' 'server valkey_version' 'server redis_mode' 'replication role' 'replication master_host' 'replication connected_slaves' 'persistence loading'; do
        echo "${each#* } $(fact $each)"
    done
    for each in dir appendonly save tls-replication replica-read-only replica-serve-stale-data repl-diskless-load; do
        echo "$each $(setting $each)"
    done
    echo "sentinels $(ask CLIENT LIST | grep -c ' name=sentinel-' || true)"
    keys | sed 's/^/keys /'
    paths "$1"
    for left in "$dir"/doksnap_*.rdb; do
        [ ! -e "$left" ] || echo "left $left"
    done
}

# What comes by standard input, as base64 up to the line $2. That it ends says nothing.
load() {
    paths "$1"
    trap 'rm -f "$file.part" "$file.end"' EXIT
    trap 'exit 1' HUP INT TERM
    sed -n "/^$2\$/{w $file.end
q
}
p" | base64 -d >"$file.part"
    [ -s "$file.end" ] || fail "it ended too early"
    mv "$file.part" "$file"
    echo "$2"
}

config() {
    printf '%s\n' "port $port" 'bind 127.0.0.1' "dir $(quoted "$dir")" "dbfilename doksnap_$1.rdb" "databases $(setting databases)" \
        'save ""' 'appendonly no' 'loglevel warning' 'repl-diskless-sync yes' 'repl-diskless-sync-delay 0' "requirepass $(quoted "$password")"
    user=$(setting masteruser)
    [ -z "$user" ] || printf '%s\n' "user $(quoted "$user") on $(quoted ">$password") +psync +replconf +ping"
    ask MODULE LIST | awk 'path { print "loadmodule " $0; path = 0 } $0 == "path" { path = 1 }'
}
second_starts() {
    port=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 12000))
    config "$1" | {
        # Whoever runs out of memory is to end this one first.
        echo 1000 >/proc/self/oom_score_adj || true
        exec "$server" -
    } >&2 2>&1 &
    second=$!
    echo "$second" >>"$file.pid"
    while :; do
        answer=$(second_says PING) || true
        case $answer in
        PONG) return ;;
        LOADING* | *'Could not connect'* | *'Server closed'* | '') ;;
        *) fail "the same server, started a second time to load the dump, answered: $answer" ;;
        esac
        kill -0 "$second" 2>/dev/null || fail "the same server, started a second time to load the dump, ended"
        nap
    done
}
second_says() {
    REDISCLI_AUTH=$password "$client" -p "$port" "$@" </dev/null 2>&1
}

# Whatever happens, the server is its own master again, and nothing of ours stays.
back() {
    code=$?
    trap '' HUP INT TERM
    # At once, as it has nothing to save, and its farewell would come behind the cause.
    [ -z "$second" ] || { kill -KILL "$second" && wait "$second"; } 2>/dev/null || true
    if [ "$state" = touched ]; then
        attempt=0
        until answer=$(ask REPLICAOF NO ONE) || true; [ "$answer" = OK ]; do
            case $answer in *'unknown command'* | NOPERM*) break ;; esac
            # While it loads it takes no orders.
            attempt=$((attempt + 1))
            [ "$attempt" -lt 3000 ] || break
            nap
        done
        [ "$had" = uncounted ] || [ "$(keys)" = "$had" ] || echo "the server does not hold what it held any more" >&2
        [ ! -e "$kept" ] || echo "what it held is also in $kept" >&2
    fi
    [ "$state" != whole ] || [ "$code" = 0 ] || echo "the dump is in its place all the same; what the server held before is kept as $kept" >&2
    [ -z "$ours" ] || [ "$state" = whole ] || login_at_master ''
    rm -f "$file"
    [ -z "$state" ] || writable
    rm -f "$file.pid"
    exit "$code"
}
# After a save that failed a server refuses writes until one succeeds; without our file there may be room for it.
writable() {
    [ "$(fact persistence rdb_last_bgsave_status)" = err ] || return 0
    ask BGSAVE >/dev/null || true
    while [ "$(fact persistence rdb_bgsave_in_progress)" = 1 ]; do nap; done
    [ "$(fact persistence rdb_last_bgsave_status)" = ok ] || echo "the server may refuse writes (MISCONF) until it can save: make room in $dir, then redis-cli BGSAVE" >&2
}
saved() {
    over rdb_bgsave_in_progress aof_rewrite_in_progress
    answer=$(ask BGSAVE) || true
    case $answer in
    Background*) ;;
    *) fail "BGSAVE: $answer" ;;
    esac
    over rdb_bgsave_in_progress
    [ "$(fact persistence rdb_last_bgsave_status)" = ok ] || fail "BGSAVE failed; is the disk full? see the server's log"
}
linked() {
    idle=0
    until [ "$(fact replication master_link_status)" = up ]; do
        kill -0 "$second" 2>/dev/null || fail "the second server, which held the dump, ended; is there memory for both?"
        case $(fact replication master_sync_in_progress)$(fact persistence loading) in
        *1*) idle=0 ;;
        *) idle=$((idle + 1)) ;;
        esac
        # One that cannot write it down begins again at once, for ever.
        syncs=$(REDISCLI_AUTH=$password fact stats sync_full "$port")
        [ "${syncs:-0}" -le 3 ] || fail "the server began to take the data $syncs times and could not; is its disk full? its own log says why"
        [ "$idle" -lt 150 ] || fail "the server did not take the data; its own log says why"
        nap
    done
}
# That keys expire while it is counted is no difference.
same() {
    for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        now=$(REDISCLI_AUTH=$password keys "$port")
        [ "$now" != "$(keys)" ] || return 0
        nap
    done
    fail "the server holds $(keys | tr '\n' ' ')and the dump $(printf '%s' "$now" | tr '\n' ' ')"
}

# Puts the dump into the place of what the server holds, which is kept as the file $2.
swap() {
    paths "$1"
    kept=$dir/$2 state= second= ours= had=uncounted
    trap back EXIT
    trap 'exit 1' HUP INT TERM
    echo $$ >"$file.pid"
    password=$(setting masterauth)
    [ -n "$password" ] || ours=doksnap$(od -An -v -N16 -tx1 /dev/urandom | tr -d ' \n')
    password=${password:-$ours}
    second_starts "$1"
    [ "$(fact replication role)$(fact replication connected_slaves)" = master0 ] || fail "somebody has changed its replication meanwhile"
    [ -z "$ours" ] || login_at_master "$ours"
    # A master that there is not: from here on nobody writes, and what was there is there.
    state=touched
    must REPLICAOF 127.0.0.1 1
    had=$(keys)
    saved
    ln "$dir/$(setting dbfilename)" "$kept" || cp "$dir/$(setting dbfilename)" "$kept"
    must REPLICAOF 127.0.0.1 "$port"
    linked
    same
    must REPLICAOF NO ONE
    state=whole
    [ -z "$ours" ] || login_at_master ''
    if [ "$(setting appendonly)" = yes ]; then
        over aof_rewrite_scheduled aof_rewrite_in_progress
        [ "$(fact persistence aof_last_bgrewrite_status)" = ok ] || fail "the dump is in its place, and the server could not write it to its append-only file; see its log"
    else
        saved
    fi
    keys
}

# Of a restore that failed. A swap that is under way brings itself to its end.
undo() {
    paths "$1"
    if [ -e "$file.pid" ]; then
        while kill -0 "$(sed -n 1p "$file.pid")" 2>/dev/null; do nap; done
    fi
    if [ "$(fact replication role)$(fact replication master_host)" = slave127.0.0.1 ]; then
        must REPLICAOF NO ONE
        case $(setting masterauth) in
        doksnap*) login_at_master '' ;;
        esac
    fi
    second=$(sed -n 2p "$file.pid" 2>/dev/null || true)
    [ -z "$second" ] || kill "$second" 2>/dev/null || true
    rm -f "$file" "$file.part" "$file.end" "$file.pid"
}

"$@"
