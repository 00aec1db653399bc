# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the builder's tools share: a tree to work on, and a tool that is started on it."""

import os
import subprocess
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
IMAGE = os.path.join(ROOT, 'kiosk/image')


class TreeTest(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix='kiosk-image-')
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.tree = self.make_tree()

    def make_tree(self):
        """Another empty tree."""
        return tempfile.mkdtemp(prefix='tree-', dir=self.folder)

    def path(self, path):
        """A place in the tree."""
        return os.path.join(self.tree, path)

    def put(self, path, content='', mode=0o644):
        """A file in the tree."""
        place = self.path(path)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(place, 'wb') as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        os.chmod(place, mode)
        return place

    def link(self, path, target):
        """A symbolic link in the tree."""
        place = self.path(path)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        os.symlink(target, place)

    def listing(self):
        """All files and links of the tree."""
        return sorted(os.path.relpath(os.path.join(folder, name), self.tree)
                      for folder, folders, files in os.walk(self.tree)
                      for name in files + [f for f in folders if os.path.islink(os.path.join(folder, f))])


def run(tool, *arguments):
    """Starts a tool of kiosk/image: (exit status, what it printed, what it complained about)."""
    done = subprocess.run([os.path.join(IMAGE, tool), *arguments], capture_output=True, text=True, timeout=60,
                          check=False)
    return done.returncode, done.stdout, done.stderr
