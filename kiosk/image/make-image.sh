#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# make-image.sh release|quick EPOCH REVISION SITE-FILE - the part of kiosk/image/build that runs inside the
# builder tree. Takes /srv/build/input, leaves /srv/build/result.
set -euo pipefail

variant=$1 epoch=$2 revision=$3 site=/srv/build/input/$4
here=/srv/kiosk/kiosk/image
work=/srv/build/mkosi
tree=$work/tree
definition=$work/definition
project=/srv/build/project

step () {
  printf '[%s] %s\n' "$(date +%T)" "$*"
}

# run LOG COMMAND... - shows the end of the log when the command fails.
run () {
  local log=$1
  shift
  "$@" >"$log" 2>&1 || { tail -n 40 "$log" >&2; echo "make-image: failed: $*; log: ${log#/srv/build/}" >&2; exit 1; }
}

# The youngest date of the archives that packages come from.
newest_archive () {
  local key url suite _
  rm -rf "$work/release"
  mkdir -p "$work/release"
  while read -r _ key url suite _; do
    /usr/lib/apt/apt-helper download-file "$url/dists/$suite/InRelease" "$work/release/$suite" >/dev/null 2>&1 \
      || { echo "make-image: $suite cannot be reached" >&2; exit 1; }
    date -d "$(sed -n 's/^Date: //p' "$work/release/$suite")" +%s
  done < /srv/build/input/sources.list | sort -n | tail -n 1
}

compile () {
  step 'プログラムのビルド / compiling'
  # Also where a folder is there already: it may have been set up otherwise.
  local options=(--buildtype=release -Dstrip=true)
  if [ -e "$project/build.ninja" ]; then
    run /srv/build/project.log meson configure "${options[@]}" "$project"
  else
    run /srv/build/project.log meson setup "${options[@]}" "$project" /srv/kiosk
  fi
  run /srv/build/project.log ninja -C "$project"
}

check_input () {
  mkdir -p "$work"
  step '設定の確認 / checking policy and site'
  # At the place where it will be: a policy names its certificates by their full path.
  local folder=/etc/maintenance-kiosk files
  mkdir -p "$folder"
  mount --bind /srv/build/input/policy "$folder"
  shopt -s nullglob
  files=("$folder/policy.conf" "$folder"/policy.d/*.conf)
  "$project/kiosk/ctl/kioskctl" policy check "${files[@]}"
  [ ! -e "$folder/accounts" ] || "$here/check-accounts.py" "$folder/accounts" "${files[@]}"
  # What follows from the policy is written while the policy lies where it will be.
  "$project/kiosk/ctl/kioskctl" policy chrony "${files[@]}" > "$work/chrony.conf"
  "$project/kiosk/ctl/kioskctl" policy chrony --hosts "${files[@]}" > "$work/hosts"
  "$project/kiosk/ctl/kioskctl" policy forward "${files[@]}" > "$work/forward.conf"
  if [ -s "$work/forward.conf" ] && ! ls "$folder"/collector/{ca.pem,terminal.pem,terminal.key} >/dev/null; then
    echo "make-image: [service collector] needs collector/ca.pem, terminal.pem and terminal.key beside policy.conf" >&2
    exit 1
  fi
  if grep -q '^keyfile ' "$work/chrony.conf" && [ ! -e "$folder/time.keys" ]; then
    echo "make-image: [time] with key= needs the file time.keys beside policy.conf" >&2
    exit 1
  fi
  umount "$folder"
}

# The terminal's own files, over which mkosi lays nothing.
make_tree () {
  rm -rf "$tree"
  mkdir -p "$tree"
  DESTDIR=$tree run /srv/build/install.log meson install --no-rebuild --quiet -C "$project"
  # Reviewing is done elsewhere.
  rm -f "$tree"/usr/bin/kiosk-review "$tree"/usr/libexec/maintenance-kiosk/{kiosk-log-find,kiosk-log-report}
  cp -R "$here/definition/overlay/." "$tree/"
  "$here/site-settings.py" "$site" "$tree" > "$work/site.sh"
  # shellcheck source=/dev/null
  . "$work/site.sh"
  install -d -m 0755 "$tree/etc/maintenance-kiosk"
  cp -R /srv/build/input/policy/. "$tree/etc/maintenance-kiosk/"
  [ ! -e "$tree/etc/maintenance-kiosk/accounts" ] || chmod 0600 "$tree/etc/maintenance-kiosk/accounts"
  [ ! -e "$tree/etc/maintenance-kiosk/time.keys" ] || chmod 0600 "$tree/etc/maintenance-kiosk/time.keys"
  [ ! -e "$tree/etc/maintenance-kiosk/oath.users" ] || chmod 0600 "$tree/etc/maintenance-kiosk/oath.users"
  # Without a time source chronyd does not start (kiosk-time.service).
  [ ! -s "$work/chrony.conf" ] || install -m 0644 "$work/chrony.conf" "$tree/etc/maintenance-kiosk/chrony.conf"
  # Without a collector nothing is sent (kiosk-forward.service).
  [ ! -s "$work/forward.conf" ] || install -m 0644 "$work/forward.conf" "$tree/etc/maintenance-kiosk/forward.conf"
  [ ! -e "$tree/etc/maintenance-kiosk/collector/terminal.key" ] || chmod 0600 "$tree/etc/maintenance-kiosk/collector/terminal.key"
  cat "$work/hosts" >> "$tree/etc/hosts"
}

# The words of cmdline.txt; for tests, what a test needs and a terminal must not have is left out.
command_line () {
  local words
  words=$(sed 's/#.*//' "$here/definition/cmdline.txt" | tr -s ' \n' ' ')
  if [ "$variant" = quick ]; then
    words=$(sed 's/systemd.import_credentials=no//; s/loglevel=0/loglevel=4/' <<<"$words")
    words="root=/dev/vda rootfstype=erofs ro console=ttyS0 $words"
  fi
  [ -z "$display_mode" ] || words+=" video=$display_mode"
  tr -s ' ' <<<"$words" | sed 's/^ //; s/ $//'
}

write_identity () {
  local inputs
  inputs=$({ echo "$revision"; cd /srv/build/input; find policy "$site" -type f -print0 | sort -z | xargs -0 sha256sum; } \
    | sha256sum)
  version=$(date -u -d "@$epoch" +%Y.%-m.%-d)-${inputs:0:4}
  seed=$(python3 -c 'import sys, uuid; print(uuid.uuid5(uuid.NAMESPACE_OID, sys.argv[1]))' "$inputs")
  install -d "$tree/usr/share/maintenance-kiosk"
  command_line > "$tree/usr/share/maintenance-kiosk/cmdline"
  echo "$revision" > "$tree/usr/share/maintenance-kiosk/revision"
}

# All that says a time in the image says that of the archive, not that of our last change: mkosi keeps a tree as long
# as the archive stays, and what is in it (days in shadow(5), for one) must be what a tree made today would have.
write_definition () {
  rm -rf "$definition" "$work/sandbox"
  cp -R "$here/definition" "$definition"
  mkdir -p "$definition/mkosi.conf.d" "$work/sandbox/etc/apt/sources.list.d" "$work/sandbox/etc/apt/preferences.d"
  cp /srv/build/input/preferences "$work/sandbox/etc/apt/preferences.d/kiosk"
  # mkosi leaves its own list out when there is one of this name.
  cp /srv/build/input/sources.list "$work/sandbox/etc/apt/sources.list.d/kiosk.list"
  : > "$work/sandbox/etc/apt/sources.list.d/mkosi.sources"
  cat > "$definition/mkosi.conf.d/generated.conf" <<-END
	[Output]
	ImageVersion=$version
	Seed=$seed
	[Content]
	SourceDateEpoch=$archive
	Environment=IMAGE_DATE=$(date -u -d "@$epoch" +%F)
	KernelCommandLine=$(command_line)
	Packages=$(sed -n '/^[a-z0-9]/s/ .*//p' "$here/packages.txt" | paste -sd,)
	END
  if [ "$variant" = quick ]; then
    rm "$definition"/mkosi.repart/*.conf
    printf '[Partition]\nType=root\nFormat=erofs\nCopyFiles=/\nMinimize=best\nSplitName=root\n' \
      > "$definition/mkosi.repart/10-root.conf"
  else
    cat > "$definition/mkosi.repart/20-log.conf" <<-END
	# The only place on the disk that is written to.
	[Partition]
	Type=linux-generic
	Label=kiosk-log
	SizeMinBytes=$log_size
	SizeMaxBytes=$log_size
	END
  fi
}

# ukify looks for its settings in a folder of its own.
draw_splash () {
  rsvg-convert "$here/definition/splash.svg" -o "$work/splash.png"
  python3 -c 'import sys; from PIL import Image; Image.open(sys.argv[1]).convert("RGB").save(sys.argv[2])' \
    "$work/splash.png" /usr/lib/systemd/kiosk-splash.bmp
  printf '[UKI]\nSplash=/usr/lib/systemd/kiosk-splash.bmp\n' > /usr/lib/systemd/ukify.conf
}

make_image () {
  step "イメージの作成 / making image $version ($variant)"
  # What mkosi keeps of an earlier build is as old as the packages were then, and says their archive's time.
  local cache_of="packages and times of $archive"
  [ "$(cat "$work/cache-of" 2>/dev/null)" = "$cache_of" ] || rm -rf "$work/cache"
  echo "$cache_of" > "$work/cache-of"
  mkdir -p "$work"/{cache,packages,workspace,out}
  rm -rf "$work"/out/*
  run /srv/build/mkosi.log mkosi -C "$definition" --force build
}

# The file system of the log. Made here and not by repart, which lets mke2fs draw a number by lot: the same
# input is to give the same image.
fill_log_partition () {
  local image=$1 start
  rm -f "$work/log.ext4"
  export E2FSPROGS_FAKE_TIME=$archive
  run /srv/build/mke2fs.log mke2fs -t ext4 -U "$seed" -E "hash_seed=$seed,root_owner=0:0" -m 1 -L kiosk-log \
    "$work/log.ext4" "$log_size"
  run /srv/build/debugfs.log debugfs -w -f - "$work/log.ext4" <<-'END'
	rmdir lost+found
	mkdir state
	set_inode_field state mode 040700
	set_inode_field <2> mode 040700
	END
  start=$(sfdisk --dump "$image" | sed -n '/name="kiosk-log"/s/.*start= *\([0-9]*\),.*/\1/p')
  dd if="$work/log.ext4" of="$image" bs=512 seek="$start" conv=notrunc status=none # also its zeros: a used disk is written over
}

collect () {
  local result=/srv/build/result out=$work/out
  rm -rf "$result"
  mkdir -p "$result"
  if [ "$variant" = quick ]; then
    cp "$out/terminal.vmlinuz" "$result/vmlinuz"
    cp "$out/terminal.initrd" "$result/initrd"
    cp "$out/terminal.root.raw" "$result/root.erofs"
    command_line > "$result/cmdline"
  else
    cp --sparse=always "$out/terminal.raw" "$result/terminal.raw"
    fill_log_partition "$result/terminal.raw"
    cp "$out/terminal.manifest" "$result/terminal.manifest"
    (cd "$result"; sha256sum terminal.raw > terminal.raw.sha256)
    echo "$version" > "$result/version"
  fi
}

compile
check_input
archive=$(newest_archive)
[ "$archive" -le "$epoch" ] || epoch=$archive
make_tree
write_identity
write_definition
draw_splash
make_image
collect
step "できあがり / made: $version"
