# SPDX-License-Identifier: GPL-3.0-or-later
"""prune.py: what is named stays, with what it leads to and links; everything else in the judged folders goes."""

import os
import re
import shutil
import stat
import struct
import subprocess
import unittest

from tool import TreeTest, run

PROGRAM = '/bin/true'
LIBRARIES = 'usr/lib/x86_64-linux-gnu'


def find_libraries(program):
    """{name: path on this machine} of what a program links."""
    text = subprocess.run(['ldd', program], capture_output=True, text=True, check=True).stdout
    found = dict(re.findall(r'^\s*(\S+) => (/\S+)', text, re.M))
    # The loader has no arrow: it is named by its place.
    found.update((os.path.basename(path), path) for path in re.findall(r'^\s*(/\S+) \(', text, re.M))
    return found


class PruneTest(TreeTest):
    """Each test makes a tree and a keep file."""

    def prune(self, *patterns, status=0):
        """Starts prune.py; what it complained about."""
        keep = os.path.join(self.folder, 'keep.txt')
        with open(keep, 'w', encoding='utf-8') as file:
            file.write('# what stays\n\n' + ''.join(f'{pattern}  # reason\n' for pattern in patterns))
        result, self.printed, complaints = run('prune.py', self.tree, keep)
        self.assertEqual(result, status, complaints)
        return complaints

    def put_program(self, path):
        """A real program with its libraries, each behind a link as packages have them."""
        self.put(path)
        shutil.copy(PROGRAM, self.path(path))
        names = find_libraries(PROGRAM)
        self.assertTrue(names)
        for name, place in names.items():
            self.put(f'{LIBRARIES}/{name}.0.0')
            shutil.copy(place, self.path(f'{LIBRARIES}/{name}.0.0'))
            self.link(f'{LIBRARIES}/{name}', f'{name}.0.0')
        return [f'{LIBRARIES}/{name}{end}' for name in names for end in ('', '.0.0')]

    def test_keeps_what_is_named_and_deletes_the_rest(self):
        self.put('usr/bin/cage')
        self.put('usr/bin/vi')
        self.put('usr/sbin/sshd')
        self.put('usr/libexec/maintenance-kiosk/kioskd')
        self.put('usr/lib/udev/rules.d/50-udev-default.rules')
        self.put('usr/lib/udev/rules.d/60-cdrom_id.rules')
        self.put('usr/lib/python3/module.py')
        self.put('etc/systemd/network/10-line.network')
        self.put('etc/pam.d/login')
        self.prune('/usr/bin/cage', '/usr/libexec/maintenance-kiosk/*', '/usr/lib/udev/rules.d/50-*',
                   '/etc/systemd/network/*')
        self.assertEqual(self.listing(), ['etc/systemd/network/10-line.network', 'usr/bin/cage',
                                          'usr/lib/udev/rules.d/50-udev-default.rules',
                                          'usr/libexec/maintenance-kiosk/kioskd'])
        self.assertEqual(self.printed, 'prune: 9 files judged, 5 deleted\n')
        for folder in ('usr/lib/python3', 'etc/pam.d/login'):
            self.assertFalse(os.path.exists(self.path(folder)))
        for folder in ('usr/sbin', 'etc/pam.d'):
            self.assertTrue(os.path.isdir(self.path(folder)), 'a judged folder itself stays')

    def test_leaves_data_alone(self):
        for path in ('usr/share/fonts/a.otf', 'usr/lib/modules/6.12/kernel/erofs.ko', 'usr/lib/firmware/a.bin',
                     'usr/lib/os-release', 'usr/lib/locale/C.utf8/LC_CTYPE', 'etc/passwd'):
            self.put(path)
        self.put('usr/bin/cage')
        before = self.listing()
        self.prune('/usr/bin/cage')
        self.assertEqual(self.listing(), before)

    def test_follows_links(self):
        self.put('usr/lib/systemd/systemd')
        self.link('usr/sbin/init', '../lib/systemd/systemd')
        self.put('usr/bin/kmod')
        self.link('usr/sbin/modprobe', '/bin/kmod')
        self.link('usr/sbin/insmod', '../bin/kmod')
        self.link('usr/lib/systemd/system/default.target', 'kiosk.target')
        self.put('usr/lib/systemd/system/kiosk.target')
        self.prune('/usr/sbin/init', '/usr/sbin/modprobe', '/usr/lib/systemd/system/default.target')
        self.assertEqual(self.listing(), ['usr/bin/kmod', 'usr/lib/systemd/system/default.target',
                                          'usr/lib/systemd/system/kiosk.target', 'usr/lib/systemd/systemd',
                                          'usr/sbin/init', 'usr/sbin/modprobe'])

    def test_keeps_links_to_nothing_that_are_meant(self):
        self.link('usr/lib/systemd/system/getty@.service', '/dev/null')
        self.link('usr/lib/systemd/system/gone.service', 'nowhere.service')
        self.prune('/usr/lib/systemd/system/*')
        self.assertEqual(self.listing(), ['usr/lib/systemd/system/getty@.service'])

    def test_ends_on_links_that_go_round(self):
        self.link('usr/bin/a', 'b')
        self.link('usr/bin/b', 'a')
        self.put('usr/bin/c')
        self.prune('/usr/bin/a')
        self.assertNotIn('usr/bin/c', self.listing())

    def test_keeps_wants_of_what_is_kept(self):
        units = 'usr/lib/systemd/system'
        self.put(f'{units}/sysinit.target')
        self.put(f'{units}/systemd-udevd.service')
        self.put(f'{units}/systemd-firstboot.service')
        self.link(f'{units}/sysinit.target.wants/systemd-udevd.service', '../systemd-udevd.service')
        self.link(f'{units}/sysinit.target.wants/systemd-firstboot.service', '../systemd-firstboot.service')
        self.prune(f'/{units}/sysinit.target', f'/{units}/systemd-udevd.service')
        self.assertEqual(self.listing(), [f'{units}/sysinit.target',
                                          f'{units}/sysinit.target.wants/systemd-udevd.service',
                                          f'{units}/systemd-udevd.service'])

    def test_follows_libraries_of_a_program(self):
        libraries = self.put_program('usr/bin/true')
        self.put(f'{LIBRARIES}/libidle.so.1')
        self.put(f'{LIBRARIES}/security/pam_exec.so')
        self.prune('/usr/bin/true')
        self.assertEqual(self.listing(), sorted(['usr/bin/true', *libraries]))

    def test_follows_libraries_of_libraries(self):
        libraries = self.put_program('usr/bin/true')
        # A plug-in that is named keeps what it links, too.
        os.rename(self.path('usr/bin/true'), self.put(f'{LIBRARIES}/security/pam_unix.so'))
        self.prune(f'/{LIBRARIES}/security/pam_unix.so')
        self.assertEqual(self.listing(), sorted([f'{LIBRARIES}/security/pam_unix.so', *libraries]))

    def test_complains_about_a_missing_library(self):
        for library in self.put_program('usr/bin/true'):
            os.remove(self.path(library))
        self.assertRegex(self.prune('/usr/bin/true', status=1),
                         r'^prune: usr/bin/true needs \S+, which is not in the tree\n$')

    def test_complains_about_all_that_nobody_has_and_deletes_nothing(self):
        self.put('usr/bin/cage')
        self.put('usr/bin/vi')
        complaints = self.prune('/usr/bin/cage', '/usr/bin/cagee', '/usr/lib/udev/rules.d/*', status=1)
        self.assertEqual(re.findall(r'nothing in the tree is called (.*)', complaints),
                         ['/usr/bin/cagee', '/usr/lib/udev/rules.d/*'])
        self.assertEqual(self.listing(), ['usr/bin/cage', 'usr/bin/vi'])

    def test_takes_extra_rights_away_everywhere(self):
        self.put('usr/bin/mount', mode=0o4755)
        self.put('usr/bin/wall', mode=0o2755)
        self.put('opt/helper', mode=0o6711)
        self.prune('/usr/bin/*')
        for path, mode in (('usr/bin/mount', 0o755), ('usr/bin/wall', 0o755), ('opt/helper', 0o711)):
            self.assertEqual(stat.S_IMODE(os.stat(self.path(path)).st_mode), mode, path)

    @unittest.skipIf(os.getuid(), 'only root can give capabilities to a file')
    def test_takes_capabilities_away(self):
        place = self.put('usr/bin/ping', mode=0o755)
        # VFS_CAP_REVISION_2 with the effective bit: CAP_NET_RAW.
        os.setxattr(place, 'security.capability', struct.pack('<5I', 0x02000001, 1 << 13, 0, 0, 0))
        self.prune('/usr/bin/ping')
        self.assertNotIn('security.capability', os.listxattr(place))
