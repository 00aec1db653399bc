#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# guide.sh FOLDER - the words that demo.sh prints; then waits. FOLDER is the outer name of /mnt/out.
# Without a desktop it keeps a picture of the screen in FOLDER and takes keys from a file there.
set -euo pipefail
export PYTHONPATH=/mnt/repo/kiosk/demo PYTHONDONTWRITEBYTECODE=1
facts=/run/demo/stage.json

python3 - "$facts" <<-'END'
	import json, sys
	facts = json.load(open(sys.argv[1]))
	roles = {"k-sato": ("佐藤 健一（保守担当）", "engineer"), "t-suzuki": ("鈴木 卓也（別の担当）", "engineer, other work"),
	         "m-tanaka": ("田中 美咲（監査担当）", "auditor"), "h-ito": ("権限のないアカウント", "valid account without a role")}
	print("\nリモート保守端末 デモ / Remote maintenance terminal, demo\n")
	print("  ID          パスワード / password")
	for person, password in facts["people"].items():
	    print(f"  {person:<11} {password:<24} {roles[person][0]} / {roles[person][1]}")
	print("\n  サーバーで使う名前とパスワード / user and password at the servers:")
	for name, server in facts["servers"].items():
	    print(f"    {name:<12} {server['user']} / {server['password']}")
	print("    zeimu-ap02   ログインと同じ / those of the log-in")
	END

if [ -S /tmp/.X11-unix/X1 ] && [ "${DISPLAY:-}" = :1 ]; then
  cat <<-END

	画面が見つからないため、仮想の画面で動かしています。
	  今の画面:   $1/screen.png（1秒ごとに更新）
	  キー入力:   echo k-sato > $1/keys   （1行ごとに Enter を押します）
	  自動実行:   kiosk/demo.sh --scripted FOLDER
	There is no display, so the terminal runs on a virtual screen.
	  Screen now: $1/screen.png (renewed every second)
	  Keys:       echo k-sato > $1/keys   (Enter is pressed after each line)
	  By itself:  kiosk/demo.sh --scripted FOLDER
	Ctrl+C で終わります。 Ctrl+C ends it.
	END
  exec python3 /mnt/repo/kiosk/demo/headless.py
fi
echo
echo 'ウィンドウを閉じるか Ctrl+C で終わります。 Close the window or press Ctrl+C to end it.'
exec sleep infinity
