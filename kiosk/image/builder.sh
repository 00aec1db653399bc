#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# builder.sh make FOLDER                      - makes the builder tree, or leaves it if it is up to date
# builder.sh run FOLDER BUILD [--] COMMAND... - runs COMMAND inside it
#
# The builder is a Debian 13 with exactly the packages of kiosk/demo/packages.txt and builder-packages.txt,
# so an image does not depend on the machine on which it was made. It needs root, mmdebstrap and nothing
# else of the machine, and leaves nothing but FOLDER.
#
# Inside: /srv/kiosk the sources (read-only), /srv/build the folder BUILD. COMMAND and all that it starts
# live in namespaces of their own and end with it.
set -euo pipefail
export LC_ALL=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin

self=$(readlink -f "$0")
here=$(dirname "$self")
repo=$(dirname "$(dirname "$here")")
# shellcheck source=kiosk/demo/mirror.sh
. "$repo/kiosk/demo/mirror.sh"

suite=trixie

fail () {
  printf 'builder: %s\n' "$@" >&2
  exit 1
}

list_builder_packages () {
  kiosk_list_packages "$repo/kiosk/demo/packages.txt" "$here/builder-packages.txt" | sort -u
}

# What the tree depends on: when this changes, it is made anew.
fingerprint () {
  { list_builder_packages; cat "$self" "$repo/kiosk/demo/mirror.sh"; } | sha256sum | cut -d' ' -f1
}

make_tree () {
  local tree=$1 work=$1.new cache=$1.packages log=$1.log
  if [ "$(cat "$tree/.fingerprint" 2>/dev/null)" = "$(fingerprint)" ]; then
    echo 'builder: up to date'
    return
  fi
  [ "$(id -u)" = 0 ] || fail 'must be root'
  if ! command -v mmdebstrap >/dev/null; then
    echo 'builder: installing mmdebstrap'
    # The same way as all other packages of the project: see setup.sh.
    "$repo/kiosk/demo/setup.sh" --packages mmdebstrap
  fi
  rm -rf --one-file-system "$tree" "$work"
  mkdir -p "$work.apt" "$cache"
  kiosk_write_sources "$suite" "$work.apt/sources.list" \
    || fail 'apt of this machine is not configured for a Debian mirror (.../debian)'
  kiosk_write_preferences "$suite" "$work.apt/kiosk"
  echo "builder: making a Debian 13 tree with $(list_builder_packages | wc -l) packages (log: $log)"
  # Without an init system of the tree's own nothing is started; initramfs-tools is not to make an image.
  INITRD=No mmdebstrap --mode=root --variant=apt --architectures=amd64 \
    --include="$(list_builder_packages | paste -sd,)" \
    --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Languages "none"' \
    --aptopt='Acquire::Retries "3"' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/info/*' \
    --skip=download/empty --skip=essential/unlink --skip=cleanup/apt \
    --setup-hook='mkdir -p "$1/etc/apt/preferences.d" "$1/var/cache/apt/archives"' \
    --setup-hook="cp '$work.apt/kiosk' \"\$1/etc/apt/preferences.d/\"" \
    --setup-hook="cp -l '$cache'/*.deb \"\$1/var/cache/apt/archives/\" 2>/dev/null || true" \
    --customize-hook="mv \"\$1\"/var/cache/apt/archives/*.deb '$cache/' 2>/dev/null || true" \
    "$suite" "$work" "$work.apt/sources.list" >"$log" 2>&1 \
    || { tail -n 30 "$log" >&2; fail "the tree could not be made; log: $log"; }
  rm -rf "$work.apt"
  fingerprint > "$work/.fingerprint"
  mkdir -p "$work/srv/kiosk" "$work/srv/build"
  mv "$work" "$tree"
  echo 'builder: ready'
}

# By pivot_root: a chroot forbids the user namespaces that mkosi wants.
run_inside () {
  local tree=$1 build=$2
  shift 2
  [ "${1:-}" != -- ] || shift
  mkdir -p "$build"
  exec setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child=KILL --propagation private -- \
    "$self" --inside "$(readlink -f "$tree")" "$(readlink -f "$build")" "$repo" "$PWD" "$@"
}

inside () {
  local tree=$1 build=$2 sources=$3 folder
  shift 4
  mount --bind "$tree" "$tree"
  mount --bind "$sources" "$tree/srv/kiosk"
  mount -o remount,bind,ro "$tree/srv/kiosk"
  mount --bind "$build" "$tree/srv/build"
  for folder in dev sys; do mount --rbind "/$folder" "$tree/$folder"; done
  mount -t proc proc "$tree/proc"
  mount -t tmpfs -o mode=0755 builder "$tree/run"
  mount -t tmpfs -o mode=1777 builder "$tree/tmp"
  mkdir -p "$tree/run/lock" "$tree/run/outside"
  # Names of mirrors have to be found.
  [ ! -e /etc/resolv.conf ] || cat /etc/resolv.conf > "$tree/etc/resolv.conf"
  cat /etc/hosts > "$tree/etc/hosts"
  cd "$tree"
  pivot_root . run/outside
  cd /
  umount -l /run/outside
  cd /srv/build
  exec env -i PATH="$PATH" LC_ALL=C.UTF-8 HOME=/root TERM="${TERM:-dumb}" "$@"
}

case ${1:-} in
  make) make_tree "$2" ;;
  run) shift; run_inside "$@" ;;
  --inside) shift; inside "$@" ;;
  *) sed -n '4,5s/^# \{0,1\}//p' "$self" >&2; exit 2 ;;
esac
