#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# server.sh KIND FOLDER PORT [SERVER-OPTIONS...] - one real RDP server at 127.0.0.1:PORT over a desktop
# of its own, for tests. KIND: shadow (NLA; FreeRDP), xrdp (TLS, Display Control), weston (TLS; lets
# anybody in). weston 14 sends everybody away who has no clipboard channel; where it is installed,
# FreeRDP's server stands in with TLS and without a log-on.
#
# FOLDER must exist; a server.crt and server.key in it are used, made otherwise. When the server
# listens, one line "ready DISPLAY PID" goes to standard output. What is typed into the desktop's
# terminal stands in FOLDER/typed. It ends, with all it started, when standard input ends.
# User tester, password "Saku-2026".
set -euo pipefail

kind=$1 folder=$2 port=$3
shift 3
log=$folder/server.log
display=none
pids=()

finish () {
  local pid
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do
    for _ in {1..50}; do kill -0 "$pid" 2>/dev/null || continue 2; sleep 0.02; done
    kill -KILL "$pid" 2>/dev/null || true
  done
}
trap finish EXIT
trap 'exit 1' INT TERM

export HOME=$folder XDG_CONFIG_HOME=$folder/config XDG_RUNTIME_DIR=$folder/run LC_ALL=C.UTF-8
mkdir -p -m 700 "$folder/run" "$folder/config/freerdp/shadow"

if [ ! -e "$folder/server.crt" ]; then
  openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=server -addext subjectAltName=IP:127.0.0.1 \
    -keyout "$folder/server.key" -out "$folder/server.crt" 2>>"$log"
fi

wait_for () { # COMMAND... until it succeeds
  local tries
  for tries in {1..400}; do
    if "$@" >>"$log" 2>&1; then return; fi
    sleep 0.05
  done
  echo "server.sh: gave up waiting for: $*" >&2
  cat "$log" >&2
  exit 1
}

listens () {
  ss -Hltn "sport = $1" | grep -q .
}

# x_server COMMAND... - starts it and sets $display
x_server () {
  mkfifo "$folder/display"
  "$@" -displayfd 9 9>"$folder/display" >>"$log" 2>&1 &
  pids+=($!)
  read -r display <"$folder/display"
  display=:$display
}

desktop () {
  export DISPLAY=$display
  xsetroot -solid '#17507f' -cursor_name left_ptr
  xterm -u8 -fa 'DejaVu Sans Mono' -fs 14 -geometry 50x10+40+40 -b 10 +sb -bg '#101820' -fg '#e0f0e0' \
    -e sh -c "echo Maintenance console; touch '$folder/console'; exec cat >'$folder/typed'" \
    >>"$log" 2>&1 &
  pids+=($!)
  wait_for test -e "$folder/console"
}

shadow_certificate () {
  cp "$folder/server.crt" "$folder/config/freerdp/shadow/shadow.crt"
  cp "$folder/server.key" "$folder/config/freerdp/shadow/shadow.key"
}

if [ "$kind" = weston ]; then
  case $(weston --version) in weston\ 10.*) ;; *) kind=open ;; esac
fi

case $kind in
  open)
    shadow_certificate
    x_server Xvfb -screen 0 800x600x24 -nolisten tcp -ac -noreset
    DISPLAY=$display xsetroot -solid '#17507f'
    DISPLAY=$display freerdp-shadow-cli3 /bind-address:127.0.0.1 "/port:$port" /sec:tls -auth "$@" >>"$log" 2>&1 &
    ;;
  shadow)
    shadow_certificate
    winpr-hash3 -u tester -p Saku-2026 -f sam >"$folder/sam"
    x_server Xvfb -screen 0 800x600x24 -nolisten tcp -ac -noreset
    desktop
    freerdp-shadow-cli3 /bind-address:127.0.0.1 "/port:$port" "/sam-file:$folder/sam" "$@" >>"$log" 2>&1 &
    ;;
  xrdp)
    vnc=$((port + 1000))
    x_server Xtigervnc -geometry 800x600 -depth 24 -SecurityTypes None -rfbport "$vnc" -localhost \
      -AlwaysShared -ac
    desktop
    cat >"$folder/xrdp.ini" <<-END
	[Globals]
	ini_version=1
	fork=false
	port=tcp://127.0.0.1:$port
	tcp_nodelay=true
	security_layer=tls
	certificate=$folder/server.crt
	key_file=$folder/server.key
	ssl_protocols=TLSv1.2, TLSv1.3
	autorun=console
	allow_channels=true
	max_bpp=32
	use_fastpath=both
	[Logging]
	LogFile=$folder/xrdp.log
	LogLevel=INFO
	EnableSyslog=false
	[Channels]
	rdpdr=true
	rdpsnd=true
	drdynvc=true
	cliprdr=true
	[console]
	name=console
	lib=libvnc.so
	ip=127.0.0.1
	port=$vnc
	username=na
	password=na
	END
    xrdp --nodaemon --config "$folder/xrdp.ini" >>"$log" 2>&1 &
    ;;
  weston)
    printf '[core]\nidle-time=0\n[shell]\npanel-position=none\nbackground-color=0xff17507f\nlocking=false\n' \
      >"$folder/config/weston.ini"
    weston --backend=rdp-backend.so --address=127.0.0.1 "--port=$port" --width=800 --height=600 \
      --no-clients-resize "--rdp-tls-cert=$folder/server.crt" "--rdp-tls-key=$folder/server.key" \
      --socket=rdp-test "$@" >>"$log" 2>&1 &
    ;;
  *)
    echo "server.sh: unknown kind $kind" >&2
    exit 2
    ;;
esac
server=$!
pids=("$server" ${pids[@]+"${pids[@]}"})
wait_for listens "$port"
echo "ready $display $server"
cat >/dev/null || true
