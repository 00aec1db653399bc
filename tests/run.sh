#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# run.sh [--quick] [--again] [--sanitize] [--e2e] [--slow] [--ci] - sets everything up and runs all tests. Last line: "N passed, N failed".
#
#   --quick     only what needs no second build and no screen
#   --again     the same, without what cannot be another on another Debian: for the second of two
#   --sanitize  only the second build, with address and undefined behaviour sanitizers
#   --e2e       only the terminal's image: made twice and compared, booted, and checked from all sides
#   --slow      only what takes long and says figures: the writer of the audit log killed 10,000 times, a log of two years verified
#   --ci        all tests, those of Debian 13 in the builder tree, and the core of --e2e
#
# A skipped test counts as a failure: what was not run proves nothing. All tests run in worlds of
# their own (kiosk/demo/world.sh), so they leave nothing behind and can run at the same time as others.
set -uo pipefail

repo=$(cd "$(dirname "$0")/.." && pwd)
build=${KIOSK_BUILD:-$repo/build}
quick='' again='' only_sanitize='' only_image='' only_slow='' ci=''
passed=0 failed=0
failures=()

for option in "$@"; do
  case $option in
    --quick) quick=1 ;;
    --again) quick=1 again=1 ;;
    --sanitize) only_sanitize=1 ;;
    --e2e) only_image=1 ;;
    --slow) only_slow=1 ;;
    --ci) ci=1 ;;
    *) sed -n '4,12s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
done

say () {
  printf '\n== %s  %s\n' "$(date +%T)" "$*"
}

# count PASSED FAILED NAME - takes over the result of a part.
count () {
  passed=$((passed + $1))
  failed=$((failed + $2))
  [ "$2" = 0 ] || [ -z "$3" ] || failures+=("$3")
}

finish () {
  local failure
  for failure in "${failures[@]}"; do
    printf 'failed: %s\n' "$failure"
  done
  printf '%d passed, %d failed\n' "$passed" "$failed"
  [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
  exit
}

# alone COMMAND... - dies with this script, also when it is killed.
alone () {
  setpriv --pdeathsig KILL "$@" </dev/null
}

# take_tap NAME OUTPUT STATUS - counts the checks in lines "ok ..." and "not ok ...", and adds a failure when
# the command failed without one or checked nothing.
take_tap () {
  local name=$1 output=$2 status=$3 good bad skipped first
  good=$(grep -c '^ok .*' "$output")
  bad=$(grep -cE '^(not ok|FAILED) ' "$output")
  skipped=$(grep -cE '^ok .*# (SKIP|skip)' "$output")
  first=$(grep -m 1 -E '^(not ok|FAILED) |^ok .*# (SKIP|skip)' "$output")
  rm -f "$output"
  good=$((good - skipped)) bad=$((bad + skipped))
  if [ "$bad" = 0 ] && { [ "$status" != 0 ] || [ "$good" = 0 ]; }; then
    first="not ok $name: ended with $status after $good checks"
    echo "$first"
    bad=1
  fi
  count "$good" "$bad" "$name: $first"
}

run_tap () {
  local name=$1 output
  shift
  say "$name"
  output=$(mktemp)
  if [ "$(type -t "$1")" = function ]; then "$@"; else alone "$@"; fi 2>&1 | tee "$output"
  take_tap "$name" "$output" "${PIPESTATUS[0]}"
}

# Parts that wait for something most of the time, each in a world of its own, run side by side: one more than there are
# processors. What they say is shown when they have ended.
declare -A aside_names=() aside_outputs=()

# start_tap NAME COMMAND... - as run_tap, beside others.
start_tap () {
  local name=$1 output
  shift
  while [ ${#aside_names[@]} -gt "$(nproc)" ]; do end_one_tap; done
  output=$(mktemp)
  printf '== %s  %s begins\n' "$(date +%T)" "$name"
  setpriv --pdeathsig KILL "$@" </dev/null >"$output" 2>&1 &
  aside_names[$!]=$name aside_outputs[$!]=$output
}

end_one_tap () {
  local pid status=0
  wait -n -p pid "${!aside_names[@]}" || status=$?
  say "${aside_names[$pid]}"
  cat "${aside_outputs[$pid]}"
  take_tap "${aside_names[$pid]}" "${aside_outputs[$pid]}" "$status"
  unset "aside_names[$pid]" "aside_outputs[$pid]"
}

end_taps () {
  while [ ${#aside_names[@]} -gt 0 ]; do end_one_tap; done
}

# Every test of a build folder, in a world whose build folder can be written to for the logs. Most of them wait for
# something most of the time, each in a world of its own: more of them at once than there are processors. So
# a time-out must only tell what hangs, not what waits for a processor.
run_meson () {
  local folder=$1 name=$2 result line
  shift 2
  say "$name"
  rm -f "$folder/meson-logs/testlog.json"
  alone "$repo/kiosk/demo/world.sh" --build "$folder" --writable -- \
    meson test -C /mnt/build --no-rebuild --print-errorlogs --num-processes "$(($(nproc) * 2))" \
    --timeout-multiplier 3 "$@"
  result=$(/usr/bin/python3 "$repo/tests/lib/count_tests.py" "$folder/meson-logs/testlog.json")
  echo "$result"
  # shellcheck disable=SC2086
  set -- ${result%%$'\n'*}
  count "${1:-0}" "${2:-1}" ''
  while IFS= read -r line; do
    [ -z "$line" ] || failures+=("$name: $line")
  done < <(tail -n +2 <<<"$result")
}

# A second build with sanitizers. They find what an ordinary run survives by luck.
run_sanitized () {
  local folder=$build/sanitize
  "$repo/kiosk/demo/setup.sh" "$folder" -Db_sanitize=address,undefined -Db_lundef=false -Dbuildtype=debug \
    || { count 0 1 'sanitizer build'; return; }
  ASAN_OPTIONS=abort_on_error=1:detect_leaks=1:strict_string_checks=1 \
    UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
    run_meson "$folder" 'tests under sanitizers' --timeout-multiplier 5 --suite unit --suite fuzz
}

# Each fuzz target searches for a while in a build of its own, from its corpus on.
run_fuzzers () {
  local folder=$build/fuzz source name found
  say 'fuzzing'
  CC=clang "$repo/kiosk/demo/setup.sh" "$folder" -Dfuzz=true -Db_sanitize=address,undefined -Db_lundef=false \
    -Dbuildtype=debug || { count 0 1 'fuzz build'; return; }
  found=$(mktemp -d)
  for source in "$repo"/tests/fuzz/fuzz-*.c; do
    name=$(basename "$source" .c)
    name=${name#fuzz-}
    mkdir "$found/$name"
    # shellcheck disable=SC2016
    start_tap "fuzzer $name" bash -c 'log=$2/$1.log
      if "$3" -max_total_time=20 -verbosity=0 "-artifact_prefix=$2/" "$2/$1" "$4" >"$log" 2>&1; then
        echo "ok fuzzer $1 found nothing in 20 seconds"
      else
        tail -n 40 "$log"
        echo "not ok fuzzer $1"
      fi' fuzzer "$name" "$found" "$folder/tests/fuzz/$name-fuzzer" "$repo/tests/fuzz/corpus/$name"
  done
  end_taps
  rm -rf "$found"
}

# The figures need the terminal's own systemd: where images are made, the builder tree has it. Elsewhere the
# script says which one is here and judges what it can.
run_exposure () {
  local builder=$build/image/builder
  if [ -e "$builder/.fingerprint" ]; then
    run_tap 'exposure of the units' "$repo/kiosk/image/builder.sh" run "$builder" "$build/image" -- \
      /srv/kiosk/tests/image/exposure
  else
    run_tap 'exposure of the units' "$repo/tests/image/exposure"
  fi
}

# The project in a Debian 13: built and tested in the tree in which images are made.
run_debian13 () {
  local output result line
  say 'Debian 13'
  "$repo/kiosk/image/builder.sh" make "$build/image/builder" || { count 0 1 'builder tree'; return; }
  output=$(mktemp)
  alone "$repo/kiosk/image/builder.sh" run "$build/image/builder" "$build/image" -- \
    env KIOSK_BUILD=/srv/build/debian13 /srv/kiosk/tests/run.sh --again 2>&1 | tee "$output"
  result=$(sed -n '$s/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$output")
  while IFS= read -r line; do
    failures+=("Debian 13: $line")
  done < <(sed -n 's/^failed: //p' "$output")
  rm -f "$output"
  # shellcheck disable=SC2086
  set -- $result
  count "${1:-0}" "${2:-1}" 'Debian 13'
}

# The same sources, policy and site give the same bytes: also in another folder, with nothing kept.
compare_images () {
  local folder
  for folder in image image-again; do
    "$repo/kiosk/image/build" --policy "$repo/tests/e2e/machine/policy" --site "$repo/tests/e2e/machine/site.conf" \
      --build "$build/$folder" --output "$build/$folder/same-bytes" || return 1
  done
  if cmp "$build/image/same-bytes/terminal.raw" "$build/image-again/same-bytes/terminal.raw"; then
    echo 'ok two builds of the image are equal, byte for byte'
    rm -rf "$build/image/same-bytes" "$build/image-again"
  else
    diff "$build/image/same-bytes/terminal.manifest" "$build/image-again/same-bytes/terminal.manifest"
    echo "not ok two builds of the image differ; both are kept: $build/image/same-bytes, $build/image-again/same-bytes"
  fi
}

# start_on_stage NAME SCRIPT [ARGUMENT...] - one of tests/e2e that works at the terminal; its pictures are in build/e2e.
start_on_stage () {
  local name=$1 script=$2 folder=$build/e2e/${1// /-}
  shift 2
  mkdir -p "$folder"
  start_tap "$name" "$repo/kiosk/demo/world.sh" --build "$build" --out "$folder" -- \
    /mnt/repo/kiosk/demo/stage.sh -- "/mnt/repo/tests/e2e/$script" "$@"
}

run_image () {
  run_tap 'image, twice' compare_images
  run_tap 'machine' "$repo/tests/e2e/machine.sh" --build "$build"
}

# Bounded in time: what was done until then is said, and counts.
run_slow () {
  run_tap 'kills of the writer of the audit log' "$repo/kiosk/demo/world.sh" --build "$build" -- \
    env KIOSK_KILLS=10000 KIOSK_KILLS_SECONDS=3600 /mnt/build/tests/daemon/test-audit-crash --tap -p /audit-crash/killed
  run_tap 'two years of records' "$repo/tests/bench/verify" --build "$build"
}

run_all () {
  run_tap lint "$repo/tests/lint/lint.py"
  run_tap "image builder's tools" "$repo/tests/image/run-tests.py"
  run_exposure
  run_meson "$build" 'unit and program tests' ${again:+--no-suite again}
  start_tap traces "$repo/tests/e2e/traces.sh" "$build"
  start_tap firewall "$repo/kiosk/demo/world.sh" --build "$build" -- /mnt/repo/tests/e2e/firewall.py
  start_tap DHCP "$repo/kiosk/demo/world.sh" --build "$build" -- /mnt/repo/tests/e2e/dhcp.py
  start_tap time "$repo/kiosk/demo/world.sh" --build "$build" -- /mnt/repo/tests/e2e/chrony.py
  end_taps
  [ -z "$quick" ] || return 0
  rm -rf "$build/e2e"
  start_on_stage 'kill tests of kioskd' kill.py kioskd
  start_on_stage 'kill tests of cage' kill.py cage
  start_on_stage 'kill tests of kiosk-shell' kill.py kiosk-shell
  start_on_stage 'kill tests of helpers' kill.py kiosk-rdp kiosk-auth kiosk-connect
  start_on_stage 'hostile worker' hostile-worker.py
  start_on_stage 'lock storm' lock-storm.py
  mkdir -p "$build/e2e/demo"
  start_tap 'scripted demo' "$repo/kiosk/demo.sh" --build "$build" --scripted "$build/e2e/demo"
  end_taps
  run_sanitized
  run_fuzzers
}

trap 'exit 130' INT TERM
if [ -n "$only_sanitize" ]; then
  run_sanitized
elif [ -n "$only_slow" ]; then
  say 'setting up'
  "$repo/kiosk/demo/setup.sh" "$build" || { count 0 1 'set-up'; finish; }
  run_slow
elif [ -n "$only_image" ]; then
  mkdir -p "$build"
  run_image
else
  say 'setting up'
  "$repo/kiosk/demo/setup.sh" "$build" || { count 0 1 'set-up'; finish; }
  run_all
  if [ -n "$ci" ]; then
    run_debian13
    run_tap 'machine, core' "$repo/tests/e2e/machine.sh" --core --build "$build"
  fi
fi
finish
