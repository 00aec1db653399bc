#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# console.sh NAME FILE - what runs on a demo server's desktop: looks like an administrator's console,
# does nothing, and notes each line that it was given in FILE.
name=$1 file=$2
printf '\e[2J\e[H\e[1m%s 保守コンソール\e[0m\n\n' "$name"
printf '  %-10s %-18s %s\n' \
  10:15:22 JUKI-BATCH-031 '夜間異動分 取込      正常終了' \
  10:15:40 JUKI-BATCH-032 '証明書発行 集計      正常終了' \
  10:16:02 JUKI-BATCH-040 '宛名連携 送信        待機中' \
  11:30:11 JUKI-PATCH-1184 '11月定例パッチ 適用  実行中'
echo
while IFS= read -r -p 'maint> ' line; do
  printf '%s\n' "$line" >> "$file"
  [ -z "$line" ] || printf '      received: %s\n' "$line"
done
