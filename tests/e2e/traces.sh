#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# shellcheck disable=SC2317
# traces.sh BUILD-FOLDER - does the demo's world leave anything behind? Ends one in each way that there
# is and compares the machine before and after. Prints TAP.
set -uo pipefail
world=$(dirname "$0")/../../kiosk/demo/world.sh
build=$1
n=0 failed=0

check () { # NAME COMMAND...
  local name=$1
  shift
  n=$((n + 1))
  if "$@"; then
    echo "ok $n $name"
  else
    echo "not ok $n $name"
    failed=1
  fi
}

# What a machine shows of users, files, mounts, network, firewall.
snapshot () {
  sha256sum /etc/passwd /etc/shadow /etc/group
  find /etc /mnt /run/netns /var/lib /var/log /usr/libexec -maxdepth 1
  cut -d' ' -f2- /proc/self/mounts
  ip -o link | cut -d' ' -f2
  ip netns list
  nft list ruleset
} 2>&1

wait_until () { # COMMAND...
  local tries
  for tries in {1..300}; do
    "$@" && return
    sleep 0.1
  done
  echo "# gave up after $tries tries: $*"
  return 1
}

mark=$$
# A command line by which everything that belongs to one world can be found again.
inside="echo trace > /etc/trace-$mark; ip netns exec servers setsid sleep 86$mark & setsid sleep 86$mark & sleep 86$mark"
runs () { [ "$(pgrep -fc "^sleep 86$mark\$")" = 3 ]; }
is_gone () { ! pgrep -f "^sleep 86$mark\$" >/dev/null; }

before=$(snapshot)
for signal in KILL TERM INT HUP; do
  # A command in the background begins with INT ignored, which a shell can not undo.
  env --default-signal "$world" --build "$build" -- bash -c "$inside" &
  child=$!
  check "a world runs, to be ended by $signal" wait_until runs
  kill -s "$signal" "$child"
  check "$signal ends everything in it" wait_until is_gone
  wait "$child" 2>/dev/null
  check "and nothing is left of it" [ "$before" = "$(snapshot)" ]
done

"$world" --build "$build" -- bash -c "echo trace > /etc/trace-$mark; ip netns exec servers setsid sleep 86$mark & exit 7"
check "the exit status comes out" [ $? = 7 ]
check "a world that ends by itself takes all along" wait_until is_gone
check "and leaves nothing" [ "$before" = "$(snapshot)" ]
echo "1..$n"
exit "$failed"
