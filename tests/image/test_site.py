# SPDX-License-Identifier: GPL-3.0-or-later
"""site-settings.py: what it writes for a good file, and that a wrong one is refused with every mistake named in both
languages, and with nothing written. What stands in the file must never become anything but its value.
"""

import os
import re
import unicodedata

from tool import IMAGE, ROOT, TreeTest, run

ADDRESS = '[network]\naddress=192.0.2.50/24\n'

# name, text of the file, (line, words of the English message)...
MISTAKES = [
    ('empty file', '', (1, '[network] lacks address')),
    ('no address', '[network]\ngateway=192.0.2.1\n', (2, '[network] lacks address')),
    ('address without a value', '[network]\naddress=\n', (2, 'the address has the form')),
    ('unknown section', ADDRESS + '[wireless]\nname=office\n', (3, 'no section [wireless]')),
    ('unknown key', ADDRESS + 'dns=192.0.2.2\n', (3, '[network] has no key dns')),
    ('key of another section', ADDRESS + 'timezone=Asia/Tokyo\n', (3, '[network] has no key timezone')),
    ('key before any section', 'address=192.0.2.50/24\n' + ADDRESS, (1, 'not of the form key=value')),
    ('not a setting', ADDRESS + 'gateway\n', (3, 'not of the form key=value')),
    ('section in capitals', ADDRESS + '[Locale]\n', (3, 'not of the form key=value')),
    ('section that does not close', ADDRESS + '[locale\n', (3, 'not of the form key=value')),
    ('given twice', ADDRESS + 'address=192.0.2.51/24\n', (3, 'address is given twice')),
    ('given twice in a second part', ADDRESS + '[locale]\n[network]\naddress=192.0.2.51/24\n',
     (5, 'address is given twice')),
    ('address without prefix', '[network]\naddress=192.0.2.50\n', (2, 'the address has the form')),
    ('address with a mask', '[network]\naddress=192.0.2.50/255.255.255.0\n', (2, 'the address has the form')),
    ('prefix too long', '[network]\naddress=192.0.2.50/33\n', (2, 'the address has the form')),
    ('prefix with a zero before it', '[network]\naddress=192.0.2.50/024\n', (2, 'the address has the form')),
    ('prefix 0', '[network]\naddress=192.0.2.50/0\n', (2, 'the address has the form')),
    ('octet with a zero before it', '[network]\naddress=192.0.2.050/24\n', (2, 'the address has the form')),
    ('a name', '[network]\naddress=terminal.example/24\n', (2, 'the address has the form')),
    ('network itself', '[network]\naddress=192.0.2.0/24\n', (2, 'the address has the form')),
    ('broadcast', '[network]\naddress=192.0.2.255/24\n', (2, 'the address has the form')),
    ('loopback', '[network]\naddress=127.0.0.2/8\n', (2, 'the address has the form')),
    ('group of machines', '[network]\naddress=224.0.2.1/24\n', (2, 'the address has the form')),
    ('IPv6 with a zone', '[network]\naddress=2001:db8::50%en0/64\n', (2, 'the address has the form')),
    ('comment behind a value', '[network]\naddress=192.0.2.50/24 # office\n', (2, 'the address has the form')),
    ('gateway elsewhere', ADDRESS + 'gateway=198.51.100.1\n', (3, 'another machine in the network')),
    ('gateway of another kind', ADDRESS + 'gateway=2001:db8::1\n', (3, 'another machine in the network')),
    ('gateway by name', ADDRESS + 'gateway=router\n', (3, 'is written as an address')),
    ('gateway is the terminal', ADDRESS + 'gateway=192.0.2.50\n', (3, 'another machine in the network')),
    ('gateway with a zone', '[network]\naddress=2001:db8::50/64\ngateway=2001:db8::1%en0\n',
     (3, 'is written as an address')),
    ('DHCP without its server', '[network]\naddress=dhcp\n', (2, 'address=dhcp needs dhcp-server')),
    ('DHCP from an empty server', '[network]\naddress=dhcp\ndhcp-server=\n', (3, 'address=dhcp needs dhcp-server')),
    ('DHCP from a name', '[network]\naddress=dhcp\ndhcp-server=router\n', (3, 'dhcp-server is the IPv4 address')),
    ('DHCP from everybody', '[network]\naddress=dhcp\ndhcp-server=0.0.0.0\n', (3, 'dhcp-server is the IPv4 address')),
    ('DHCP from broadcast', '[network]\naddress=dhcp\ndhcp-server=255.255.255.255\n', (3, 'dhcp-server is the IPv4 address')),
    ('DHCP from two', '[network]\naddress=dhcp\ndhcp-server=192.0.2.1 192.0.2.2\n', (3, 'dhcp-server is the IPv4 address')),
    ('DHCP from a network', '[network]\naddress=dhcp\ndhcp-server=192.0.2.0/24\n', (3, 'dhcp-server is the IPv4 address')),
    ('DHCP by IPv6', '[network]\naddress=dhcp\ndhcp-server=2001:db8::1\n', (3, 'dhcp-server is the IPv4 address')),
    ('DHCP in capitals', '[network]\naddress=DHCP\ndhcp-server=192.0.2.1\n', (2, 'the address has the form'),
     (3, 'goes with address=dhcp only')),
    ('DHCP server beside an address', ADDRESS + 'dhcp-server=192.0.2.1\n', (3, 'goes with address=dhcp only')),
    ('gateway of IPv6 with DHCP', '[network]\naddress=dhcp\ndhcp-server=192.0.2.1\ngateway=2001:db8::1\n',
     (4, 'is written as an address')),
    ('interface without a value', ADDRESS + 'interface=\n', (3, 'not a name of an interface')),
    ('keyboard unknown', ADDRESS + '[locale]\nkeyboard=zz\n', (4, 'no keyboard zz')),
    ('keyboard without a value', ADDRESS + '[locale]\nkeyboard=\n', (4, 'no keyboard')),
    ('time zone unknown', ADDRESS + '[locale]\ntimezone=Asia/Midorino\n', (4, 'no time zone Asia/Midorino')),
    ('time zone that is a folder', ADDRESS + '[locale]\ntimezone=Asia\n', (4, 'no time zone Asia')),
    ('mode in words', ADDRESS + '[display]\nmode=full\n', (4, 'the mode has the form')),
    ('mode in capitals', ADDRESS + '[display]\nmode=1920X1080\n', (4, 'the mode has the form')),
    ('mode of nothing', ADDRESS + '[display]\nmode=0x0\n', (4, 'the mode has the form')),
    ('log without a unit', ADDRESS + '[log]\nsize=2000\n', (4, 'the size is 64M or more')),
    ('log too small', ADDRESS + '[log]\nsize=63M\n', (4, 'the size is 64M or more')),
    ('log too large', ADDRESS + '[log]\nsize=1025G\n', (4, 'the size is 64M or more')),
    ('log of nothing', ADDRESS + '[log]\nsize=0G\n', (4, 'the size is 64M or more')),
    ('log without a value', ADDRESS + '[log]\nsize=\n', (4, 'the size is 64M or more')),
]

# Tries to become more than a value: (section, key, value).
INJECTIONS = [
    ('locale', 'timezone', '../../etc/shadow'),
    ('locale', 'timezone', '/etc/shadow'),
    ('locale', 'timezone', 'Asia/../../../../etc/shadow'),
    ('locale', 'timezone', 'Asia//Tokyo'),
    ('locale', 'timezone', './Asia/Tokyo'),
    ('locale', 'timezone', 'Asia/Tokyo\x00'),
    ('locale', 'keyboard', '../keycodes/evdev'),
    ('locale', 'keyboard', 'jp\x0bLD_PRELOAD=x'),
    ('locale', 'keyboard', 'jp XKB_DEFAULT_OPTIONS=x'),
    ('locale', 'keyboard', 'jp;reboot'),
    ('locale', 'keyboard', 'jp$(reboot)'),
    ('network', 'interface', 'en*]'),
    ('network', 'interface', 'en*\x85[Network]'),
    ('network', 'interface', 'en*\u2028DHCP=yes'),
    ('network', 'interface', 'en*;DHCP=yes'),
    ('network', 'interface', 'en*\\'),
    ('network', 'interface', '#en*'),
    ('network', 'interface', 'e' * 61),
    ('network', 'gateway', '192.0.2.1\rDHCP=yes'),
    ('network', 'dhcp-server', '192.0.2.1\rUseDNS=yes'),
    ('network', 'dhcp-server', '192.0.2.1]'),
    ('network', 'gateway', '192.0.2.1 DHCP=yes'),
    ('network', 'gateway', '192.0.2.1]'),
    ('display', 'mode', '1920x1080 init=/bin/sh'),
    ('display', 'mode', "1920x1080';reboot;'"),
    ('display', 'mode', '１９２０x１０８０'),
    ('log', 'size', '2G;reboot'),
    ('log', 'size', '$(reboot)'),
    ('log', 'size', '２G'),
    ('log', 'size', '2G\x0c\nfoo'),
]


class SiteTest(TreeTest):
    """Each test starts site-settings.py on a file."""

    def run_site(self, text):
        """(status, printed, complaints, files written)"""
        self.tree = self.make_tree()
        self.site = os.path.join(self.folder, 'site.conf')
        with open(self.site, 'wb') as file:
            file.write(text if isinstance(text, bytes) else text.encode())
        return (*run('site-settings.py', self.site, self.tree), self.listing())

    def get(self, path):
        """A file that was written."""
        with open(self.path(path), encoding='utf-8') as file:
            return file.read()

    def check_refused(self, text, *mistakes):
        """Each mistake stands there with its line in both languages; nothing else, and nothing was written."""
        status, printed, complaints, written = self.run_site(text)
        self.assertEqual((status, printed, written), (1, '', []), complaints)
        lines = complaints.splitlines()
        self.assertEqual(len(lines), 2 * len(mistakes), complaints)
        for (number, words), japanese, english in zip(mistakes, lines[::2], lines[1::2]):
            place = f'{self.site}:{number}: '
            self.assertTrue(japanese.startswith(place) and english.startswith(place), complaints)
            self.assertIn(words, english)
            self.assertTrue(any('HIRAGANA' in unicodedata.name(c, '') for c in japanese), japanese)

    def test_the_least(self):
        status, printed, complaints, written = self.run_site(ADDRESS)
        self.assertEqual((status, complaints), (0, ''))
        self.assertEqual(printed, "log_size=2G\ndisplay_mode=''\n")
        self.assertEqual(written, ['etc/localtime', 'etc/maintenance-kiosk/session.env',
                                   'etc/systemd/network/10-line.network'])
        network = self.get('etc/systemd/network/10-line.network').splitlines()
        for line in ('Name=en* eth*', 'Type=ether', 'Address=192.0.2.50/24', 'DHCP=no', 'LinkLocalAddressing=no',
                     'IPv6AcceptRA=no', 'LLDP=no', 'EmitLLDP=no', 'MulticastDNS=no', 'LLMNR=no'):
            self.assertEqual(network.count(line), 1, line)
        self.assertFalse([line for line in network if line.startswith('Gateway')])
        self.assertEqual(self.get('etc/maintenance-kiosk/session.env'),
                         'XKB_DEFAULT_LAYOUT=jp\nXKB_DEFAULT_MODEL=jp106\n')
        self.assertEqual(os.readlink(self.path('etc/localtime')), '../usr/share/zoneinfo/Asia/Tokyo')

    def test_everything(self):
        status, printed, complaints, _ = self.run_site(
            '# a comment\n\n[network]\ninterface = enp0s31f6\naddress = 2001:db8::50/64\ngateway = 2001:db8::1\n'
            '[locale]\ntimezone=Etc/UTC\nkeyboard=us\n[display]\nmode=1920x1080\n[log]\nsize=256M\n')
        self.assertEqual((status, complaints, printed), (0, '', 'log_size=256M\ndisplay_mode=1920x1080\n'))
        network = self.get('etc/systemd/network/10-line.network').splitlines()
        for line in ('Name=enp0s31f6', 'Address=2001:db8::50/64', 'Gateway=2001:db8::1'):
            self.assertEqual(network.count(line), 1, line)
        self.assertEqual(self.get('etc/maintenance-kiosk/session.env'),
                         'XKB_DEFAULT_LAYOUT=us\nXKB_DEFAULT_MODEL=pc105\n')
        self.assertEqual(os.readlink(self.path('etc/localtime')), '../usr/share/zoneinfo/Etc/UTC')

    def test_dhcp(self):
        for gateway, use in (('', 'yes'), ('gateway=192.0.2.254\n', 'no')):
            status, _, complaints, written = self.run_site('[network]\naddress=dhcp\ndhcp-server=192.0.2.1\n' + gateway)
            self.assertEqual((status, complaints), (0, ''))
            self.assertEqual(written, ['etc/localtime', 'etc/maintenance-kiosk/dhcp-server',
                                       'etc/maintenance-kiosk/session.env', 'etc/systemd/network/10-line.network'])
            self.assertEqual(self.get('etc/maintenance-kiosk/dhcp-server'), '192.0.2.1\n')
            network = self.get('etc/systemd/network/10-line.network').splitlines()
            for line in ('DHCP=ipv4', '[DHCPv4]', 'AllowList=192.0.2.1', 'UseDNS=no', 'UseNTP=no', 'UseRoutes=no',
                         f'UseGateway={use}', 'UseHostname=no', 'UseDomains=no', 'UseTimezone=no', 'SendHostname=no',
                         'LinkLocalAddressing=no', 'IPv6AcceptRA=no'):
                self.assertEqual(network.count(line), 1, line)
            self.assertFalse([line for line in network if line.startswith('Address')])
            self.assertEqual(network.count('Gateway=192.0.2.254'), bool(gateway))

    def test_the_sample(self):
        with open(os.path.join(IMAGE, 'site.conf.sample'), encoding='utf-8') as file:
            status, _, complaints, _ = self.run_site(file.read())
        self.assertEqual((status, complaints), (0, ''))

    def test_the_same_twice(self):
        trees = []
        for _ in range(2):
            self.run_site(ADDRESS)
            trees.append({path: self.get(path) for path in self.listing() if not os.path.islink(self.path(path))})
        self.assertEqual(*trees)

    def test_an_older_time_zone_is_replaced(self):
        self.run_site(ADDRESS)
        with open(self.site, 'w', encoding='utf-8') as file:
            file.write(ADDRESS + '[locale]\ntimezone=Etc/UTC\n')
        self.assertEqual(run('site-settings.py', self.site, self.tree)[0], 0)
        self.assertEqual(os.readlink(self.path('etc/localtime')), '../usr/share/zoneinfo/Etc/UTC')

    def test_mistake(self):
        for name, text, *mistakes in MISTAKES:
            with self.subTest(name=name):
                self.check_refused(text, *mistakes)

    def test_all_mistakes_at_once(self):
        self.check_refused(
            '[network]\naddress=192.0.2.50\ngateway=router\ninterface=en*;\n[locale]\ntimezone=Mars\nkeyboard=zz\n'
            '[display]\nmode=big\n[log]\nsize=1\nplace=/srv\n[wireless]\n',
            (2, 'the address has the form'),
            (3, 'is written as an address'), (4, 'not a name of an interface'), (6, 'no time zone Mars'),
            (7, 'no keyboard zz'), (9, 'the mode has the form'), (11, 'the size is 64M or more'),
            (12, '[log] has no key place'), (13, 'no section [wireless]'))

    def test_injection(self):
        for section, key, value in INJECTIONS:
            with self.subTest(key=key, value=value):
                text = ADDRESS + ('' if section == 'network' else f'[{section}]\n') + f'{key}={value}\n'
                status, printed, complaints, written = self.run_site(text)
                self.assertEqual((status, printed, written), (1, '', []), complaints)
                self.assertRegex(complaints, '^' + re.escape(self.site) + r':[0-9]+: ')
                self.assertNotIn('Traceback', complaints)

    def test_unreadable(self):
        status, _, complaints, written = self.run_site(b'[network]\naddress=\xff\xfe\n')
        self.assertEqual((status, written), (1, []))
        self.assertRegex(complaints, r'読めません。\n.*: cannot be read: ')
        status, _, complaints = run('site-settings.py', os.path.join(self.folder, 'nothing'), self.tree)
        self.assertEqual(status, 1)
        self.assertRegex(complaints, r'読めません。\n.*: cannot be read: ')

    def test_called_wrongly(self):
        status, _, complaints = run('site-settings.py')
        self.assertEqual((status, complaints), (1, 'site-settings.py SITE-FILE TREE\n'))

    def test_the_manual_names_every_key_with_its_default(self):
        with open(os.path.join(IMAGE, 'site-settings.py'), encoding='utf-8') as file:
            keys = eval(re.search(r'^KEYS = (\{.*?^\})', file.read(), re.M | re.S)[1])
        for manual in ('IMAGE.md', 'IMAGE.ja.md'):
            with open(os.path.join(ROOT, 'kiosk/docs', manual), encoding='utf-8') as file:
                rows = [[cell.strip(' `') for cell in line.split('|')[1:4]] for line in file if line.startswith('|')]
            for section, names in keys.items():
                for key, default in names.items():
                    with self.subTest(manual=manual, section=section, key=key):
                        found = [row for row in rows if row[:2] == [f'[{section}]', key]]
                        self.assertEqual(len(found), 1)
                        if default:
                            self.assertEqual(found[0][2], default)
