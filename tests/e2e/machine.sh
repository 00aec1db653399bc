#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# machine.sh [--core] [--keep] [--build FOLDER] [CASE...] - boots the terminal's image in an emulated PC and checks it:
# by screen, keys, USB ports, disks and the wire; the quick variant also by an agent inside. See machine/run.py.
#
#   --core  the short run, under eight minutes
#   --keep  with the images of the last run; otherwise they are made first, with the tests' own policy
#
# Results, pictures of every step and summary.txt: FOLDER/image/machine (FOLDER: build).
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
repo=$(dirname "$(dirname "$here")")
build=${KIOSK_BUILD:-$repo/build}
options=() keep=''
while [ $# -gt 0 ]; do
  case $1 in
    --core) options+=("$1"); shift ;;
    --keep) keep=1; shift ;;
    --build) build=$(readlink -f "$2"); shift 2 ;;
    -*) sed -n '4,11s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
    *) options+=("$1"); shift ;;
  esac
done

make_image () {
  "$repo/kiosk/image/build" --policy "$here/machine/policy" --site "$here/machine/site.conf" \
    --build "$build/image" --output "$build/image/machine-image" "$@"
}

if [ -z "$keep" ]; then
  make_image
  make_image --quick
fi
exec "$repo/kiosk/image/builder.sh" run "$build/image/builder" "$build/image" -- \
  /srv/kiosk/tests/e2e/machine/run.py --image /srv/build/machine-image --out /srv/build/machine "${options[@]}"
