#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# screenshots.sh FOLDER - takes the pictures of `demo.sh --scripted FOLDER` over into the documents,
# with 64 colours each so that they stay small.
set -euo pipefail
from=$1 to=$(dirname "$0")/../docs/screenshots
mkdir -p "$to"
for name in 01-login 02-login-failed 03-servers 05-typed 06-wrong-certificate 07-locked; do
  /usr/bin/python3 -c '
import sys
from PIL import Image
Image.open(sys.argv[1]).convert("RGB").quantize(64, dither=Image.Dither.NONE).save(sys.argv[2], optimize=True)' \
    "$from/$name.png" "$to/${name#*-}.png"
done
mv "$to/typed.png" "$to/session.png"
