# What the benches share: options, a warm JVM that takes commands, measuring in turns, medians and ratios. Sourced by the scripts beside
# it, which set `usage` and `jvm_class`, call `bench_begin`, and define a function for each side that leaves `wall` and `cpu`.
# shellcheck shell=bash

# shellcheck source=dev/lib/jdk.sh
. "$root/dev/lib/jdk.sh"

# Disturbed is a measurement while which others used more CPU seconds than this part of its wall.
readonly DISTURBED=0.1

bench=bench/$(basename "$0")
size=2G rounds=5 heap=128m corpus='' tree='' jar='' launcher='' quiet='' markdown=
work='' jvm='' wall='' cpu='' rss='' written=''

# Reads the options that all benches have; usage is the script's own.
bench_options() {
    local value
    while [[ $# -gt 0 ]]; do
        case $1 in
        -h | --help)
            usage
            exit 0
            ;;
        --markdown | --quiet)
            printf -v "${1#--}" yes
            shift
            continue
            ;;
        --size | --rounds | --heap | --dir | --tree | --jar) ;;
        *) die "unknown option $1; see $bench --help" ;;
        esac
        [[ $# -ge 2 ]] || die "$1 needs a value"
        value=$2
        case $1 in
        --size) size=$value ;;
        --rounds) rounds=$value ;;
        --heap) heap=$value ;;
        --dir) corpus=$value ;;
        --tree) tree=$value ;;
        --jar) jar=$value ;;
        esac
        shift 2
    done
    [[ $rounds =~ ^[1-9][0-9]*$ ]] || die "--rounds must be a number from 1 on, not $rounds"
}

# Options, a JDK, the tools named after "--", a work folder that goes at the end, the jar, and the tree.
bench_begin() {
    local tools=()
    while [[ $1 != -- ]]; do
        tools+=("$1")
        shift
    done
    shift
    bench_options "$@"
    exec 3>&1
    [[ -z $markdown ]] || exec 3>&2
    jdk_locale
    jdk_find javac || {
        jdk_explain javac >&2
        exit 69
    }
    local tool
    for tool in awk "${tools[@]}"; do
        command -v "$tool" >/dev/null || die "needs $tool, which is not on PATH"
    done
    trap bench_finish EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    # A short path: the gpg agent's socket lies in it, and its name has at most 107 bytes.
    work=$(mktemp -d "${DOKSNAP_BENCH_WORK:-/tmp}/doksnap-bench.XXXXXX") || exit 70
    bench_jar
    bench_tree
}

die() {
    printf '%s: %s\n' "$bench" "$1" >&2
    exit "${2-64}"
}

say() { printf '%s\n' "$*" >&3; }

bench_finish() {
    local code=$?
    trap '' HUP INT TERM
    if [[ -n $jvm ]]; then
        kill "$jvm" 2>/dev/null
    fi
    # Whoever still waits for somebody to write the archive gets its end.
    [[ ! -p $work/archive ]] || : <>"$work/archive"
    wait
    if [[ -n $work ]]; then
        [[ ! -d $work/gnupg ]] || gpgconf --homedir "$work/gnupg" --kill gpg-agent 2>/dev/null
        chmod -R u+rwX "$work" 2>/dev/null
        rm -rf "$work"
    fi
    exit "$code"
}

bench_jar() {
    if [[ -z $jar ]]; then
        "$root/doksnap" --help >/dev/null || exit
        jar=$root/target/doksnap.jar
        launcher=$root/doksnap
    fi
    [[ -f $jar ]] || die "no jar at $jar" 66
    classpath="$jar:$(dirname "$jar")/lib/*"
}

bench_tree() {
    if [[ -z $tree ]]; then
        tree=${corpus:-$root/target/bench/corpus-$size}
        "$root/bench/corpus" "$tree" "$size" >&3 || exit
    fi
    [[ -d $tree ]] || die "not a directory: $tree" 66
    count_tree
}

count_tree() {
    read -r entries bytes < <(find "$tree" -printf '%y %s\n' | awk '$1 == "f" { b += $2 } END { printf "%d %.0f\n", NR, b }')
    say "tree       $entries entries, $((bytes / 1000000)) MB of content"
}

# Says on what was measured; the arguments are versions of the other side's tools.
say_machine() {
    local versions=$1
    say "machine    $(nproc) cores, Java $("$JDK_HOME/bin/java" -version 2>&1 | sed -n '1s/.*"\(.*\)".*/\1/p'), -Xmx$heap, $versions"
}

gpg_version() { gpg --version | sed -n '1s/^gpg (GnuPG) /gpg /p'; }
zstd_version() { echo "zstd $(zstd --version | grep -o 'v[0-9.]*' | head -n 1)"; }
tar_version() { tar --version | sed -n '1s/.*) /tar /p'; }

# A key pair without a passphrase, in a GNUPGHOME of this run; $work/public.asc and $work/secret.asc.
bench_keys() {
    mkdir -m 700 "$work/gnupg" || exit 70
    export GNUPGHOME=$work/gnupg
    {
        gpg --batch --quiet --passphrase '' --quick-generate-key bench@example.com future-default default never &&
            gpg --batch --quiet --armor --export bench@example.com >"$work/public.asc" &&
            gpg --batch --quiet --armor --export-secret-keys bench@example.com >"$work/secret.asc"
    } 2>"$work/gpg.log" || {
        cat "$work/gpg.log" >&2
        die "gpg could not make a key pair" 70
    }
}

# Starts bench/CLASS.java with its arguments and the same JVM options as the launcher's, but for the heap. It is compiled beforehand,
# so that the JVM that is measured does not carry a compiler.
start_jvm() {
    local class=$1
    shift
    "$JDK_HOME/bin/javac" -d "$work/classes" -cp "$classpath" -sourcepath "$root/bench" "$root/bench/$class.java" || exit 70
    mkfifo "$work/commands" "$work/answers"
    # shellcheck disable=SC2086 # options without spaces
    MALLOC_ARENA_MAX=1 "$JDK_HOME/bin/java" "-Xmx$heap" -Xms16m -XX:+UseSerialGC -XX:MaxDirectMemorySize=64m \
        -XX:+DisplayVMOutputToStderr ${DOKSNAP_JAVA_OPTS-} -cp "$work/classes:$classpath" "$class" "$@" \
        <"$work/commands" >"$work/answers" &
    jvm=$!
    # Also for reading, so that a JVM that died is an error of ours and no broken pipe.
    exec 8<>"$work/commands" 9<"$work/answers"
}

# Sends our JVM a command; leaves wall, CPU, written, and rss.
ask_jvm() {
    printf '%s\n' "$1" >&8
    rss=
    read -r wall cpu written rss <&9
    [[ $rss =~ ^[0-9]+$ ]] || die "the measured JVM ended; see its message above" 70
}

# Runs a function of stock tools, and leaves its wall and CPU seconds.
timed() {
    local TIMEFORMAT='%R %U %S' user system
    { time "$@" 2>"$work/timed.log"; } 2>"$work/time" || {
        cat "$work/timed.log" "$work/time" >&2
        die "$1 failed" 70
    }
    read -r wall user system < <(tail -n 1 "$work/time")
    cpu=$(awk -v u="$user" -v s="$system" 'BEGIN { print u + s }')
}

# CPU seconds that the whole machine was busy since it started.
busy() {
    awk -v hertz="$(getconf CLK_TCK)" '$1 == "cpu" { print ($2 + $3 + $4 + $7 + $8 + $9) / hertz }' /proc/stat
}

# Measures the sides in turns; whoever goes first in one round goes last in the next. A side is a function; `before SIDE`, where there
# is one, is not measured.
measure() {
    local round side sides reversed=()
    sides=("$@")
    for side in "${sides[@]}"; do
        reversed=("$side" "${reversed[@]}")
    done
    : >"$work/figures"
    say "$(printf '%-6s %-10s %8s %8s %8s %8s' round side 'wall s' 'CPU s' MB/s 'others s')"
    for ((round = 1; round <= rounds; round++)); do
        if ((round % 2)); then
            for side in "${sides[@]}"; do figure "$round" "$side"; done
        else
            for side in "${reversed[@]}"; do figure "$round" "$side"; done
        fi
    done
}

# Besides the figures, what others used of the CPU meanwhile: where that is much, wall seconds say little.
figure() {
    local before others
    while true; do
        if declare -F before >/dev/null; then
            before "$2"
        fi
        [[ -z $quiet ]] || await_idle
        before=$(busy)
        "$2"
        others=$(awk -v a="$before" -v b="$(busy)" -v own="$cpu" 'BEGIN { o = b - a - own; print (o > 0 ? o : 0) }')
        if [[ -z $quiet ]] || ! exceeds "$others" "$(awk -v w="$wall" -v d=$DISTURBED 'BEGIN { print w * d }')"; then
            break
        fi
    done
    printf '%s %s %s\n' "$2" "$wall" "$cpu" >>"$work/figures"
    say "$(printf '%-6s %-10s %8.2f %8.2f %8.0f %8.2f' "$1" "$2" "$wall" "$cpu" "$(speed "$wall")" "$others")"
}

await_idle() {
    local before
    while true; do
        before=$(busy)
        sleep 1
        exceeds "$(awk -v a="$before" -v b="$(busy)" 'BEGIN { print b - a }')" $DISTURBED || return 0
    done
}

exceeds() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a > b) }'; }

# MB a second of the tree's content.
speed() { awk -v b="$bytes" -v s="$1" 'BEGIN { print (s > 0 ? b / 1e6 / s : 0) }'; }

# The median of one side's column: 2 is wall, 3 is CPU.
median() {
    awk -v side="$1" -v column="$2" '$1 == side { print $column }' "$work/figures" | sort -n |
        awk '{ v[NR] = $1 } END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'
}

ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", (b > 0 ? a / b : 0) }'; }

# Prints a side's medians: `row SIDE LABEL`, as a table's row where that is wanted.
row() {
    local w c
    w=$(median "$1" 2) c=$(median "$1" 3)
    if [[ -n $markdown ]]; then
        printf '| %s | %.2f | %.2f | %.0f |\n' "$2" "$w" "$c" "$(speed "$w")"
    else
        printf '%-6s %-10s %8.2f %8.2f %8.0f\n' median "$1" "$w" "$c" "$(speed "$w")"
    fi
}
