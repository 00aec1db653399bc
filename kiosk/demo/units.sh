#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# units.sh kioskd | listen LOG | end - what the units of kioskd and its helpers (kiosk-auth,
# kiosk-connect, kiosk-keyboard, kiosk-rdp, kiosk-receipts, kiosk-sensor-lid) do on the terminal, in a world (world.sh) where systemd is not process 1.
# Called by stage.sh and tests.
#
#   kioskd  becomes kioskd, with the capabilities and groups that its unit leaves it
#   listen  the helpers' sockets (Accept=yes: one process for each connection); returns when all of them
#           listen. What they print goes to LOG.
#   end     BindsTo=kioskd.service: no helper outlives kioskd, whatever it has become
set -euo pipefail

libexec=/usr/libexec/maintenance-kiosk
run=/run/maintenance-kiosk
helpers=(kiosk-auth kiosk-connect kiosk-keyboard kiosk-rdp kiosk-receipts kiosk-sensor-lid)

# CAP_KILL: helpers and shell run as others. CAP_NET_ADMIN: the firewall. The group kiosk:
# to give the shell's socket to it, which root without CAP_CHOWN may with groups of its own.
run_kioskd () {
  exec setpriv --groups "$(id -g kiosk)" --inh-caps=-all --bounding-set=-all,+kill,+net_admin,+linux_immutable \
    --no-new-privs "$libexec/kioskd"
}

# is_listening SOCKET - by the kernel's flag; the file is there a moment earlier.
is_listening () {
  awk -v path="$1" '$4 == "00010000" && $8 == path { found = 1 } END { exit !found }' /proc/net/unix
}

listen () {
  local log=$1 name
  install -d -m 0755 "$run"
  for name in "${helpers[@]}"; do
    systemd-socket-activate --accept --seqpacket --listen="$run/$name.sock" "$libexec/$name" \
      </dev/null >>"$log" 2>&1 &
  done
  for name in "${helpers[@]}"; do
    for _ in {1..1000}; do
      ! is_listening "$run/$name.sock" || break
      sleep 0.01
    done
    is_listening "$run/$name.sock" || { echo "units.sh: nobody listens for $name" >&2; exit 1; }
    chmod 0600 "$run/$name.sock"
  done
}

# By the file that they run: a name in the process table is what the process says.
end () {
  local link program name
  for link in /proc/[0-9]*/exe; do
    program=$(readlink "$link" 2>/dev/null) || continue
    for name in "${helpers[@]}"; do
      case $program in
        "$libexec/$name"|"$libexec/$name (deleted)")
          link=${link#/proc/}
          kill -KILL "${link%/exe}" 2>/dev/null || true
          ;;
      esac
    done
  done
}

case ${1:-} in
  kioskd) run_kioskd ;;
  listen) listen "${2:?}" ;;
  end) end ;;
  *) sed -n '4s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
