# SPDX-License-Identifier: GPL-3.0-or-later
"""The frame of the machine tests: what they have in common, how a case begins and ends, how results are told.

A case is a function with one argument, a Stand: a machine with a person before it. It begins where it
says (see case()): at the saved log-in page, or with the power off.
"""

import fcntl
import functools
import shutil
import subprocess
import time
import traceback
from pathlib import Path

import agent as inside
import disks
import network
from qemu import LIMIT, Qemu, disk, firmware
from seat import Failure, Person, Terminal, wait_for
import terminal

HERE = Path(__file__).resolve().parent
BAR = 48
SERVER = "jumin-ap01"
SERVER_PASSWORD = "Saku-2026"
PEOPLE = {"k-sato": "Midori-2026-sato", "t-suzuki": "Midori-2026-suzuki", "m-tanaka": "Midori-2026-tanaka"}
TICKET = ("W-2026-1184", "monthly patch")

# Asks a question every few minutes, and ends.
PASSING = ("kiosk-receipts",)

CASES = {}


def case(core=False, start="saved"):
    """Registers a case. start: "saved" (log-in page of the quick variant, with an agent), "off" (the case
    switches a machine on itself). core: belongs to the short run."""
    def register(function):
        function.core, function.start = core, start
        CASES[function.__name__] = function
        return function
    return register


class Suite:
    def __init__(self, image, out):
        self.image, self.out = Path(image), Path(out)
        self.servers_folder = Path("/run/machine")
        self.disks = self.out / "disks"
        self.children = []
        self.lines, self.figures, self.durations = [], {}, {}
        self.n_checks = self.n_failed = 0
        self._lock()

    # ---- telling ----

    def check(self, what, passed, detail=""):
        self.n_checks += 1
        self.n_failed += not passed
        text = " ".join(str(detail).split())[:500]
        self.say(f"{'ok' if passed else 'not ok'} {self.n_checks} {what}" + (f" # {text}" if text else ""))
        return bool(passed)

    def say(self, line):
        self.lines.append(line)
        print(line, flush=True)

    def figure(self, name, value):
        self.figures[name] = value
        self.say(f"# {name}: {value}")

    def write_summary(self):
        durations = [f"{name}: {seconds:.0f} s" for name, seconds in self.durations.items()]
        figures = [f"{name}: {value}" for name, value in self.figures.items()]
        (self.out / "summary.txt").write_text("\n".join(
            [*self.lines, "", "figures", *figures, "", "durations", *durations, "",
             f"{self.n_checks - self.n_failed} passed, {self.n_failed} failed"]) + "\n", encoding="utf-8")

    # ---- the world around the machine ----

    def _lock(self):
        """Two runs in one folder would take each other's disks away."""
        self.out.mkdir(parents=True, exist_ok=True)
        self.lock = open(self.out / "lock", "w", encoding="utf-8")  # held until the end of this process
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemExit(f"{self.out}: another run is at work there") from None

    def prepare(self):
        if self.disks.exists():
            shutil.rmtree(self.disks)
        self.disks.mkdir(parents=True)
        network.make()
        self.children.append(network.start_listeners())
        self.children.append(network.start_time_source(self.out / "logs"))
        self._start_servers()
        self.capture = network.Capture(self.out / "terminal.pcap")
        self.children.append(self.capture.process)
        inside.make_tools(self.disks / "agent")
        inside.make_initrd(self.image / "quick" / "initrd", self.disks / "agent.initrd", self.disks / "agent-initrd",
                           self.disks / "agent")
        disks.make_log_disk(self.disks / "log.raw", self.disks)
        self._take_kioskctl()

    def _start_servers(self):
        servers = subprocess.Popen([HERE / "servers.sh", self.servers_folder, self.out / "logs", "1280", str(800 - BAR)],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self.children.append(servers)
        if servers.stdout.readline() != "ready\n":
            raise Failure("the servers do not start")

    def _take_kioskctl(self):
        """The image's own program; it runs here, too, because this is the same Debian."""
        self.kioskctl = self.disks / "kioskctl"
        with open(self.kioskctl, "wb") as file:
            subprocess.run(["dump.erofs", "--cat", "--path=/usr/bin/kioskctl", self.image / "quick" / "root.erofs"],
                           stdout=file, check=True)
        self.kioskctl.chmod(0o755)

    def facts(self):
        folder = str(self.servers_folder / "servers" / SERVER)
        return {"language": "ja", "people": PEOPLE,
                "servers": {SERVER: {"user": "maint", "password": SERVER_PASSWORD, "folder": folder}}}

    def close(self):
        for child in self.children:
            child.kill()
            child.wait()

    # ---- machines ----

    def quick_arguments(self, log_disk, extra_words="", initrd=None, root=None):
        """The verified root without its verification, started without firmware. initrd: another than that with the
        agent; root: another one."""
        quick = self.image / "quick"
        line = (quick / "cmdline").read_text().strip() + extra_words
        return ["-kernel", str(quick / "vmlinuz"), "-append", line, "-initrd", str(initrd or self.disks / "agent.initrd"),
                *(root or disk(quick / "root.erofs", "root")), *disk(log_disk, "log", "qcow2", writable=True)]

    def release_arguments(self, system_disk, folder, boot=0):
        return [*firmware(folder), *disk(system_disk, "system", "qcow2", writable=True, boot=boot)]

    def boot_and_save(self):
        """The log-in page, once, for all cases that begin there."""
        stand = Stand(self, "boot")
        log = disks.overlay(self.disks / "log.raw", self.disks / "saved-log.qcow2")
        stand.switch_on(self.quick_arguments(log), log, has_agent=True)
        CASES["boot"](stand)
        self.saved = self.disks / "saved-state"
        stand.qemu.save(self.saved)
        stand.close()

    def root_partition(self):
        """(first byte, size) of the root file system in the release's disk."""
        return next(place for label, place in disks.partitions(self.image / "terminal.raw").items()
                    if label.startswith("kiosk-root"))

    @staticmethod
    def flip_bit(base, overlay, offset):
        """Changes one bit of an overlay over the disk."""
        with open(base, "rb") as file:
            file.seek(offset)
            value = file.read(1)[0] ^ 1
        subprocess.run(["qemu-io", "-f", "qcow2", "-c", f"write -P {value} {offset} 1", overlay], check=True,
                       stdout=subprocess.DEVNULL)

    # ---- cases ----

    def run(self, names):
        """Runs cases by name; the boot always comes first."""
        self._run("boot", self.boot_and_save)
        if not hasattr(self, "saved"):
            return
        for name in names:
            if name != "boot":
                self._run(name, functools.partial(self._run_case, name))

    def _run(self, name, act):
        begun = time.monotonic()
        try:
            act()
        except Exception as error:  # pylint: disable=broad-except
            # Whatever happens in one case, the others are run.
            if not isinstance(error, Failure):
                traceback.print_exc()
            self.check(f"{name}: goes to its end", False, f"{type(error).__name__}: {error}")
        self.durations[name] = time.monotonic() - begun
        self.say(f"# {name}: {self.durations[name]:.0f} s")

    def _run_case(self, name):
        stand = Stand(self, name)
        try:
            if CASES[name].start == "saved":
                stand.restore()
            CASES[name](stand)
        except Exception:
            if stand.qemu and stand.qemu.is_running():
                stand.shoot("failed")
            raise
        finally:
            stand.close()


class Stand:
    """One machine, the person before it, and what a case wants to know of both."""

    def __init__(self, suite, name):
        self.suite, self.name = suite, name
        self.folder = suite.out / name
        if self.folder.exists():
            shutil.rmtree(self.folder)
        self.folder.mkdir(parents=True)
        self.n_shots = 0
        self.qemu = self.agent = self.terminal = self.person = None

    def check(self, what, passed, detail=""):
        return self.suite.check(f"{self.name}: {what}", passed, detail)

    def check_wait(self, what, condition, limit=None):
        """Passed as soon as the condition is true."""
        try:
            wait_for(what, condition, limit)
            return self.check(what, True)
        except Failure as failure:
            return self.check(what, False, str(failure))

    # ---- power ----

    def switch_on(self, arguments, log_disk, has_agent=False, state=None, outputs=1):
        self.log_disk = log_disk
        self.qemu = Qemu(self.folder, arguments, state, outputs=outputs)
        self.agent = inside.Agent(self.qemu) if has_agent else None
        self.terminal = Terminal(self.qemu, self.agent, log_disk)
        self.person = Person(self.terminal, self.suite.facts())

    def restore(self):
        log = disks.overlay(self.suite.disks / "saved-log.qcow2", self.suite.disks / "case-log.qcow2", "qcow2")
        self.switch_on(self.suite.quick_arguments(log), log, has_agent=True, state=self.suite.saved)

    def close(self):
        if self.qemu and self.qemu.is_running():
            self.qemu.kill()
        # The servers would wait for the one whose plug was pulled.
        subprocess.run(network.in_space("ss", "-K", "dst", network.TERMINAL), capture_output=True, check=False)

    # ---- looking ----

    def shoot(self, name, picture=None):
        picture = picture or self.qemu.look()
        if picture:
            self.n_shots += 1
            picture.save(self.folder / f"{self.n_shots:02d}-{name}.png")
        return picture

    def page(self, *names):
        """Waits for one of the pages, keeps its picture; returns its name."""
        name, picture = self.person.page(*names)
        self.shoot(name, picture)
        return name

    def check_own_screen(self, what):
        picture = self.shoot("screen")
        return self.check(what, picture is not None and self.terminal.has_bar(picture))

    # ---- ways that many cases go ----

    def log_in(self):
        self.person.log_in()
        self.page("servers")

    def open_session(self):
        """From the log-in page into a session."""
        self.log_in()
        return self.reopen_session()

    def reopen_session(self):
        picture, display, share = self.person.open_session(1, SERVER, TICKET)
        self.shoot("session", picture)
        return picture, display, share

    def wait_disconnected(self, what="the server's connection is gone"):
        return self.check_wait(what, lambda: not network.connections(network.SERVER), LIMIT)

    def pids(self, program):
        return self.agent.run(f"$tools/processes {program}").split()

    def processes(self):
        """{(uid, path)} of all processes that are no helpers of one moment."""
        lines = [line.split() for line in self.agent.run("$tools/processes").splitlines()]
        return {(int(words[2]), words[-1]) for words in lines if words[-1].rsplit("/", 1)[-1] not in PASSING}

    @staticmethod
    def records_of(log):
        return terminal.read_log(log)

    def raw_log_disk(self):
        """The log disk's bytes as a file, after power-off."""
        path = self.suite.disks / "case-log.raw"
        subprocess.run(["qemu-img", "convert", "-O", "raw", self.log_disk, path], check=True)
        return path

    def verified_log(self):
        """The log as it stands on the disk, if kioskctl says that it is whole; else None with the reason."""
        log = disks.read_log(self.log_disk, self.folder)
        if log is None:
            return None, "there is no log on the disk, or its file system is damaged"
        done = subprocess.run([self.suite.kioskctl, "log", "verify", log], capture_output=True, text=True, check=False)
        return (log if done.returncode == 0 else None), done.stdout + done.stderr
