#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# setup.sh [BUILD-FOLDER [MESON-OPTION...]] - installs what packages.txt lists and builds the project.
# setup.sh --packages NAME...               - installs these packages in the same way and builds nothing.
# setup.sh --unpack FOLDER NAME...          - unpacks these packages, and what they need beyond what is installed, into
#                                             FOLDER/tree; installs nothing.
#
# For demo.sh, tests/run.sh and the image builder on a fresh Debian 12 or 13. It leaves two things behind:
# installed packages and the build folder. In particular nothing in /etc/apt, and no service that was not
# there before: several of the packages bring one (xrdp would listen on every address).
set -euo pipefail

repo=$(cd "$(dirname "$0")/../.." && pwd)
export LC_ALL=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin
# shellcheck source=kiosk/demo/mirror.sh
. "$repo/kiosk/demo/mirror.sh"

# fail JAPANESE ENGLISH
fail () {
  printf '%s\n%s\n' "$1" "$2" >&2
  exit 1
}

usage () {
  sed -n '4,7s/^# \{0,1\}//p' "$0" >&2
  exit 2
}

check_machine () {
  [ "$(id -u)" = 0 ] \
    || fail '管理者（root）として実行してください。例: sudo kiosk/demo.sh' \
            'Please run this as root, for example: sudo kiosk/demo.sh'
  local ID='' VERSION_ID=''
  # shellcheck source=/dev/null
  [ ! -r /etc/os-release ] || . /etc/os-release
  case $ID:$VERSION_ID in
    debian:12|debian:13) release=$VERSION_ID ;;
    *) fail "Debian 12 または 13 で実行してください（このパソコン: ${ID:-不明} ${VERSION_ID:-}）。" \
            "Please use Debian 12 or 13 (this machine: ${ID:-unknown} ${VERSION_ID:-})." ;;
  esac
}

# list_missing NAME... - those that are not installed.
list_missing () {
  local name
  for name in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || echo "$name"
  done
}

# An apt configuration of our own, in the folder of the log. /etc/apt/apt.conf.d still counts: a proxy
# of this machine stays in use.
write_apt_configuration () {
  local folder=$1 codename=bookworm
  [ "$release" = 12 ] || codename=trixie
  rm -rf "$folder"
  mkdir -p "$folder"/{lists/partial,cache/archives/partial,preferences.d}
  kiosk_write_sources "$codename" "$folder/sources.list" \
    || fail "apt の設定に Debian のミラー（…/debian）がありません。/etc/apt/sources.list を確認してください。" \
            "apt is not configured for a Debian mirror (.../debian). Please check /etc/apt/sources.list."
  # Debian 13 has a FreeRDP 3 of its own, and apt prefers it to the one in backports.
  [ "$release" != 12 ] || kiosk_write_preferences "$codename" "$folder/preferences"
  cat > "$folder/apt.conf" <<-END
	Dir::Etc::sourcelist "$folder/sources.list";
	Dir::Etc::sourceparts "/dev/null";
	Dir::Etc::preferences "$folder/preferences";
	Dir::Etc::preferencesparts "$folder/preferences.d";
	Dir::State::lists "$folder/lists";
	Dir::Cache "$folder/cache";
	APT::Sandbox::User "root";
	Acquire::Retries "3";
	END
  export APT_CONFIG=$folder/apt.conf
}

# Runs a command while no package can start or enable a service: the helpers that maintainer scripts
# call do nothing in this mount namespace, and nothing has to be undone when the command is killed.
without_services () {
  # shellcheck disable=SC2016
  unshare --mount --propagation private -- bash -c '
    for helper in /usr/bin/deb-systemd-helper /usr/bin/deb-systemd-invoke \
                  /usr/sbin/invoke-rc.d /usr/sbin/update-rc.d; do
      [ ! -e "$helper" ] || mount --bind /bin/true "$helper" || exit
    done
    exec "$@"' without-services "$@"
}

# install_packages FOLDER NAME... - FOLDER is for the log, and for what apt needs while it runs.
install_packages () {
  local missing folder=$1 log=$1/apt.log
  shift
  mapfile -t missing < <(list_missing "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  echo "setup: installing ${#missing[@]} packages: ${missing[*]}"
  write_apt_configuration "$folder/apt"
  export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1
  if ! { apt-get update && without_services apt-get install -y --no-install-recommends "${missing[@]}"; } \
    </dev/null >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    fail "必要なパッケージを導入できませんでした。ネットワークを確認してください。記録: $log" \
         "Packages could not be installed. Please check the network. Log: $log"
  fi
  rm -rf "$folder/apt"
  mapfile -t missing < <(list_missing "$@")
  [ ${#missing[@]} = 0 ] \
    || fail "次のパッケージがありません: ${missing[*]}" "These packages are still missing: ${missing[*]}"
}

# unpack_package FOLDER NAME PROGRAM - for a package that must not be installed, because it would take the place of
# something that this machine has: its files go into FOLDER/packages/NAME, unless the machine has PROGRAM anyway.
unpack_package () {
  local folder=$1 name=$2 log=$1/apt.log target=$1/packages/$2
  [ ! -x "$3" ] && [ ! -d "$target" ] || return 0
  echo "setup: unpacking $name"
  write_apt_configuration "$folder/apt"
  rm -rf "$target.new"
  mkdir -p "$target.new"
  if ! { apt-get update && cd "$folder/apt" && apt-get download "$name" && dpkg -x "$name"_*.deb "$target.new"; } \
    </dev/null >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    fail "$name を取得できませんでした。ネットワークを確認してください。記録: $log" \
         "$name could not be fetched. Please check the network. Log: $log"
  fi
  cd /
  mv "$target.new" "$target"
  rm -rf "$folder/apt"
}

# unpack_named FOLDER NAME... - what --unpack does. FOLDER is for nothing else.
unpack_named () {
  local folder=$1 log=$1/apt.log package
  shift
  write_apt_configuration "$folder/apt"
  rm -rf "$folder/tree"
  mkdir -p "$folder/tree"
  if ! { apt-get update && apt-get install -y --no-install-recommends --download-only "$@"; } </dev/null >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    fail "パッケージを取得できませんでした。ネットワークを確認してください。記録: $log" \
         "Packages could not be fetched. Please check the network. Log: $log"
  fi
  for package in "$folder"/apt/cache/archives/*.deb; do dpkg -x "$package" "$folder/tree"; done
  rm -rf "$folder/apt"
}

# install_named NAME... - what --packages does. The folder stays only when its log has to be read.
install_named () {
  local name folder
  for name in "$@"; do
    [[ $name =~ ^[a-z0-9][a-z0-9.+-]*[a-z0-9.+]$ ]] \
      || fail "パッケージの名前ではありません: $name" "Not the name of a package: $name"
  done
  folder=$(mktemp -d)
  install_packages "$folder" "$@"
  rm -rf "$folder"
}

# build_project FOLDER [MESON-OPTION...]
build_project () {
  local build=$1 log=$1/setup.log
  shift
  if [ ! -e "$build/build.ninja" ]; then
    echo "setup: configuring $build"
    meson setup "$build" "$repo" "$@" >"$log" 2>&1 \
      || { tail -n 30 "$log" >&2; fail "準備に失敗しました。記録: $log" "Configuring failed. Log: $log"; }
  fi
  echo "setup: building $build"
  ninja -C "$build" >"$log" 2>&1 \
    || { tail -n 60 "$log" >&2; fail "ビルドに失敗しました。記録: $log" "The build failed. Log: $log"; }
}

case ${1:-} in
  --packages)
    shift
    [ $# -gt 0 ] || usage
    check_machine
    install_named "$@" ;;
  --unpack)
    shift
    [ $# -gt 1 ] || usage
    check_machine
    mkdir -p "$1"
    unpack_named "$(readlink -f "$1")" "${@:2}" ;;
  -*) usage ;;
  *)
    build=$(readlink -m "${1:-$repo/build}") # apt takes other paths as below its own folders
    shift || true
    check_machine
    mkdir -p "$build"
    mapfile -t names < <(kiosk_list_packages "$repo/kiosk/demo/packages.txt")
    install_packages "$build" "${names[@]}"
    unpack_package "$build" chrony /usr/sbin/chronyd
    build_project "$build" "$@" ;;
esac
