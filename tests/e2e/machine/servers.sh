#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# servers.sh FOLDER LOGS WIDTH HEIGHT - the real RDP servers of the machine tests, in the network "servers" (see
# network.py), with the certificates of keys/, which the policy names. Writes "ready", then waits for its end.
set -euo pipefail
machine=$(dirname "$(readlink -f "$0")")
# desktops.sh finds its console there.
here=$machine/../../../kiosk/demo
# shellcheck disable=SC2034
stage=$1 logs=$2
width=$3 height=$4

# shellcheck source=kiosk/demo/desktops.sh
. "$here/desktops.sh"

# In place of the one that makes a new certificate each time.
server_make_certificate () {
  install -m 0644 "$machine/keys/$1.crt" "$(server_folder "$1")/server.crt"
  install -m 0600 "$machine/keys/$1.key" "$(server_folder "$1")/server.key"
}

mkdir -p "$stage/servers" "$logs"
server_shadow jumin-ap01 10.99.0.11 "$width" "$height"
server_shadow kokuho-ap01 10.99.0.12 "$width" "$height"
echo ready
wait
