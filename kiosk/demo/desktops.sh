# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154,SC2174
#
# Sourced by stage.sh: the real RDP servers of the demo, each with a small desktop. They live in the
# network "servers"; their files in $stage/servers/NAME:
#   server.crt, server.key   certificate, self-signed; its digest is the pin of the policy
#   Xvfb_screen0             frame buffer of the desktop (shadow): what the server itself shows
#   typed                    lines that its console received from a keyboard

server_password=Saku-2026

server_folder () {
  echo "$stage/servers/$1"
}

server_pin () {
  openssl x509 -in "$(server_folder "$1")/server.crt" -outform DER | sha256sum | cut -d' ' -f1
}

server_make_certificate () {
  local folder
  folder=$(server_folder "$1")
  openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=$1" -addext "subjectAltName=IP:$2" \
    -keyout "$folder/server.key" -out "$folder/server.crt" 2>/dev/null
}

# Waits until somebody listens at ADDRESS:3389 in the servers' network.
server_wait () {
  local tries
  for tries in {1..600}; do
    if ip netns exec servers ss -Hltn "src $1 and sport = 3389" | grep -q .; then return; fi
    sleep 0.1
  done
  echo "stage.sh: the server at $1 does not listen after $tries tries" >&2
  exit 1
}

# server_shadow NAME ADDRESS WIDTH HEIGHT [SECURITY...] - FreeRDP's shadow server over an X desktop: NLA
# unless told otherwise, H.264.
server_shadow () {
  local name=$1 address=$2 width=$3 height=$4 folder display
  shift 4
  [ $# -gt 0 ] || set -- /sec:nla
  folder=$(server_folder "$name")
  display=:$((10 + ${address##*.}))
  mkdir -p "$folder/config/freerdp/shadow"
  server_make_certificate "$name" "$address"
  cp "$folder/server.crt" "$folder/config/freerdp/shadow/shadow.crt"
  cp "$folder/server.key" "$folder/config/freerdp/shadow/shadow.key"
  (umask 077; winpr-hash3 -u maint -p "$server_password" -f sam > "$folder/sam")
  ip netns exec servers Xvfb "$display" -screen 0 "${width}x${height}x24" -fbdir "$folder" \
    -nolisten tcp -ac -noreset >"$logs/$name-desktop.log" 2>&1 &
  until [ -S "/tmp/.X11-unix/X${display#:}" ] && DISPLAY=$display xdpyinfo >/dev/null 2>&1; do sleep 0.05; done
  DISPLAY=$display xsetroot -solid '#17507f' -cursor_name left_ptr
  DISPLAY=$display ip netns exec servers xterm -u8 \
    -fa 'DejaVu Sans Mono' -fd 'Noto Sans Mono CJK JP' -fs 14 -geometry 84x22+90+70 \
    -bg '#10161c' -fg '#d8f0d0' -b 14 +sb -e "$here/console.sh" "$name" "$folder/typed" \
    >>"$logs/$name-desktop.log" 2>&1 &
  HOME=$folder XDG_CONFIG_HOME=$folder/config DISPLAY=$display ip netns exec servers \
    freerdp-shadow-cli3 "/bind-address:$address" /port:3389 "/sam-file:$folder/sam" "$@" \
    >"$logs/$name.log" 2>&1 &
  server_wait "$address"
}

# server_weston NAME ADDRESS WIDTH HEIGHT - weston's RDP backend: TLS, RemoteFX. It lets anybody in.
# weston 14 sends everybody away who has no clipboard channel; there FreeRDP's server stands in.
server_weston () {
  local name=$1 address=$2 width=$3 height=$4 folder
  case $(weston --version) in
    weston\ 10.*) ;;
    *) server_shadow "$@" /sec:tls -auth; return ;;
  esac
  folder=$(server_folder "$name")
  mkdir -p -m 0700 "$folder/run"
  server_make_certificate "$name" "$address"
  cat > "$folder/weston.ini" <<-END
	[core]
	idle-time=0
	xwayland=false
	[shell]
	background-color=0xff5a3a6e
	panel-position=bottom
	clock-format=none
	locking=false
	[terminal]
	font=Noto Sans Mono CJK JP
	font-size=15
	[autolaunch]
	path=$folder/start
	END
  # weston-terminal's --shell takes a path without arguments.
  printf '#!/bin/sh\nexec "%s/console.sh" "%s" "%s/typed"\n' "$here" "$name" "$folder" > "$folder/console"
  printf '#!/bin/sh\nexec weston-terminal "--shell=%s/console"\n' "$folder" > "$folder/start"
  chmod +x "$folder/console" "$folder/start"
  HOME=$folder XDG_RUNTIME_DIR=$folder/run ip netns exec servers \
    weston --backend=rdp-backend.so --config="$folder/weston.ini" --socket="$name" \
    "--address=$address" --port=3389 "--width=$width" "--height=$height" \
    "--rdp-tls-cert=$folder/server.crt" "--rdp-tls-key=$folder/server.key" --no-clients-resize \
    >"$logs/$name.log" 2>&1 &
  server_wait "$address"
}
