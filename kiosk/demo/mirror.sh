# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# Sourced by setup.sh and by the image builder: where this machine gets Debian from. No address of a mirror
# stands in the project; the machine's own apt sources are asked.

# kiosk_find_mirror FOLDER - the first address in the apt sources that ends in FOLDER (debian,
# debian-security), without a slash at its end; nothing when there is none. Cloud images keep theirs in
# lists of mirrors.
kiosk_find_mirror () {
  grep -rhoE "^(URIs:|deb |https?:).*" /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/mirrors 2>/dev/null \
    | grep -oE "https?://[^ ]+/$1/?( |\$)" | head -n 1 | sed 's,/* *$,,' || true
}

# kiosk_write_sources CODENAME FILE - one-line apt sources of a release with its updates and backports.
# Fails when the machine has no mirror.
kiosk_write_sources () {
  local mirror security key='[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]'
  mirror=$(kiosk_find_mirror debian)
  security=$(kiosk_find_mirror debian-security)
  [ -n "$mirror" ] || return 1
  {
    echo "deb $key $mirror $1 main"
    echo "deb $key $mirror $1-updates main"
    [ -z "$security" ] || echo "deb $key $security $1-security main"
    echo "deb $key $mirror $1-backports main"
  } > "$2"
}

# kiosk_write_preferences CODENAME FILE - only FreeRDP may come from backports. On Debian 12 the release has
# FreeRDP 2, and everything of the newer one taken from there would bring a libwayland along with which
# libgtk-4-dev can not be installed; on Debian 13 security fixes of FreeRDP arrive there first.
kiosk_write_preferences () {
  cat > "$2" <<-END_PREFERENCES
	Package: *
	Pin: release n=$1-backports
	Pin-Priority: 1

	Package: freerdp3* libfreerdp*3* libwinpr*3* winpr3-utils
	Pin: release n=$1-backports
	Pin-Priority: 600
	END_PREFERENCES
}

# kiosk_list_packages FILE - the names of a list of packages.
kiosk_list_packages () {
  sed -n '/^[a-z0-9]/s/ .*//p' "$@"
}
