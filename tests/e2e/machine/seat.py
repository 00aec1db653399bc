# SPDX-License-Identifier: GPL-3.0-or-later
"""The person of the demo (kiosk/demo/person.py) before a real machine: hands and eyes are QEMU's.

What happened is read from the audit log: through the agent where there is one, and otherwise off the disk.
"""

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("KIOSK_LIMIT", "300")
os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # the text recogniser is faster without threads beside an emulator
sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "kiosk" / "demo"))
import person as demo_person  # noqa: E402
import terminal as demo_terminal  # noqa: E402
from terminal import Failure, wait_for  # noqa: E402,F401

import disks  # noqa: E402

LOG = "/var/log/maintenance-kiosk/audit.log"
# Further pages, by the words on them (see WORDS in kiosk/demo/person.py).
demo_person.WORDS.update({
    "stopped": ("保守のため停止中|停止した理由|電源を切らずに", "Outofservice|Whyitstopped"),
    "number": ("新しいキーボード|この番号を入力", "newkeyboard|Typethisnumber"),
    "certificate": ("接続を中止しました|なりすまし|登録されているものと違い", "connectionwasstopped|posingastheserver"),
})


class Terminal(demo_terminal.Terminal):
    """Hands, eyes and the log."""

    def __init__(self, qemu, agent, log_disk):
        super().__init__(None, None)
        self.qemu, self.agent, self.log_disk = qemu, agent, log_disk
        self.read_bytes = 0
        self.lines = []

    def key(self, combination):
        self.qemu.key(combination)

    def type(self, text):
        self.qemu.type(text)

    def click(self, x, y, button=1):
        raise NotImplementedError("a mouse knows no places")

    def look(self):
        return wait_for("a picture on the monitor", self.qemu.look)

    def has_bar_now(self):
        return self.has_bar(self.look())

    def records(self):
        if self.agent is None:
            with tempfile.TemporaryDirectory() as folder:
                log = disks.read_log(self.log_disk, Path(folder))
                return demo_terminal.read_log(log) if log else []
        new = self.agent.run(f"tail -c +{self.read_bytes + 1} {LOG} 2>/dev/null")
        complete = new[:new.rfind("\n") + 1]
        self.read_bytes += len(complete.encode())
        self.lines += [demo_terminal.json.loads(line) for line in complete.splitlines()]
        return list(self.lines)


class Person(demo_person.Person):
    def __init__(self, terminal, facts, name="k-sato"):
        # Not the base's: it reads the scene of the demo.
        # pylint: disable=super-init-not-called
        self.terminal, self.facts, self.name = terminal, facts, name
        self.japanese = True
        self.password = facts["people"][name]

    def open_session(self, number, server, ticket=None):
        """As in the demo, but a refused connection ends the waiting."""
        begun = self.choose(number, server, ticket)
        record = wait_for("record connect", lambda: next(
            (record for record in self.terminal.records()[begun:] if record["event.action"] == "connect"), None))
        if record["event.outcome"] != "success":
            raise Failure(f"no session: {record.get('event.reason')}: {record.get('message')}")
        return self.session_equals(server)
