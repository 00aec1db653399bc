#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""check-tree.py ROOT - the last look at the tree of a terminal before it becomes an image: what must not be in
it is not in it. Prints each fault and fails; nothing that is wrong becomes an image (R17; A81, C35, C36).
"""

import os
import re
import stat
import sys

# Nobody needs a program of these names on a terminal; each would be a way out of it.
FORBIDDEN = re.compile(
    r'(ba|da|z|k|c|tc|fi|a)?sh|busybox|python[0-9.]*|perl[0-9.]*|lua.*|awk|gawk|mawk|sed|gcc.*|cc|g\+\+|ld(\.bfd)?|as|'
    r'make|gdb|strace|Xwayland|Xorg|xterm|apt.*|dpkg.*|curl|wget|nc|ncat|netcat|ssh.*|scp|telnet|ftp|su|sudo|pkexec|'
    r'login|agetty|getty|sulogin|passwd|chpasswd|useradd|systemd-run|systemd-nspawn|machinectl|nsenter|unshare|'
    r'mkfs.*|gpg.*|openssl|vi|vim.*|nano|ed|less|more|dbus-daemon|dbus-broker.*|systemd-sleep')
FORBIDDEN_UNITS = re.compile(
    r'(emergency|rescue|debug-shell|systemd-logind)\.service|.*getty.*|ctrl-alt-del\.target|sshd.*|dbus.*|user@.*|'
    r'systemd-ask-password.*|systemd-(suspend|hibernate|hybrid-sleep|suspend-then-hibernate)\.service|'
    r'(hibernate|suspend|sleep|hybrid-sleep|suspend-then-hibernate|kexec|rescue)\.target')
# Programs that would make a network of their own, set the clock by their own, or ask for names.
FORBIDDEN_NETWORK = re.compile(
    r'wpa_supplicant|wpa_cli|hostapd|iwd|iw|iwconfig|rfkill|NetworkManager|nmcli|ModemManager|mmcli|bluetoothd|bluetoothctl|'
    r'pppd|chat|openvpn|dhclient|dhcpcd|udhcpc|avahi-daemon|dnsmasq|systemd-resolved|resolvectl|systemd-timesyncd|'
    r'timedatectl|ntpd|ntpdate|chronyc|ip|ifconfig|brctl')
# Drivers of network interfaces that are no cable (R13), below lib/modules/VERSION/kernel.
FORBIDDEN_MODULES = re.compile(
    r'drivers/net/(wireless|usb|wwan|bluetooth|ppp|slip|hamradio|ieee802154|can|plip|arcnet|thunderbolt|tun\.|tap\.|bonding|'
    r'team|macvlan|macvtap|ipvlan|dummy|veth|vxlan|geneve|mhi_net)|drivers/(bluetooth|nfc|firewire|thunderbolt|bus/mhi)/|'
    r'drivers/usb/class/cdc-(wdm|acm)|drivers/net/ethernet/.*usb|'
    r'net/(wireless|mac80211|bluetooth|rfkill|nfc|ieee802154|mac802154|can|ax25|netrom|rose|bridge|l2tp|8021q|atm|x25|6lowpan|'
    r'batman-adv|tipc|sctp|rds|openvswitch|mpls)/')
# Drivers of devices that a terminal has not (R15, R16): storage, cameras, sound, printers, phones, serial and parallel
# lines, cards, discs, FireWire, Thunderbolt, and of devices and disks that are somewhere else or that a program makes up.
FORBIDDEN_DEVICES = re.compile(
    r'sound/|drivers/(mmc|memstick|pcmcia|parport|cdrom|firewire|thunderbolt|infiniband|uio|vfio|isdn|comedi|staging|w1|'
    r'accessibility|target|iio|greybus|most|counter)/|drivers/media/(?!cec/core/|rc/rc-core\.)|'
    r'drivers/usb/(?!core/usbcore\.|common/usb-common\.|typec/typec\.|host/[eoux]hci-)|'
    r'drivers/block/(?!virtio_blk\.)|drivers/tty/|drivers/char/(lp|ppdev|ttyprintk|pcmcia)|drivers/mtd/|'
    r'drivers/scsi/(?!(scsi_mod|scsi_common|sd_mod|virtio_scsi|hv_storvsc|scsi_transport_fc)\.)|'
    r'drivers/nvme/(host/(?!nvme\.|nvme-core\.)|target/)|drivers/ata/(pata|sata)_|'
    r'drivers/input/(joystick|tablet|touchscreen|gameport|misc/uinput|mouse/(?!psmouse\.)|serio/(?!i8042|libps2|serio\.))|'
    r'drivers/hid/(?!(hid|hid-generic|hid-multitouch)\.|usbhid/usbhid\.|i2c-hid/)|drivers/virtio/virtio_input|'
    r'drivers/i2c/(i2c-dev|i2c-stub|busses/i2c-(diolan|robotfuzz|tiny-usb|taos|parport|viperboard|ljca))|drivers/spi/|'
    r'drivers/video/fbdev/|drivers/gpu/drm/(udl|gm12u320|tiny/gm12u320)|fs/(fuse|fat|exfat|isofs|udf|ntfs3?|nfs|smb|9p)/')
BLOCKED = 'usr/lib/modprobe.d/maintenance-kiosk.conf'
PROGRAM_FOLDERS = ('usr/bin', 'usr/sbin', 'usr/libexec', 'usr/lib/systemd')


def walk(root):
    """Every path of the tree with its status."""
    for folder, folders, files in os.walk(root):
        for name in folders + files:
            path = os.path.join(folder, name)
            yield os.path.relpath(path, root), os.lstat(path)


def read_blocked(root):
    """Names of the modules that the terminal's own settings forbid (modprobe.d(5): install NAME /bin/false)."""
    path = os.path.join(root, BLOCKED)
    if not os.path.exists(path):
        return set()
    with open(path, encoding='utf-8') as lines:
        return {line.split()[1].replace('-', '_') for line in lines if re.match(r'install \S+ /bin/false$', line)}


def find_faults(root):
    """What is wrong, one line each."""
    blocked = read_blocked(root)
    for path, status in walk(root):
        mode = status.st_mode
        name = os.path.basename(path)
        folder = os.path.dirname(path)
        if stat.S_ISREG(mode) and (mode & (stat.S_ISUID | stat.S_ISGID)
                                   or 'security.capability' in os.listxattr(os.path.join(root, path))):
            yield f'{path}: gains rights when it is started'
        if stat.S_ISLNK(mode):
            continue
        if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
            yield f'{path}: anybody could write it'
        if stat.S_ISBLK(mode) or stat.S_ISCHR(mode):
            yield f'{path}: a device'
        if stat.S_ISREG(mode) and (folder in PROGRAM_FOLDERS or mode & 0o111) and FORBIDDEN.fullmatch(name):
            yield f'{path}: not on a terminal'
        if folder in PROGRAM_FOLDERS and FORBIDDEN_NETWORK.fullmatch(name):
            yield f'{path}: not on a terminal'
        module = re.fullmatch(r'usr/lib/modules/[^/]+/kernel/(.+\.ko(\.[a-z]+)?)', path)
        if module and FORBIDDEN_MODULES.match(module[1]):
            yield f'{path}: driver of a network that is no cable'
        elif module and FORBIDDEN_DEVICES.match(module[1]):
            yield f'{path}: driver of a device that a terminal has not'
        elif module and name.split('.')[0].replace('-', '_') in blocked:
            yield f'{path}: {BLOCKED} says that it is never loaded'
        if path == 'usr/share/maintenance-kiosk/stand-ins':
            yield f'{path}: for worlds without hardware only'
        if folder.startswith(('usr/lib/systemd/system', 'etc/systemd/system')) and FORBIDDEN_UNITS.fullmatch(name):
            yield f'{path}: not on a terminal'
        if stat.S_ISREG(mode) and folder.startswith(('usr/bin', 'usr/sbin', 'usr/lib', 'usr/libexec')) \
                and not folder.startswith('usr/lib/modules'):
            with open(os.path.join(root, path), 'rb') as file:
                if file.read(2) == b'#!':
                    yield f'{path}: a script, and there is nothing to run it'
    for link in ('usr/bin/sh', 'usr/bin/bash'):
        if os.path.lexists(os.path.join(root, link)):
            yield f'{link}: a shell'
    yield from find_account_faults(root)


def find_account_faults(root):
    """Nobody can log in to the system itself; persons only have a password for PAM."""
    with open(os.path.join(root, 'etc/passwd'), encoding='utf-8') as accounts:
        for line in accounts:
            name, _, uid, _, _, _, shell = line.rstrip('\n').split(':')
            if uid == '0' and name != 'root':
                yield f'etc/passwd: {name} is another root'
            if not shell.endswith(('/nologin', '/false', '/sync')) and name != 'root':
                yield f'etc/passwd: {name} has a shell'
    with open(os.path.join(root, 'etc/shadow'), encoding='utf-8') as passwords:
        for line in passwords:
            name, password = line.split(':')[:2]
            if password == '' or (name == 'root' and not password.startswith(('!', '*'))):
                yield f'etc/shadow: {name} has no lock'


def main():
    root = sys.argv[1]
    faults = list(find_faults(root))
    for fault in faults:
        print(f'check-tree: {fault}')
    programs = [path for path, status in walk(root) if stat.S_ISREG(status.st_mode) and status.st_mode & 0o111
                and os.path.dirname(path).startswith(PROGRAM_FOLDERS)]
    print(f'check-tree: {len(programs)} programs, {len(faults)} faults')
    sys.exit(1 if faults else 0)


if __name__ == '__main__':
    main()
