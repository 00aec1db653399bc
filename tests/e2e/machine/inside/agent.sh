#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Runs inside the terminal (see agent.py): reads lines "MARK SCRIPT" from the second serial port, the script in
# base64, and answers "<MARK OUTPUT>". Debian's static busybox finds all its tools in itself (FEATURE_SH_STANDALONE):
# nothing of the image is used.
export tools=/run/machinetest
work=/run/machinetest-work
exec <>/dev/ttyS1 >&0 2>/dev/null
stty raw -echo
mkdir -p $work
cd $work || exit 1
while read -r mark script; do
  echo "$script" | base64 -d > script
  output=$($tools/busybox sh ./script 2>&1 </dev/null | base64 | tr -d '\n')
  printf '<%s %s>' "$mark" "$output"
done
