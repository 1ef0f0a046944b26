#!/bin/bash
# protector-lab's own command line: help, errors with a remedy, the fault menu.
set -u
lab=$1
dir=$(mktemp -d /tmp/lab-test-XXXXXX)
pid=
trap '[ -n "$pid" ] && kill $pid && wait $pid; rm -rf "$dir"' EXIT
bad=0

# run CODE WORDS ARGS...: exit code CODE, and WORDS in what is said.
run() {
    local code=$1 words=$2 out rc
    shift 2
    out=$("$lab" "$@" 2>&1)
    rc=$?
    if [ $rc != "$code" ] || ! grep -qF -- "$words" <<<"$out"; then
        echo "FAIL protector-lab $*: $rc, not $code with '$words': $out"
        bad=1
    else
        echo "ok   protector-lab $*"
    fi
}

run 0 "--token-life S" --help
run 0 "protector-lab " --version
run 2 "--state-dir DIR" --seed 1
run 2 "unknown option --colour" --state-dir "$dir" --colour
run 2 "not a duration: fast" --state-dir "$dir" --latency fast
run 2 "lognormal:MEDIAN,P99" --state-dir "$dir" --boot-time uniform:9-1
run 2 "from 1 to 10000" --state-dir "$dir" --servers 99999
run 2 "500 groups need at least" --state-dir "$dir" --groups 500 --servers 20
run 1 "cannot make /proc/lab" --state-dir /proc/lab
run 0 "reset-after-apply" fault --help
run 0 "apply-late=S" fault --help
run 0 "transfer-stuck=PERCENT" fault --help
run 2 "--state-dir is missing" fault list
run 69 "no lab answers" fault --state-dir "$dir" list

"$lab" --state-dir "$dir/new/deep" --latency none >"$dir/out" &
pid=$!
for _ in $(seq 200); do grep -q ready "$dir/out" && break; sleep 0.05; done
run 0 '"id": 1' fault --state-dir "$dir/new/deep" add --site site-b --service compute \
    --verb POST --path '/servers*' --nth 1 --count 2 --do status=503 retry-after=3
run 0 '"do": "status=503"' fault --state-dir "$dir/new/deep" list
run 0 '"id": 2' fault --state-dir "$dir/new/deep" add --site site-a --do transfer-stuck=62 \
    group=prod-web-app
run 0 '"group": "prod-web-app"' fault --state-dir "$dir/new/deep" list
run 2 "must be from 0 to 99" fault --state-dir "$dir/new/deep" add --do transfer-stuck=100
run 0 '"cleared": 1' fault --state-dir "$dir/new/deep" clear 2
run 2 "unknown fault: explode" fault --state-dir "$dir/new/deep" add --do explode
run 2 "--do is missing" fault --state-dir "$dir/new/deep" add --site site-a
run 0 '"cleared": 1' fault --state-dir "$dir/new/deep" clear 1
run 2 "there is no fault 9" fault --state-dir "$dir/new/deep" clear 9
run 0 "already serves" --state-dir "$dir/new/deep"
exit $bad
