# A Docker Engine for the tests; to be sourced by dev/test.
# shellcheck shell=bash
#
# An engine that answers is used as it is. Else, as root, one of our own is started, with everything it has in one
# directory: containerd and dockerd, each stopped by its own process id. It leaves the host's network alone (no docker0, no
# iptables rule, no sysctl), since a second engine would take the interface of a first one away. Containers that need a
# network make one (`docker network create` works, between containers and from the host) and remove it again.

engine_containerd=
engine_dockerd=
engine_traces=()
engine_lib=$(dirname "${BASH_SOURCE[0]}")

# Whether an engine answers at $1 within $2 seconds.
engine_answers() {
    case $1 in
    unix://*) [[ -S ${1#unix://} ]] || return 1 ;;
    esac
    "$JAVA_HOME/bin/java" "$engine_lib/AwaitEngine.java" "$1" "$2" 2>/dev/null
}

# Starts an engine in directory $1 and exports DOCKER_HOST; fails when it does not answer, after showing its log.
engine_start() {
    local home=$1 log=$1/engine.log
    engine_traces=()
    local trace
    # What an engine leaves outside its own directories, unless it was there before.
    for trace in /etc/docker/key.json /etc/docker /run/docker/plugins /run/docker; do
        [[ -e $trace ]] || engine_traces+=("$trace")
    done

    mkdir -p "$home/containerd"
    cat >"$home/containerd.toml" <<-END
	version = 2
	root = "$home/containerd/root"
	state = "$home/containerd/state"
	disabled_plugins = ["io.containerd.grpc.v1.cri"]
	[grpc]
	  address = "$home/containerd.sock"
	END
    echo '{}' >"$home/daemon.json"

    # setsid: a Ctrl-C at the terminal is for this script, which then stops them in order.
    setsid containerd --config "$home/containerd.toml" >"$home/containerd.log" 2>&1 </dev/null &
    engine_containerd=$!
    setsid dockerd --config-file "$home/daemon.json" --data-root "$home/data" --exec-root "$home/exec" \
        --pidfile "$home/docker.pid" --host "unix://$home/docker.sock" --containerd "$home/containerd.sock" \
        --bridge=none --iptables=false --ip-forward=false >"$log" 2>&1 </dev/null &
    engine_dockerd=$!

    "$JAVA_HOME/bin/java" "$engine_lib/AwaitEngine.java" "unix://$home/docker.sock" 60 &
    local waiter=$!
    # Ends as soon as it answers, the time is up, or one of the two is dead.
    if wait -n "$waiter" "$engine_dockerd" "$engine_containerd" && kill -0 "$engine_dockerd" 2>/dev/null; then
        export DOCKER_HOST=unix://$home/docker.sock
        return 0
    fi
    kill "$waiter" 2>/dev/null
    echo "The Docker Engine did not start. The end of its log:" >&2
    tail -n 20 "$home/containerd.log" "$log" >&2
    return 1
}

# Stops what engine_start started in directory $1, and unmounts what it mounted there.
engine_stop() {
    local home=$1 shim trace
    [[ -n $engine_containerd ]] || return 0
    end_process "$engine_dockerd" 20
    # A shim outlives an engine that had to be killed; ours carry our socket's name.
    for shim in /proc/[0-9]*; do
        if { tr '\0' ' ' <"$shim/cmdline"; } 2>/dev/null | grep -qF -- "-address $home/containerd.sock"; then
            kill -KILL "${shim#/proc/}" 2>/dev/null
        fi
    done
    end_process "$engine_containerd" 10
    engine_unmount "$home"
    for trace in "${engine_traces[@]}"; do
        if [[ -d $trace ]]; then
            rmdir "$trace" 2>/dev/null
        else
            rm -f "$trace"
        fi
    done
    engine_containerd='' engine_dockerd=''
}

# Everything that is mounted under $1, the innermost first.
engine_unmount() {
    local point
    while read -r point; do
        umount -l "$point"
    done < <(awk -v home="$1/" 'index($5, home) == 1 { print $5 }' /proc/self/mountinfo | sort -r)
}
