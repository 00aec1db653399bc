#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# machine.sh [--core] [--build FOLDER] [CASE...] - boots the terminal's image in an emulated PC and checks it:
# by screen, keys, USB ports, disks and the wire; the quick variant also by an agent inside. See machine/run.py.
#
#   --core  the short run, under eight minutes
#
# Makes the builder tree and the image with the tests' own policy first, unless they are up to date. Results,
# pictures of every step and summary.txt: FOLDER/image/machine (FOLDER: build).
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
repo=$(dirname "$(dirname "$here")")
build=${KIOSK_BUILD:-$repo/build}
options=()
while [ $# -gt 0 ]; do
  case $1 in
    --core) options+=("$1"); shift ;;
    --build) build=$(readlink -f "$2"); shift 2 ;;
    -*) sed -n '4,10s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
    *) options+=("$1"); shift ;;
  esac
done

"$repo/kiosk/image/build" --policy "$here/machine/policy" --site "$here/machine/site.conf" \
  --output "$build/image/machine-image"
exec "$repo/kiosk/image/builder.sh" run "$build/image/builder" "$build/image" -- \
  /srv/kiosk/tests/e2e/machine/run.py --image /srv/build/machine-image --out /srv/build/machine "${options[@]}"
