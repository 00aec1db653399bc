# SPDX-License-Identifier: GPL-3.0-or-later
"""check-tree.py: a clean tree passes, and each fault by itself is found, named and ends the build."""

import os
import stat
import struct
import unittest

from tool import TreeTest, run

PASSWD = 'root:x:0:0::/root:/usr/sbin/nologin\nkiosk:x:900:900::/:/usr/sbin/nologin\n' \
         'sync:x:4:65534::/bin:/bin/sync\nsato:x:20000:20000::/nonexistent:/usr/sbin/nologin\n'
SHADOW = 'root:!*:20000::::::\nkiosk:!*:20000::::::\nsato:$y$j9T$salt$hash:20000:0:90:14:::\n'

SHELLS = ('sh', 'bash', 'dash', 'zsh', 'ksh', 'csh', 'tcsh', 'fish', 'ash', 'busybox')
TOOLS = ('python3', 'python3.13', 'perl', 'perl5.40', 'lua5.4', 'awk', 'mawk', 'sed', 'gcc', 'gcc-14', 'cc', 'ld',
         'gdb', 'strace', 'Xwayland', 'apt', 'apt-get', 'dpkg', 'dpkg-deb', 'curl', 'wget', 'nc', 'ssh', 'sshd', 'scp',
         'su', 'sudo', 'pkexec', 'login', 'agetty', 'sulogin', 'passwd', 'useradd', 'systemd-run', 'nsenter',
         'unshare', 'mkfs.ext4', 'gpg', 'openssl', 'vi', 'vim.tiny', 'nano', 'less', 'dbus-daemon', 'dbus-broker', 'systemd-sleep')
UNITS = ('getty@.service', 'serial-getty@.service', 'getty.target', 'getty-static.service', 'emergency.service',
         'rescue.service', 'rescue.target', 'debug-shell.service', 'systemd-logind.service', 'ctrl-alt-del.target',
         'sshd.service', 'sshd-unix-local.socket', 'dbus.service', 'dbus.socket', 'user@.service',
         'systemd-ask-password-console.path', 'suspend.target', 'hibernate.target', 'kexec.target',
         'sleep.target', 'hybrid-sleep.target', 'suspend-then-hibernate.target', 'systemd-suspend.service',
         'systemd-hibernate.service', 'systemd-hybrid-sleep.service', 'systemd-suspend-then-hibernate.service')

NETWORK = ('wpa_supplicant', 'iw', 'rfkill', 'NetworkManager', 'ModemManager', 'bluetoothd', 'pppd', 'dhclient',
           'avahi-daemon', 'systemd-resolved', 'systemd-timesyncd', 'ntpd', 'chronyc', 'ip')
# Below lib/modules/VERSION/kernel.
RADIO = ('drivers/net/wireless/intel/iwlwifi/iwlwifi.ko.xz', 'drivers/net/usb/rndis_host.ko', 'drivers/net/usb/usbnet.ko.zst',
         'drivers/net/wwan/wwan.ko', 'drivers/bluetooth/btusb.ko', 'drivers/bus/mhi/host/mhi.ko', 'drivers/nfc/pn533/pn533.ko',
         'drivers/net/tun.ko', 'drivers/net/ppp/ppp_generic.ko', 'drivers/usb/class/cdc-wdm.ko', 'drivers/firewire/net.ko',
         'drivers/net/thunderbolt/thunderbolt_net.ko', 'drivers/net/bonding/bonding.ko', 'drivers/net/macvlan.ko',
         'net/wireless/cfg80211.ko.xz', 'net/mac80211/mac80211.ko', 'net/bluetooth/bnep/bnep.ko', 'net/rfkill/rfkill.ko',
         'net/ax25/ax25.ko', 'net/bridge/bridge.ko', 'net/8021q/8021q.ko', 'net/can/can.ko')
CABLE = ('drivers/net/ethernet/intel/e1000e/e1000e.ko.xz', 'drivers/net/ethernet/realtek/r8169.ko.xz', 'drivers/net/virtio_net.ko.xz',
         'drivers/net/vmxnet3/vmxnet3.ko', 'drivers/net/hyperv/hv_netvsc.ko', 'drivers/net/phy/libphy.ko', 'drivers/net/mdio/fwnode_mdio.ko',
         'drivers/net/wireguard/wireguard.ko', 'net/netfilter/nf_tables.ko', 'net/core/failover.ko', 'drivers/usb/host/xhci-hcd.ko')
# Of devices that a terminal has not, and of those that it has.
DEVICE_DRIVERS = (
    'drivers/usb/storage/usb-storage.ko.xz', 'drivers/usb/storage/uas.ko', 'drivers/usb/serial/usbserial.ko', 'drivers/usb/class/usblp.ko',
    'drivers/usb/class/usbtmc.ko', 'drivers/usb/misc/usblcd.ko', 'drivers/usb/usbip/vhci-hcd.ko', 'drivers/usb/gadget/udc/dummy_hcd.ko',
    'drivers/usb/image/mdc800.ko', 'drivers/usb/core/ledtrig-usbport.ko', 'drivers/usb/host/sl811_cs.ko', 'drivers/usb/atm/usbatm.ko',
    'drivers/mmc/core/mmc_core.ko.xz', 'drivers/mmc/host/sdhci-pci.ko', 'drivers/memstick/core/memstick.ko', 'drivers/scsi/sr_mod.ko',
    'drivers/scsi/sg.ko', 'drivers/scsi/st.ko', 'drivers/scsi/iscsi_tcp.ko', 'drivers/cdrom/cdrom.ko', 'drivers/block/floppy.ko',
    'drivers/block/loop.ko', 'drivers/block/nbd.ko', 'drivers/nvme/host/nvme-tcp.ko', 'drivers/nvme/target/nvmet.ko',
    'drivers/ata/pata_pcmcia.ko', 'drivers/pcmcia/pcmcia.ko',
    'drivers/parport/parport_pc.ko', 'drivers/char/lp.ko', 'drivers/char/ppdev.ko', 'sound/core/snd.ko', 'sound/usb/snd-usb-audio.ko',
    'drivers/media/usb/uvc/uvcvideo.ko', 'drivers/media/rc/ir-kbd-i2c.ko', 'drivers/media/dvb-core/dvb-core.ko', 'drivers/tty/n_gsm.ko',
    'drivers/input/misc/uinput.ko', 'drivers/input/joystick/xpad.ko', 'drivers/input/serio/serport.ko',
    'drivers/input/serio/serio_raw.ko', 'drivers/input/mouse/synaptics_usb.ko', 'drivers/hid/uhid.ko', 'drivers/hid/hid-mcp2221.ko',
    'drivers/hid/usbhid/usbkbd.ko', 'drivers/virtio/virtio_input.ko', 'drivers/i2c/i2c-dev.ko', 'drivers/i2c/busses/i2c-tiny-usb.ko',
    'drivers/video/fbdev/smscufx.ko', 'drivers/gpu/drm/udl/udl.ko', 'drivers/vfio/vfio.ko', 'drivers/uio/uio.ko', 'fs/fuse/fuse.ko',
    'fs/exfat/exfat.ko', 'fs/isofs/isofs.ko')
OWN_DRIVERS = (
    'drivers/usb/core/usbcore.ko.xz', 'drivers/usb/common/usb-common.ko', 'drivers/usb/typec/typec.ko', 'drivers/usb/host/xhci-hcd.ko',
    'drivers/usb/host/xhci-pci-renesas.ko', 'drivers/usb/host/ehci-pci.ko', 'drivers/usb/host/ohci-hcd.ko', 'drivers/usb/host/uhci-hcd.ko',
    'drivers/hid/hid.ko', 'drivers/hid/hid-generic.ko', 'drivers/hid/hid-multitouch.ko', 'drivers/hid/usbhid/usbhid.ko',
    'drivers/hid/i2c-hid/i2c-hid-acpi.ko', 'drivers/input/evdev.ko', 'drivers/input/mouse/psmouse.ko', 'drivers/input/serio/serio.ko',
    'drivers/scsi/sd_mod.ko', 'drivers/scsi/scsi_mod.ko', 'drivers/ata/ahci.ko', 'drivers/nvme/host/nvme.ko',
    'drivers/nvme/host/nvme-core.ko', 'drivers/block/virtio_blk.ko', 'drivers/media/cec/core/cec.ko', 'drivers/media/rc/rc-core.ko',
    'drivers/i2c/busses/i2c-i801.ko', 'drivers/virtio/virtio_balloon.ko', 'drivers/gpu/drm/i915/i915.ko', 'fs/ext4/ext4.ko')


class InspectTest(TreeTest):
    """Each test starts from a clean tree."""

    def clean(self):
        """A tree as it should be, with what looks suspicious and is not."""
        self.tree = self.make_tree()
        self.put('etc/passwd', PASSWD)
        self.put('etc/shadow', SHADOW, 0o600)
        self.put('usr/bin/cage', b'\x7fELF', 0o755)
        self.put('usr/sbin/fsck', b'\x7fELF', 0o755)
        self.put('usr/lib/systemd/systemd', b'\x7fELF', 0o755)
        self.put('usr/libexec/maintenance-kiosk/kioskd', b'\x7fELF', 0o755)
        self.put('usr/lib/systemd/system/kioskd.service', '[Unit]\n')
        self.put('usr/lib/systemd/system/emergency.target', '[Unit]\n')
        self.put('usr/share/xkeyboard-config-2/symbols/sh', 'a keyboard, not a shell\n')
        self.put('usr/lib/modules/6.12/build', '#!/bin/sh\n')
        self.link('usr/lib/systemd/system/default.target', 'maintenance-kiosk.target')
        os.makedirs(self.path('tmp'))
        os.chmod(self.path('tmp'), 0o1777)

    def check_faults(self, *faults):
        """Exactly these are found."""
        status, printed, complaints = run('check-tree.py', self.tree)
        self.assertEqual(complaints, '')
        found = [line.removeprefix('check-tree: ') for line in printed.splitlines()]
        self.assertEqual(sorted(found[:-1]), sorted(faults))
        self.assertRegex(found[-1], rf'^[0-9]+ programs, {len(faults)} faults$')
        self.assertEqual(status, 1 if faults else 0)

    def test_a_clean_tree_passes(self):
        self.clean()
        self.check_faults()
        self.assertIn('check-tree: 4 programs, 0 faults', run('check-tree.py', self.tree)[1])

    def test_extra_rights(self):
        for name, mode in (('SUID', 0o4755), ('SGID', 0o2755)):
            with self.subTest(name=name):
                self.clean()
                self.put('usr/bin/mount', b'\x7fELF', mode)
                self.check_faults('usr/bin/mount: gains rights when it is started')

    def test_networks_that_are_no_cable(self):
        for module in RADIO:
            with self.subTest(module=module):
                self.clean()
                path = f'usr/lib/modules/6.12/kernel/{module}'
                self.put(path, b'\x7fELF')
                self.check_faults(f'{path}: driver of a network that is no cable')

    def test_networks_that_are(self):
        self.clean()
        for module in CABLE:
            self.put(f'usr/lib/modules/6.12/kernel/{module}', b'\x7fELF')
        self.check_faults()

    def test_devices_that_a_terminal_has_not(self):
        for module in DEVICE_DRIVERS:
            with self.subTest(module=module):
                self.clean()
                path = f'usr/lib/modules/6.12/kernel/{module}'
                self.put(path, b'\x7fELF')
                self.check_faults(f'{path}: driver of a device that a terminal has not')

    def test_devices_that_it_has(self):
        self.clean()
        for module in OWN_DRIVERS:
            self.put(f'usr/lib/modules/6.12/kernel/{module}', b'\x7fELF')
        self.check_faults()

    def test_modules_that_are_forbidden_by_name(self):
        settings = 'usr/lib/modprobe.d/maintenance-kiosk.conf'
        self.clean()
        self.put(settings, '# a reason\noptions usbcore authorized_default=0\ninstall some_driver /bin/false\n')
        self.put('usr/lib/modules/6.12/kernel/lib/some-driver.ko.xz', b'\x7fELF')
        self.put('usr/lib/modules/6.12/kernel/lib/some-driver-two.ko.xz', b'\x7fELF')
        self.check_faults(f'usr/lib/modules/6.12/kernel/lib/some-driver.ko.xz: {settings} says that it is never loaded')

    def test_programs_for_networks(self):
        for name in NETWORK:
            with self.subTest(name=name):
                self.clean()
                folder = 'usr/lib/systemd' if name.startswith('systemd-') else 'usr/sbin'
                self.put(f'{folder}/{name}', b'\x7fELF', 0o755)
                self.check_faults(f'{folder}/{name}: not on a terminal')

    def test_what_worlds_have_instead_of_hardware(self):
        self.clean()
        self.put('usr/share/maintenance-kiosk/stand-ins', 'terminal0\n')
        self.check_faults('usr/share/maintenance-kiosk/stand-ins: for worlds without hardware only')

    def test_rights_anywhere(self):
        self.clean()
        self.put('opt/helper', b'\x7fELF', 0o4755)
        self.check_faults('opt/helper: gains rights when it is started')

    @unittest.skipIf(os.getuid(), 'only root can give capabilities to a file')
    def test_capabilities_of_a_file(self):
        self.clean()
        # VFS_CAP_REVISION_2 with the effective bit: CAP_NET_RAW.
        os.setxattr(self.path('usr/bin/cage'), 'security.capability', struct.pack('<5I', 0x02000001, 1 << 13, 0, 0, 0))
        self.check_faults('usr/bin/cage: gains rights when it is started')

    def test_writable_by_anybody(self):
        self.clean()
        self.put('etc/hosts', '', 0o666)
        os.makedirs(self.path('srv/open'))
        os.chmod(self.path('srv/open'), 0o777)
        self.check_faults('etc/hosts: anybody could write it', 'srv/open: anybody could write it')

    @unittest.skipIf(os.getuid(), 'only root can make a device')
    def test_device(self):
        for name, kind in (('block', stat.S_IFBLK), ('character', stat.S_IFCHR)):
            with self.subTest(name=name):
                self.clean()
                os.makedirs(self.path('dev'))
                os.mknod(self.path('dev/thing'), kind | 0o600, os.makedev(1, 3))
                self.check_faults('dev/thing: a device')

    def test_shell_or_tool(self):
        for name in SHELLS + TOOLS:
            with self.subTest(name=name):
                self.clean()
                self.put(f'usr/sbin/{name}', b'\x7fELF', 0o755)
                self.check_faults(f'usr/sbin/{name}: not on a terminal')

    def test_shell_in_another_place(self):
        for path in ('usr/bin/bash', 'usr/libexec/sh', 'usr/libexec/maintenance-kiosk/sh', 'usr/lib/klibc/bin/sh',
                     'opt/busybox', 'etc/sh'):
            with self.subTest(path=path):
                self.clean()
                self.put(path, b'\x7fELF', 0o755)
                faults = [f'{path}: not on a terminal'] + ([f'{path}: a shell'] if path == 'usr/bin/bash' else [])
                self.check_faults(*faults)

    def test_shell_by_a_link(self):
        for name in ('sh', 'bash'):
            with self.subTest(name=name):
                self.clean()
                self.link(f'usr/bin/{name}', 'cage')
                self.check_faults(f'usr/bin/{name}: a shell')

    def test_script(self):
        for path in ('usr/bin/tool', 'usr/libexec/tool', 'usr/lib/udev/tool', 'usr/lib/systemd/system-generators/tool'):
            with self.subTest(path=path):
                self.clean()
                self.put(path, '#!/usr/bin/anything\n', 0o755)
                self.check_faults(f'{path}: a script, and there is nothing to run it')

    def test_unit(self):
        for number, name in enumerate(UNITS):
            with self.subTest(name=name):
                self.clean()
                path = f"{('usr/lib', 'etc')[number % 2]}/systemd/system/{name}"
                self.put(path, '[Unit]\n')
                self.check_faults(f'{path}: not on a terminal')

    def test_account(self):
        rows = (
            ('second root', 'toor:x:0:0::/root:/usr/sbin/nologin\n', '', 'etc/passwd: toor is another root'),
            ('shell', 'tanaka:x:20001:20001::/:/bin/bash\n', '', 'etc/passwd: tanaka has a shell'),
            ('shell by default', 'tanaka:x:20001:20001::/:\n', '', 'etc/passwd: tanaka has a shell'),
            ('empty password', '', 'tanaka::20000:0:90:14:::\n', 'etc/shadow: tanaka has no lock'),
            ('password of root', '', 'root:$y$j9T$salt$hash:20000::::::\n', 'etc/shadow: root has no lock'),
        )
        for name, passwd, shadow, fault in rows:
            with self.subTest(name=name):
                self.clean()
                self.put('etc/passwd', PASSWD + passwd)
                self.put('etc/shadow', SHADOW + shadow, 0o600)
                self.check_faults(fault)

    def test_all_faults_at_once(self):
        self.clean()
        self.put('usr/bin/su', b'\x7fELF', 0o4755)
        self.put('usr/lib/systemd/system/getty@.service')
        self.put('etc/shadow', SHADOW + 'tanaka::20000::::::\n', 0o600)
        self.check_faults('usr/bin/su: gains rights when it is started', 'usr/bin/su: not on a terminal',
                          'usr/lib/systemd/system/getty@.service: not on a terminal',
                          'etc/shadow: tanaka has no lock')

    def test_a_tree_without_accounts_is_no_terminal(self):
        self.tree = self.make_tree()
        self.assertNotEqual(run('check-tree.py', self.tree)[0], 0)
