#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# prune-data.sh ROOT - data of the packages whose programs prune.py deleted: kept are those folders of
# /usr/share and /etc that something in the terminal reads.
set -euo pipefail
root=${1:?}
share='fontconfig fonts glib-2.0 icons libinput libdrm maintenance-kiosk mime xkeyboard-config-2 X11 zoneinfo
       pam-configs pam cracklib dict libwacom unicode'
etc='fonts fstab group group- gshadow hostname hosts ld.so.cache ld.so.conf ld.so.conf.d localtime login.defs
     machine-id maintenance-kiosk modprobe.d nsswitch.conf os-release pam.d pam.conf passwd security shadow ssl
     sysctl.d systemd tmpfiles.d udev'
keep_only () {
  local folder=$1 entry
  shift
  for entry in "$folder"/* "$folder"/.[!.]*; do
    [ -e "$entry" ] || [ -L "$entry" ] || continue
    case " $* " in
      *" ${entry##*/} "*) ;;
      *) rm -rf "$entry" ;;
    esac
  done
}
# shellcheck disable=SC2086
keep_only "$root/usr/share" $share
# shellcheck disable=SC2086
keep_only "$root/etc" $etc
find "$root/usr/share/X11" -mindepth 1 -maxdepth 1 ! -name xkb -exec rm -rf {} +
rm -rf "$root"/usr/share/zoneinfo/{right,posix} "$root/etc/ssl/certs" "$root/etc/ssl/private"
