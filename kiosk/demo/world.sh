#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# world.sh [--build FOLDER] [--writable] [--out FOLDER] [--share PATH]... -- COMMAND... - runs COMMAND in a
# machine of its own: a fresh terminal with the kiosk installed at its real paths.
#
# The world is a set of namespaces: mounts (overlays over /etc, /usr and /var whose upper layers are
# in memory), processes, network, IPC. So kioskd runs exactly as it is compiled, with its own users,
# its own /etc/shadow under real PAM, its own firewall, and none of it exists outside. When
# the first process of the world ends, for whatever reason, the kernel ends all others and forgets
# mounts and networks; there is nothing to clean up and nothing that a kill -9 could leave behind.
#
# COMMAND sees:
#   /mnt/repo            the sources, read-only
#   /mnt/build           the build folder, read-only without --writable
#   /mnt/out             FOLDER of --out, the only place outside that it can write to
#   network "terminal"   its own: 10.99.0.1, behind the firewall of kiosk/data/firewall.nft
#   network "servers"    ip netns exec servers ...: 10.99.0.11 to 10.99.0.15
#   network "screen"     ip netns exec screen ...: not even a loopback; for the compositor
# and whatever --share names (sockets of a desktop) at the same path.
set -euo pipefail
export LC_ALL=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin

self=$(readlink -f "$0")
repo=$(dirname "$(dirname "$(dirname "$self")")")

# ---- outside ----

enter_world () {
  local build=$repo/build writable='' out='' shares=() child status
  while [ $# -gt 0 ]; do
    case $1 in
      --build) build=$(readlink -f "$2"); shift 2 ;;
      --writable) writable=1; shift ;;
      --out) out=$(readlink -f "$2"); shift 2 ;;
      --share) shares+=("$2"); shift 2 ;;
      --) shift; break ;;
      *) echo "world.sh: unknown option $1" >&2; exit 2 ;;
    esac
  done
  [ "$(id -u)" = 0 ] || { echo 'world.sh: must be root' >&2; exit 1; }
  # Meson names programs by their place in its folder; inside, the way begins elsewhere.
  case ${1:-} in
    /*) ;;
    */*) set -- "$PWD/$1" "${@:2}" ;;
  esac

  # unshare blocks TERM and INT while it waits: the world is always ended with KILL, by us or, when
  # we are killed ourselves, by the death signal.
  KIOSK_WORLD_BUILD=$build KIOSK_WORLD_WRITABLE=$writable KIOSK_WORLD_OUT=$out KIOSK_WORLD_SHARES=$(printf '%s\n' "${shares[@]}") \
    setpriv --pdeathsig KILL \
    unshare --mount --pid --net --ipc --uts --fork --kill-child=KILL --propagation private -- \
    "$self" --inside "$@" <&0 &
  child=$!
  # shellcheck disable=SC2064
  trap "kill -KILL $child 2>/dev/null; wait $child 2>/dev/null || exit 130" INT TERM HUP
  status=0
  wait "$child" || status=$?
  exit "$status"
}

# ---- inside, as process 1 ----

# share_at PATH OPEN-DESCRIPTOR - makes what was opened before /mnt was covered appear at PATH.
share_at () {
  mkdir -p "$1"
  mount --no-canonicalize --bind "/proc/self/fd/$2" "$1"
}

# reappear_at PATH SOURCE - a folder that lies below what was covered stands at its own path again:
# the build folder is full of absolute paths.
reappear_at () {
  case $1 in
    /tmp/*|/run/*|/mnt/*|/dev/shm/*) mkdir -p "$1" && mount --rbind "$2" "$1" ;;
  esac
}

overlay () {
  local layer=/mnt/layers$1 lower=$1
  mkdir -p "$layer/upper" "$layer/work"
  [ ! -d "/mnt/installed$1" ] || lower=/mnt/installed$1:$1
  mount -t overlay -o "lowerdir=$lower,upperdir=$layer/upper,workdir=$layer/work" world "$1"
}

# The devices are those of the machine outside: kioskd would shut them. A world has none but its network
# interfaces (and the screen, for who draws); what the lists do not show nobody finds.
hide_devices () {
  local class
  mkdir -p /mnt
  mount -t tmpfs -o mode=0755,nosuid,nodev,noexec world /mnt
  for class in net drm; do
    [ -d /sys/class/$class ] || continue
    mkdir /mnt/$class
    mount --bind /sys/class/$class /mnt/$class
  done
  mount -t tmpfs -o mode=0755,nosuid,nodev,noexec world /sys/bus
  mount -t tmpfs -o mode=0755,nosuid,nodev,noexec world /sys/class
  for class in net drm; do
    [ -d /mnt/$class ] || continue
    mkdir /sys/class/$class
    mount --move /mnt/$class /sys/class/$class
  done
  umount /mnt
}

make_files () {
  local share
  exec 6<"$repo" 7<"$KIOSK_WORLD_BUILD" 8<"${KIOSK_WORLD_OUT:-/}"
  mount -t proc proc /proc
  # The interfaces of this network, not those of the machine.
  mount -t sysfs -o nosuid,nodev,noexec sysfs /sys
  hide_devices
  # Nothing in /sys can be written.
  mount -o remount,bind,ro,nosuid,nodev,noexec /sys
  mount -t tmpfs -o mode=0755 world /mnt
  share_at /mnt/build 7
  # The installed product, as a layer below the private ones.
  if [ -e /mnt/build/build.ninja ]; then
    DESTDIR=/mnt/installed meson install --no-rebuild --quiet -C /mnt/build >/dev/null
  fi
  share_at /mnt/repo 6
  mount -o remount,bind,ro /mnt/repo
  [ -n "$KIOSK_WORLD_WRITABLE" ] || mount -o remount,bind,ro /mnt/build
  if [ -n "$KIOSK_WORLD_OUT" ]; then
    share_at /mnt/out 8
  else
    mkdir /mnt/out
  fi
  exec 6<&- 7<&- 8<&-

  overlay /etc
  overlay /usr
  overlay /var
  # Sockets of a desktop, if asked for: kept aside while /run and /tmp are made anew.
  mkdir /mnt/shares
  while read -r share; do
    [ -n "$share" ] || continue
    mkdir -p "/mnt/shares/$(dirname "$share")"
    if [ -d "$share" ]; then mkdir -p "/mnt/shares/$share"; else : > "/mnt/shares/$share"; fi
    mount --bind "$share" "/mnt/shares/$share"
  done <<<"$KIOSK_WORLD_SHARES"
  mount -t tmpfs -o mode=0755,nosuid,nodev world /run
  mount -t tmpfs -o mode=1777,nosuid,nodev world /tmp
  mount -t tmpfs -o mode=1777,nosuid,nodev world /dev/shm
  mkdir -m 1777 /tmp/.X11-unix
  reappear_at "$repo" /mnt/repo
  reappear_at "$KIOSK_WORLD_BUILD" /mnt/build
  while read -r share; do
    [ -n "$share" ] || continue
    mkdir -p "$(dirname "$share")"
    if [ -d "$share" ]; then mkdir -p "$share"; else : > "$share"; fi
    mount --bind "/mnt/shares/$share" "$share"
  done <<<"$KIOSK_WORLD_SHARES"
}

make_accounts () {
  local name
  # The host may have users of these names; inside they are ours.
  for name in kiosk kiosk-connect kiosk-keyboard kiosk-rdp kiosk-receipts kiosk-sensor _chrony; do
    userdel "$name" 2>/dev/null || true
    useradd --system --user-group --no-create-home --home-dir /nonexistent \
      --shell /usr/sbin/nologin "$name"
  done
}

make_network () {
  local address
  mkdir -p /run/netns
  ip netns add servers
  ip netns add screen
  ip link add terminal0 type veth peer name servers0 netns servers
  ip link set lo up
  ip address add 10.99.0.1/24 dev terminal0
  ip netns exec servers ip link set lo up
  for address in 11 12 13 14 15; do
    ip netns exec servers ip address add 10.99.0.$address/24 dev servers0
  done
  ip netns exec servers ip link set servers0 up
  # No hardware is behind it: kioskd has to be told that it stands in for a cable.
  mkdir -p /usr/share/maintenance-kiosk
  echo terminal0 > /usr/share/maintenance-kiosk/stand-ins
  # First the firewall, then the line.
  nft -f /mnt/repo/kiosk/data/firewall.nft
  ip link set terminal0 up
}

if [ "${1:-}" != --inside ]; then
  enter_world "$@"
fi
shift
make_files
make_accounts
make_network
hostname terminal
unset KIOSK_WORLD_BUILD KIOSK_WORLD_WRITABLE KIOSK_WORLD_OUT KIOSK_WORLD_SHARES
cd /
status=0
"$@" || status=$?
exit "$status"
