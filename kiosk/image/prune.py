#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""prune.py ROOT KEEP-FILE - deletes from a tree every program, library, unit, rule and script that KEEP-FILE
does not name, so that what a terminal can run is a list that a person can read.

KEEP-FILE: one pattern of paths a line (fnmatch; "#" begins a comment, which is the reason). Libraries need
not be named: those that a kept program or plug-in links are kept, all others go. Every SUID and SGID bit
goes. What a pattern names and nobody has is an error: the list stays true.
"""

import fnmatch
import os
import re
import stat
import subprocess
import sys

# Everything below these is judged; other folders hold data.
JUDGED = ('usr/bin', 'usr/sbin', 'usr/lib', 'usr/libexec', 'etc/systemd', 'etc/udev', 'etc/pam.d', 'etc/sysctl.d',
          'etc/modprobe.d', 'etc/modules-load.d', 'etc/tmpfiles.d', 'usr/share/wayland-sessions')
# Folders of data within them.
DATA = ('usr/lib/modules', 'usr/lib/firmware', 'usr/lib/os-release', 'usr/lib/locale', 'usr/lib/fontconfig')
LIBRARIES = ('usr/lib/x86_64-linux-gnu', 'usr/lib64')


def read_patterns(path):
    """The patterns of the keep file."""
    patterns = []
    with open(path, encoding='utf-8') as lines:
        for line in lines:
            pattern = line.split('#', 1)[0].strip()
            if pattern:
                patterns.append(pattern)
    return patterns


def list_judged(root):
    """All files and links below the judged folders, relative to @root."""
    found = []
    for top in JUDGED:
        for folder, folders, files in os.walk(os.path.join(root, top)):
            relative = os.path.relpath(folder, root)
            if relative in DATA:
                folders[:] = []
                continue
            links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
            found += [os.path.join(relative, name) for name in files + links]
    return [path for path in found if path not in DATA]


def is_elf(path):
    """Whether the file is an ELF object."""
    if os.path.islink(path) or not stat.S_ISREG(os.lstat(path).st_mode):
        return False
    with open(path, 'rb') as file:
        return file.read(4) == b'\x7fELF'


def needed(paths):
    """{path: names of the libraries that it links}, by readelf(1)."""
    result = {path: [] for path in paths}
    for start in range(0, len(paths), 200):
        part = paths[start:start + 200]
        text = subprocess.run(['readelf', '-d', *part], capture_output=True, text=True, check=False).stdout
        current = part[0]
        for line in text.splitlines():
            if line.startswith('File: '):
                current = line[len('File: '):]
            match = re.search(r'\(NEEDED\).*\[(.+)\]', line)
            if match:
                result[current].append(match[1])
    return result


def find_library(root, name, judged):
    """Path of a library below @root, or None. Some programs bring a folder of their own (DT_RUNPATH)."""
    for folder in LIBRARIES:
        path = os.path.join(folder, name)
        if os.path.lexists(os.path.join(root, path)):
            return path
    return next((path for path in judged if os.path.basename(path) == name), None)


def with_link_targets(root, path):
    """@path and, if it is a link within the tree, what it leads to."""
    chain = [path]
    while os.path.islink(os.path.join(root, path)) and len(chain) < 20:
        target = os.readlink(os.path.join(root, path))
        if target == '/dev/null':
            break
        path = target.lstrip('/') if target.startswith('/') else os.path.normpath(
            os.path.join(os.path.dirname(path), target))
        # The merged folders of Debian.
        path = re.sub(r'^(bin|sbin|lib|lib64)/', r'usr/\1/', path)
        chain.append(path)
    return chain


def close_over_libraries(root, kept, judged):
    """Adds to @kept the libraries that its programs link, and those that these link."""
    waiting = sorted(kept)
    while waiting:
        objects = [os.path.join(root, path) for path in waiting
                   if os.path.lexists(os.path.join(root, path)) and is_elf(os.path.join(root, path))]
        waiting = []
        for path, names in needed(objects).items():
            for name in names:
                library = find_library(root, name, judged)
                if library is None:
                    sys.exit(f'prune: {os.path.relpath(path, root)} needs {name}, which is not in the tree')
                for step in with_link_targets(root, library):
                    if step not in kept:
                        kept.add(step)
                        waiting.append(step)


def remove_empty_folders(root):
    """Folders of the judged places that hold nothing any more, and links that lead nowhere."""
    for top in JUDGED:
        for folder, _, files in os.walk(os.path.join(root, top), topdown=False):
            for name in files:
                path = os.path.join(folder, name)
                if os.path.islink(path) and os.readlink(path) != '/dev/null':
                    target = with_link_targets(root, os.path.relpath(path, root))[-1]
                    if not os.path.lexists(os.path.join(root, target)):
                        os.remove(path)
            if not os.listdir(folder) and os.path.relpath(folder, root) not in JUDGED:
                os.rmdir(folder)


def remove_extra_rights(root):
    """No program gains rights when it is started."""
    for folder, _, files in os.walk(root):
        for name in files:
            path = os.path.join(folder, name)
            mode = os.lstat(path).st_mode
            if stat.S_ISREG(mode):
                if mode & (stat.S_ISUID | stat.S_ISGID):
                    os.chmod(path, stat.S_IMODE(mode) & ~(stat.S_ISUID | stat.S_ISGID))
                if 'security.capability' in os.listxattr(path):
                    os.removexattr(path, 'security.capability')


def main():
    root, keep_file = sys.argv[1:]
    patterns = read_patterns(keep_file)
    judged = list_judged(root)
    kept, unknown = set(), []
    for pattern in patterns:
        matches = fnmatch.filter(judged, pattern.lstrip('/'))
        if not matches:
            unknown.append(f'prune: {keep_file}: nothing in the tree is called {pattern}')
        for path in matches:
            kept.update(with_link_targets(root, path))
    if unknown:
        sys.exit('\n'.join(unknown))
    # What a unit wants by a link is wanted only if it is there.
    kept.update([path for path in judged if re.search(r'\.(wants|requires)/', path)
                 and with_link_targets(root, path)[-1] in kept])
    close_over_libraries(root, kept, judged)
    gone = [path for path in judged if path not in kept]
    for path in gone:
        os.remove(os.path.join(root, path))
    remove_empty_folders(root)
    remove_extra_rights(root)
    print(f'prune: {len(judged)} files judged, {len(gone)} deleted')


if __name__ == '__main__':
    main()
