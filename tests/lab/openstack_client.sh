#!/bin/bash
# Debian's ordinary openstack client against the lab's clouds.yaml.
set -u
lab=$1
command -v openstack >/dev/null || { echo "python3-openstackclient is not installed"; exit 77; }
dir=$(mktemp -d /tmp/lab-test-XXXXXX)
"$lab" --state-dir "$dir" --latency none --page-size 7 >"$dir/out" &
pid=$!
trap 'kill $pid; wait $pid; rm -rf "$dir"' EXIT
for _ in $(seq 200); do grep -q ready "$dir/out" && break; sleep 0.05; done
export OS_CLIENT_CONFIG_FILE=$dir/clouds.yaml
bad=0

# expect WORDS... -- COMMAND...: the command succeeds and says every word.
expect() {
    local words=() w out
    while [ "$1" != -- ]; do words+=("$1"); shift; done
    shift
    if ! out=$(openstack "$@" 2>&1); then
        echo "FAIL openstack $*: $out"; bad=1; return
    fi
    for w in "${words[@]}"; do
        grep -qF -- "$w" <<<"$out" || { echo "FAIL openstack $*: no '$w' in: $out"; bad=1; return; }
    done
    echo "ok   openstack $*"
}

expect project_id expires -- --os-cloud site-a token issue
expect vm_state ACTIVE web-2 net-primary-db -- --os-cloud site-a server show web-2
# The client asks Nova for one page only, and Cinder and Neutron for all of them.
expect hr-db-1 m1.medium "booted from volume" -- --os-cloud site-a server list
expect web-1-boot hr-db-1-data billing-db-2-wal -- --os-cloud site-a volume list
expect net-primary-web net-apps -- --os-cloud site-a network list
expect m1.small m1.large -- --os-cloud site-a flavor list
expect debian-12 active -- --os-cloud site-a image list
expect m2.large -- --os-cloud site-b flavor list
expect net-secondary-web -- --os-cloud site-b-app network list
expect active -- --os-cloud site-b-admin image show debian-12
exit $bad
