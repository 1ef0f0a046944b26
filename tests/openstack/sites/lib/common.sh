# shellcheck shell=bash disable=SC2034
# What the scripts of this folder share: names, addresses, and the starting and
# stopping of processes by pid file. Sourced, never run.
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
STATE=${PROTECTOR_SITES_STATE:-${XDG_RUNTIME_DIR:-/tmp}/protector-sites}
export LC_ALL=C.UTF-8 PYTHONWARNINGS=ignore MALLOC_ARENA_MAX=2
export PYTHONPATH="$HERE/lib" PYTHONDONTWRITEBYTECODE=1
unset "${!OS_@}" http_proxy https_proxy HTTP_PROXY HTTPS_PROXY

say() { printf '[%4ds] %s\n' "$SECONDS" "$*"; }
die() { echo "error: $*" >&2; exit 1; }

# The name goes into many configuration files and into a socket's path.
case $STATE in
    /*) ;; *) die "PROTECTOR_SITES_STATE must be an absolute path: $STATE";;
esac
case $STATE in
    *[!A-Za-z0-9._/-]*) die "odd characters in the state folder's name: $STATE";;
esac
[ ${#STATE} -le 80 ] || die "the state folder's name is too long for a socket: $STATE"

# judge/sites.py knows the same addresses, regions and password.
SITES="site-a site-b"
SECRET=sites-secret
# Below the ports that the kernel gives to whoever calls somebody: one of those is taken at times.
MQ_ADDR=127.0.0.10 MQ_PORT=24672 MQ_DIST_PORT=24673 EPMD_PORT=24369
SQL_SOCK=$STATE/mysql.sock

# What the sites' guests would have as addresses. No packet of a health check may
# leave this machine, so `up` makes them addresses of its loopback: what nobody
# listens on is refused, and a test may listen where a guest would.
GUEST_NETS="10.10.0.0/16 10.20.0.0/16"

addr()   { case $1 in site-a) echo 127.0.0.11;; site-b) echo 127.0.0.12;; esac; }
region() { case $1 in site-a) echo RegionA;;    site-b) echo RegionB;; esac; }
letter() { echo "${1#site-}"; }

# One up or down at a time. Held by descriptor 9, which no child may inherit.
lock() {
    exec 9>"$STATE/lock"
    flock -w 600 9 || die "another up or down has been running for 600 s"
}

# When the process began, in clock ticks; nothing for one that is gone or a zombie.
start_time() {
    sed 's/^.*) //' "/proc/$1/stat" 2>/dev/null | awk '$1 != "Z" { print $20 }'
}

# A pid file holds "pid start-time", so that a reused pid is never taken for ours.
running() {
    local pid began
    [ -r "$1" ] && read -r pid began < "$1" && [ -n "$pid" ] && [ -n "$began" ] &&
        [ "$(start_time "$pid")" = "$began" ]
}

start() {   # start PIDFILE LOG command...
    local pidfile=$1 log=$2; shift 2
    running "$pidfile" && return 0
    mkdir -p "$(dirname "$pidfile")" "$(dirname "$log")"
    ( cd / && exec env PROTECTOR_SITES_MARK="$STATE" setsid "$@" ) </dev/null >>"$log" 2>&1 9>&- &
    local pid=$! i
    for i in 1 2 3 4 5; do [ -n "$(start_time $pid)" ] && break; sleep 0.05; done
    echo "$pid $(start_time $pid)" > "$pidfile"
}

# Was this process started by `start` out of this state folder?
ours() {
    tr '\0' '\n' 2>/dev/null < "/proc/$1/environ" | grep -qxF "PROTECTOR_SITES_MARK=$STATE"
}

stop() {    # stop PIDFILE...: TERM to each, 15 s later KILL to what is left
    local f pid began n
    for f in "$@"; do
        if running "$f" && read -r pid began < "$f"; then
            kill -TERM "$pid" 2>/dev/null
            kill -CONT "$pid" 2>/dev/null   # a test may have frozen it
        fi
    done
    for f in "$@"; do
        for n in $(seq 150); do running "$f" || break; sleep 0.1; done
        if [ -r "$f" ] && read -r pid began < "$f"; then
            # Each was started as the leader of a session of its own.
            for n in $(ps -o pid= -s "$pid" 2>/dev/null); do
                ours "$n" && kill -KILL "$n" 2>/dev/null
            done
        fi
        rm -f "$f"
    done
    return 0
}

sql() { mariadb --no-defaults -S "$SQL_SOCK" -u root "$@"; }

db_url() {  # db_url SITE SERVICE
    echo "mysql+pymysql://sites:$SECRET@/$(letter "$1")_$2?unix_socket=$SQL_SOCK&charset=utf8"
}

# The environment in which every daemon and *-manage command of a site runs, in `site_vars`.
site_environment() {
    site_vars=(SITE_DIR="$STATE/$1" OS_KEYSTONE_CONFIG_DIR="$STATE/$1/etc"
               OS_KEYSTONE_CONFIG_FILES=keystone.conf OS_PLACEMENT_CONFIG_DIR="$STATE/$1/etc")
}

site_env() {    # site_env SITE command...
    local site_vars
    site_environment "$1"; shift
    env "${site_vars[@]}" "$@"
}
