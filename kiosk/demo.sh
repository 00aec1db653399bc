#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# demo.sh - sets everything up and shows the maintenance terminal with real RDP servers behind it.
#
# It runs in a world of its own (kiosk/demo/world.sh): the machine keeps its files, users, network
# and firewall as they are. Ctrl+C, or closing the window, ends all of it.
set -euo pipefail

repo=$(cd "$(dirname "$0")/.." && pwd)
build=$repo/build
lang=ja size=1280x800 scripted='' shots=''

usage () {
  cat <<-'END'
	使い方 / Usage: sudo kiosk/demo.sh [--lang ja|en] [--size WIDTHxHEIGHT] [--scripted FOLDER]

	  （なし）           画面のあるパソコンでは、保守端末をウィンドウで開きます。
	  (none)             Opens the terminal in a window, where there is a desktop.
	  --scripted FOLDER  画面なしで、キーとポインタを自動で操作し、各手順を確かめて、
	                     画面の写し・監査ログ・要約を FOLDER に書きます。
	                     Without a display: works the terminal by injected keys and pointer, checks
	                     each step, writes pictures, audit log and summary into FOLDER.
	  --lang en          表示を英語にします。 English pages.
	  --size 1920x1080   画面の大きさ。 Size of the screen.
	END
}

while [ $# -gt 0 ]; do
  case $1 in
    --lang) lang=${2:?}; shift 2 ;;
    --size) size=${2:?}; shift 2 ;;
    --scripted) scripted=${2:?}; shift 2 ;;
    --build) build=${2:?}; shift 2 ;; # for developers: another build folder
    -h|--help) usage; exit ;;
    *) usage >&2; exit 2 ;;
  esac
done
case $lang in ja|en) ;; *) usage >&2; exit 2 ;; esac
[[ $size =~ ^[0-9]{3,4}x[0-9]{3,4}$ ]] || { usage >&2; exit 2; }

"$repo/kiosk/demo/setup.sh" "$build"

if [ -n "$scripted" ]; then
  mkdir -p "$scripted"
  exec "$repo/kiosk/demo/world.sh" --build "$build" --out "$scripted" -- \
    /mnt/repo/kiosk/demo/stage.sh --size "$size" --lang "$lang" -- /mnt/repo/kiosk/demo/scripted.py
fi

# A desktop to open a window on: X11 where there is one (most Wayland desktops offer it too).
options=()
screen=headless
if [ -n "${DISPLAY:-}" ] && [ -d /tmp/.X11-unix ]; then
  screen=x11
  options+=(--share /tmp/.X11-unix)
elif [ -n "${WAYLAND_DISPLAY:-}" ]; then
  socket=$WAYLAND_DISPLAY
  [[ $socket = /* ]] || socket=${XDG_RUNTIME_DIR:-/run/user/${SUDO_UID:-0}}/$socket
  if [ -S "$socket" ]; then
    screen=wayland
    options+=(--share "$socket")
    export KIOSK_WAYLAND=$socket
  fi
fi
if [ "$screen" = x11 ]; then
  # The cookie of the desktop, for whoever runs cage inside.
  cookie=$(xauth -f "${XAUTHORITY:-$HOME/.Xauthority}" nlist "$DISPLAY" 2>/dev/null || true)
  export KIOSK_X_COOKIE=$cookie
fi
shots=$build/demo
rm -rf "$shots"
mkdir -p "$shots"
exec "$repo/kiosk/demo/world.sh" --build "$build" --out "$shots" "${options[@]}" -- \
  /mnt/repo/kiosk/demo/stage.sh --size "$size" --lang "$lang" --screen "$screen" -- \
  /mnt/repo/kiosk/demo/guide.sh "$shots"
