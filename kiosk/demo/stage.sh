#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# stage.sh [--size WxH] [--lang ja|en] [--screen headless|x11|wayland] [--compositor WORDS] -- COMMAND...
#
# Inside world.sh: sets the scene of demo and end-to-end tests (people, servers, policy), starts the
# terminal under a supervisor that restarts its two programs as their units would, with its helpers
# started by socket, and runs COMMAND
# with everything it has to know in /run/demo/stage.json.
set -euo pipefail

here=$(dirname "$(readlink -f "$0")")
libexec=/usr/libexec/maintenance-kiosk
stage=/run/demo
logs=/mnt/out/logs
size=1280x800
lang=ja
screen=headless
compositor='cage --' # words before the shell's path

# shellcheck source=kiosk/demo/desktops.sh
. "$here/desktops.sh"

# ---- people ----

# ID, password, groups at the terminal, role; the names stand in the policy.
people=(
  'k-sato     Midori-2026-sato'
  't-suzuki   Midori-2026-suzuki'
  'm-tanaka   Midori-2026-tanaka'
  'h-ito      Midori-2026-ito'
)

make_people () {
  local id password
  while read -r id password; do
    userdel "$id" 2>/dev/null || true
    useradd --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin "$id"
    echo "$id:$password" | chpasswd --crypt-method YESCRYPT
  done < <(printf '%s\n' "${people[@]}")
}

# ---- servers ----

# Every session's picture must fit: the servers' desktops have the size of the terminal's screen
# below its bar.
start_servers () {
  local width=${size%x*} height=$((${size#*x} - 48))
  mkdir -p "$stage/servers" "$logs"
  server_shadow jumin-ap01 10.99.0.11 "$width" "$height"
  server_weston zeimu-ap02 10.99.0.12 "$width" "$height"
  server_weston kokuho-ap01 10.99.0.13 "$width" "$height"
}

# ---- policy ----

# The certificate of kokuho-ap01 is a real one, but not the registered one. bunsho-db01 is down: its
# address exists and nothing listens there. backup-bk01 is outside the work of k-sato.
write_policy () {
  local folder=/etc/maintenance-kiosk wrong
  wrong=$(printf 'another certificate' | sha256sum | cut -d' ' -f1)
  rm -rf "$folder"
  install -d -m 0755 "$folder" "$folder/policy.d"
  sed -e "s/@LANG@/$lang/" > "$folder/policy.conf" <<-'END'
	[policy]
	format=1

	[terminal]
	id=A-03
	site[ja]=みどり野市役所
	site[en]=Midorino City Hall
	location[ja]=本庁舎3階
	location[en]=Main building, 3rd floor
	contact[ja]=情報政策課
	contact[en]=Information Policy Section
	phone=0123-45-6789
	language=@LANG@
	keyboard=jp
	watermark=true
	spare[ja]=A-04（本庁舎2階）
	spare[en]=A-04 (main building, 2nd floor)

	[lock]
	idle=600
	logoff=1800
	warning=30

	[log]
	directory=/var/log/maintenance-kiosk

	[role engineer]
	persons=k-sato;t-suzuki

	[role auditor]
	persons=m-tanaka

	[person k-sato]
	name[ja]=佐藤 健一
	name[en]=Kenichi Sato

	[person t-suzuki]
	name[ja]=鈴木 卓也
	name[en]=Takuya Suzuki

	[person m-tanaka]
	name[ja]=田中 美咲
	name[en]=Misaki Tanaka

	[group resident]
	persons=k-sato

	[group backup]
	persons=t-suzuki
	END
  cat > "$folder/policy.d/10-servers.conf" <<-END
	[server jumin-ap01]
	label[ja]=住民記録 AP01
	label[en]=Resident registry AP01
	purpose[ja]=住民記録システムの定例保守
	purpose[en]=Regular maintenance of the resident registry
	address=10.99.0.11
	certificate-sha256=$(server_pin jumin-ap01)
	groups=resident
	ticket=required
	user=maint

	[server zeimu-ap02]
	label[ja]=税務 AP02
	label[en]=Tax AP02
	purpose[ja]=収納・課税システムの保守
	purpose[en]=Maintenance of the tax system
	address=10.99.0.12
	security=tls
	certificate-sha256=$(server_pin zeimu-ap02)
	groups=resident
	credentials=login

	[server kokuho-ap01]
	label[ja]=国民健康保険 AP01
	label[en]=Health insurance AP01
	purpose[ja]=国民健康保険システムの保守
	purpose[en]=Maintenance of the health insurance system
	address=10.99.0.13
	security=tls
	certificate-sha256=$wrong
	groups=resident
	user=maint

	[server bunsho-db01]
	label[ja]=文書管理 DB01
	label[en]=Document management DB01
	purpose[ja]=文書管理データベースの保守
	purpose[en]=Maintenance of the document database
	address=10.99.0.14
	certificate-sha256=$wrong
	groups=resident
	user=maint

	[server backup-bk01]
	label[ja]=バックアップ BK01
	label[en]=Backup BK01
	purpose[ja]=バックアップの確認
	purpose[en]=Checks of the backup
	address=10.99.0.15
	certificate-sha256=$wrong
	groups=backup
	user=maint
	END
  chmod 0644 "$folder"/policy.conf "$folder"/policy.d/*.conf
  kioskctl policy check "$folder/policy.conf" "$folder/policy.d/10-servers.conf" >"$logs/policy.log" \
    || { cat "$logs/policy.log" >&2; exit 1; }
}

# ---- the terminal ----

# supervise NAME COMMAND... - what systemd does with Restart=always.
supervise () {
  local name=$1 status
  shift
  while :; do
    status=0
    ("$@") >>"$logs/$name.log" 2>&1 </dev/null || status=$? # in a subshell: the command execs
    printf '%s %s ended with %s\n' "$(date -u +%FT%T.%3N)" "$name" "$status" >>"$logs/supervisor.log"
    # A window that the person closed ends the demo.
    if [ "$name" = screen ] && [ "$screen" != headless ] && [ "$status" = 0 ]; then
      kill -TERM $$
      return
    fi
    sleep 0.2
  done
}

run_kioskd () {
  install -d -m 0755 /run/maintenance-kiosk
  install -d -m 0700 /var/lib/maintenance-kiosk /var/log/maintenance-kiosk
  local status=0
  "$here/units.sh" kioskd || status=$?
  "$here/units.sh" end
  return "$status"
}

# The X server that stands for the monitor; its frame buffer is a file (see picture.py).
start_monitor () {
  install -d -o kiosk -g kiosk -m 0755 "$stage/monitor"
  ip netns exec screen setpriv --reuid kiosk --regid kiosk --clear-groups \
    Xvfb :1 -screen 0 "${size}x24" -fbdir "$stage/monitor" -nolisten tcp -ac -noreset \
    >"$logs/monitor.log" 2>&1 &
  until [ -S /tmp/.X11-unix/X1 ] && DISPLAY=:1 xdpyinfo >/dev/null 2>&1; do sleep 0.05; done
  export DISPLAY=:1
}

# cage's X11 window begins at 1024x768: give it the whole monitor, also after a restart.
fill_monitor () {
  local window geometry
  set +e # a window that vanishes between two looks must not end this
  while :; do
    window=$(xwininfo -root -children 2>/dev/null | awk '/^ +0x/ { print $1; exit }')
    if [ -n "$window" ]; then
      geometry=$(xwininfo -id "$window" 2>/dev/null | awk '/Width:|Height:/ { printf "%s ", $2 }')
      [ "$geometry" = "${size%x*} ${size#*x} " ] \
        || xdotool windowmove "$window" 0 0 windowsize "$window" "${size%x*}" "${size#*x}" 2>/dev/null || true
    fi
    sleep 0.2
  done
}

# cage and the shell as their unit starts them: user kiosk, no network at all, nothing to gain.
run_screen () {
  local backend=x11 environment connect=() pass=()
  install -d -o kiosk -g kiosk -m 0700 "$stage/kiosk"
  if [ "$screen" = wayland ]; then
    # The desktop's socket lies in a folder that kiosk cannot enter: connected first, then handed on
    # as descriptor 9 (WAYLAND_SOCKET, wl_display_connect(3)).
    backend=wayland
    connect=(python3 -c 'import os, socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
os.dup2(s.fileno(), 9)
os.execvp(sys.argv[2], sys.argv[2:])' "$KIOSK_WAYLAND")
    pass=(WAYLAND_SOCKET=9)
  fi
  environment=(PATH=/usr/bin:/bin HOME=/nonexistent LANG=C.UTF-8 "XDG_RUNTIME_DIR=$stage/kiosk"
    "WLR_BACKENDS=$backend" WLR_RENDERER=pixman WLR_LIBINPUT_NO_DEVICES=1 GSK_RENDERER=cairo
    XKB_DEFAULT_LAYOUT=jp XKB_DEFAULT_MODEL=jp106)
  if [ "$backend" = x11 ]; then
    environment+=("DISPLAY=$DISPLAY")
    if [ -n "${KIOSK_X_COOKIE:-}" ]; then
      # Family "wild": the cookie was made for the machine's name, which is another in here.
      # shellcheck disable=SC2001
      (umask 077; sed 's/^..../ffff/' <<<"$KIOSK_X_COOKIE" | xauth -q -f "$stage/kiosk/cookie" nmerge - 2>/dev/null)
      chown kiosk:kiosk "$stage/kiosk/cookie"
      environment+=("XAUTHORITY=$stage/kiosk/cookie")
    fi
  fi
  # shellcheck disable=SC2086
  exec ip netns exec screen "${connect[@]}" \
    setpriv --reuid kiosk --regid kiosk --clear-groups --inh-caps=-all --bounding-set=-all --no-new-privs \
    env -i "${environment[@]}" "${pass[@]}" $compositor "$libexec/kiosk-shell"
}

# What COMMAND has to know. Plain names and numbers: nothing here needs an escape in JSON.
write_facts () {
  {
    printf '{"monitor": "%s", "log": "%s", "size": [%s, %s], "language": "%s", "people": {' \
      "$stage/monitor/Xvfb_screen0" /var/log/maintenance-kiosk/audit.log "${size%x*}" "${size#*x}" "$lang"
    printf '%s\n' "${people[@]}" | awk '{ printf "%s\"%s\": \"%s\"", sep, $1, $2; sep = ", " }'
    printf '}, "servers": {'
    printf '%s\n' jumin-ap01 \
      | awk -v p="$server_password" -v f="$stage/servers" \
          '{ printf "%s\"%s\": {\"user\": \"maint\", \"password\": \"%s\", \"folder\": \"%s/%s\"}", sep, $1, p, f, $1; sep = ", " }'
    printf '}}\n'
  } > "$stage/stage.json"
}

while [ $# -gt 0 ]; do
  case $1 in
    --size) size=$2; shift 2 ;;
    --lang) lang=$2; shift 2 ;;
    --screen) screen=$2; shift 2 ;;
    --compositor) compositor=$2; shift 2 ;;
    --) shift; break ;;
    *) echo "stage.sh: unknown option $1" >&2; exit 2 ;;
  esac
done

export PYTHONDONTWRITEBYTECODE=1
trap 'exit 0' TERM
mkdir -p "$stage" "$logs"
make_people
start_servers
write_policy
write_facts
if [ "$screen" = headless ]; then
  start_monitor
  fill_monitor &
fi
"$here/units.sh" listen "$logs/helpers.log"
supervise kioskd run_kioskd &
supervise screen run_screen &
"$@"
