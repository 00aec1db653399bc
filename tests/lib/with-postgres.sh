#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# with-postgres.sh COMMAND... - runs COMMAND beside a PostgreSQL server of its own: a new one in a temporary folder, on a socket there
# and on no address. KIOSK_INDEX_URL says where. Nothing is left of it.
set -euo pipefail

bin=$(find /usr/lib/postgresql -maxdepth 2 -name bin | sort -V | tail -n 1)
folder=$(mktemp -d /tmp/postgres-XXXXXX)
server=

# The server refuses to run as root.
as=()
if [ "$(id -u)" = 0 ]; then
  as=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
  chown nobody:nogroup "$folder"
fi

stop () {
  if [ -n "$server" ]; then
    kill -INT "$server" 2>/dev/null || true
    wait "$server" || true
  fi
  rm -rf "$folder"
}
trap stop EXIT

cd "$folder"
"${as[@]}" "$bin/initdb" -D "$folder/data" -U kiosk -A trust -E UTF8 --locale=C.UTF-8 -N >"$folder/initdb.log" 2>&1 \
  || { cat "$folder/initdb.log" >&2; exit 1; }
"${as[@]}" "$bin/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c fsync=off >"$folder/server.log" 2>&1 &
server=$!
for ((i = 0; i < 600; i++)); do
  "$bin/pg_isready" -q -h "$folder" && break
  kill -0 "$server" || { cat "$folder/server.log" >&2; exit 1; }
  sleep 0.1
done
cd - >/dev/null
status=0
KIOSK_INDEX_URL="postgresql:///postgres?host=$folder&user=kiosk" "$@" || status=$?
exit "$status"
