#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""site-settings.py SITE-FILE TREE - reads the settings of a site and writes them into the tree of the terminal:
address, time zone, keyboard, display. Prints what the builder has to know as shell assignments.

A mistake is told as FILE:LINE in Japanese and English, all of them at once, and nothing is written.
"""

import ipaddress
import os
import re
import shlex
import sys

ZONES = '/usr/share/zoneinfo'
XKB_LAYOUTS = '/usr/share/X11/xkb/symbols'

# What may stand in the file: section, key, needed, meaning. The manual (kiosk/docs/IMAGE.md) says the same.
KEYS = {
    'network': {
        'interface': 'en* eth*',
        'address': None,
        'dhcp-server': '',
        'gateway': '',
    },
    'locale': {
        'timezone': 'Asia/Tokyo',
        'keyboard': 'jp',
    },
    'display': {
        'mode': '',
    },
    'log': {
        'size': '2G',
    },
}


class Problems:
    """Collects mistakes, to tell all of them at once."""

    def __init__(self, path):
        self.path = path
        self.lines = []

    def add(self, line, japanese, english):
        self.lines.append((line, f'{self.path}:{line}: {japanese}\n{self.path}:{line}: {english}'))

    def stop_if_any(self):
        if self.lines:
            sys.exit('\n'.join(text for _, text in sorted(self.lines)))


def read(path, problems):
    """{(section, key): (value, line)} of the file."""
    values, section, number = {}, None, 0
    try:
        with open(path, encoding='utf-8') as file:
            text = file.read()
    except (OSError, UnicodeDecodeError) as error:
        sys.exit(f'{path}: 読めません。\n{path}: cannot be read: {error}')
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not line or line.startswith('#'):
            continue
        if re.fullmatch(r'\[[a-z]+\]', line):
            section = line[1:-1]
            if section not in KEYS:
                problems.add(number, f'[{section}] という項目はありません。', f'there is no section [{section}]')
            continue
        key, equals, value = (part.strip() for part in line.partition('='))
        if not equals or section is None:
            problems.add(number, '「キー=値」の形ではありません。', 'not of the form key=value in a section')
        elif section in KEYS and key not in KEYS[section]:
            problems.add(number, f'[{section}] に {key} というキーはありません。', f'[{section}] has no key {key}')
        elif (section, key) in values:
            problems.add(number, f'{key} が二度書かれています。', f'{key} is given twice')
        else:
            values[section, key] = (value, number)
    for section, keys in KEYS.items():
        for key, default in keys.items():
            if (section, key) in values:
                continue
            if default is None:
                problems.add(number or 1, f'[{section}] に {key} がありません。', f'[{section}] lacks {key}')
            values[section, key] = (default or '', 0)
    return values


def parse_interface(value):
    """Address and prefix. Only what systemd-networkd reads in the same way: no mask, no zone, no zero in front."""
    if not re.fullmatch(r'[0-9a-fA-F.:]+/[1-9][0-9]{0,2}', value):
        raise ValueError
    interface = ipaddress.ip_interface(value)
    network = interface.network
    if interface.ip in (network.network_address, network.broadcast_address) or interface.is_loopback \
            or interface.is_multicast or interface.is_unspecified or interface.is_link_local:
        raise ValueError
    return interface


def is_server(value):
    """Whether it is the IPv4 address of a single other machine."""
    try:
        address = ipaddress.IPv4Address(value)
    except ValueError:
        return False
    return not (address.is_loopback or address.is_multicast or address.is_unspecified or address.is_link_local
                or address.is_reserved)


def check_dhcp(values, problems):
    """With address=dhcp the one server that may give it; else none."""
    dhcp = values['network', 'address'][0] == 'dhcp'
    value, line = values['network', 'dhcp-server']
    if dhcp and not value:
        problems.add(line or values['network', 'address'][1], 'address=dhcp には dhcp-server（DHCP サーバーのアドレス）が必要です。',
                     'address=dhcp needs dhcp-server, the address of the one that may be asked')
    elif dhcp and not is_server(value):
        problems.add(line, 'dhcp-server は、DHCP サーバーの IPv4 アドレスです。', 'dhcp-server is the IPv4 address of a machine')
    elif line and not dhcp:
        problems.add(line, 'dhcp-server は、address=dhcp のときだけ書きます。', 'dhcp-server goes with address=dhcp only')


def check_address(values, problems):
    """The terminal's address with its prefix, and a gateway within it."""
    value, line = values['network', 'address']
    interface = None
    try:
        if value != 'dhcp':
            interface = parse_interface(value)
    except ValueError:
        if line:  # else it was told that there is none
            problems.add(line, 'アドレスは 192.0.2.50/24 の形か、dhcp と書きます。',
                         'the address has the form 192.0.2.50/24, or is dhcp')
    check_dhcp(values, problems)
    value, line = values['network', 'gateway']
    if value:
        try:
            if '%' in value:
                raise ValueError
            gateway = ipaddress.ip_address(value)
            if values['network', 'address'][0] == 'dhcp' and not is_server(value):
                raise ValueError
            if interface is not None and (gateway not in interface.network or gateway == interface.ip):
                problems.add(line, 'ゲートウェイは、端末と同じネットワークの、ほかの機器のアドレスです。',
                             'the gateway is another machine in the network of the terminal')
        except ValueError:
            problems.add(line, 'ゲートウェイは数字のアドレスで書きます。', 'the gateway is written as an address')
    value, line = values['network', 'interface']
    if not re.fullmatch(r'[a-zA-Z0-9*?_. -]{1,60}', value):
        problems.add(line, 'インターフェース名に使えない文字があります。', 'not a name of an interface')


def check_rest(values, problems):
    """Time zone, keyboard, display, log."""
    value, line = values['locale', 'timezone']
    if not re.fullmatch(r'[A-Za-z_]+(/[A-Za-z0-9_+-]+)*', value) or not os.path.isfile(os.path.join(ZONES, value)):
        problems.add(line, f'{value} という時間帯はありません。例: Asia/Tokyo', f'no time zone {value}; example: Asia/Tokyo')
    value, line = values['locale', 'keyboard']
    if not re.fullmatch(r'[a-z]{2,8}', value) or not os.path.isfile(os.path.join(XKB_LAYOUTS, value)):
        problems.add(line, f'{value} というキーボードはありません。例: jp', f'no keyboard {value}; example: jp')
    value, line = values['display', 'mode']
    if value and not re.fullmatch(r'[1-9][0-9]{2,3}x[1-9][0-9]{2,3}', value):
        problems.add(line, '画面の大きさは 1920x1080 の形で書きます。', 'the mode has the form 1920x1080')
    value, line = values['log', 'size']
    if not re.fullmatch(r'[1-9][0-9]{0,4}[MG]', value) or not 64 <= megabytes(value) <= 1024 * 1024:
        problems.add(line, '記録の領域は 64M 以上で、256M や 2G の形で書きます。', 'the size is 64M or more, for example 256M or 2G')


def megabytes(size):
    """64M and 2G as numbers."""
    return int(size[:-1]) * (1024 if size[-1] == 'G' else 1)


def write(tree, path, text):
    """A file of the tree."""
    path = os.path.join(tree, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)


def network_lines(get):
    """The file of systemd-networkd."""
    dhcp = get('network', 'address') == 'dhcp'
    lines = ['[Match]', f"Name={get('network', 'interface')}", 'Type=ether', '',
             '[Link]', 'RequiredForOnline=no', 'Multicast=no', '', '[Network]']
    if not dhcp:
        lines.append(f"Address={get('network', 'address')}")
    if get('network', 'gateway'):
        lines.append(f"Gateway={get('network', 'gateway')}")
    # Nothing is learned from the network, and nothing is told to it.
    lines += ['DHCP=ipv4' if dhcp else 'DHCP=no', 'LinkLocalAddressing=no', 'IPv6AcceptRA=no', 'LLDP=no', 'EmitLLDP=no',
              'MulticastDNS=no', 'LLMNR=no', 'ConfigureWithoutCarrier=yes', '']
    if dhcp:
        # An address from this one server, a gateway where none is given here, and not a word else.
        gateway = 'no' if get('network', 'gateway') else 'yes'
        lines += ['[DHCPv4]', f"AllowList={get('network', 'dhcp-server')}", 'UseDNS=no', 'RoutesToDNS=no', 'UseNTP=no',
                  'RoutesToNTP=no', 'UseSIP=no', 'UseMTU=no', 'UseHostname=no', 'UseDomains=no', 'UseTimezone=no',
                  'UseRoutes=no', f'UseGateway={gateway}', 'Use6RD=no', 'SendHostname=no', 'ClientIdentifier=mac', '']
    return lines


def write_tree(tree, get):
    """All that follows from the settings."""
    write(tree, 'etc/systemd/network/10-line.network', '\n'.join(network_lines(get)))
    if get('network', 'dhcp-server'):
        # For kioskd, which lets systemd-networkd out to this server alone.
        write(tree, 'etc/maintenance-kiosk/dhcp-server', get('network', 'dhcp-server') + '\n')
    keyboard = get('locale', 'keyboard')
    model = 'jp106' if keyboard == 'jp' else 'pc105'
    write(tree, 'etc/maintenance-kiosk/session.env', f'XKB_DEFAULT_LAYOUT={keyboard}\nXKB_DEFAULT_MODEL={model}\n')
    link = os.path.join(tree, 'etc/localtime')
    if os.path.lexists(link):
        os.remove(link)
    os.makedirs(os.path.dirname(link), exist_ok=True)
    os.symlink(os.path.join('..', ZONES.lstrip('/'), get('locale', 'timezone')), link)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__.split(' - ', 1)[0])
    path, tree = sys.argv[1:]
    problems = Problems(path)
    values = read(path, problems)
    check_address(values, problems)
    check_rest(values, problems)
    problems.stop_if_any()

    def get(section, key):
        return values[section, key][0]

    write_tree(tree, get)
    print(f"log_size={shlex.quote(get('log', 'size'))}")
    print(f"display_mode={shlex.quote(get('display', 'mode'))}")


if __name__ == '__main__':
    main()
