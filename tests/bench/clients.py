# SPDX-License-Identifier: GPL-3.0-or-later
"""The programs that are compared: the kiosk on its way from log-in to log-out, and other RDP clients.

Each is opened (which returns when the server's picture stands complete on its screen, and how long
that took), is looked at and typed into through its own X screen, and is closed again.
"""

import os
import random
import re
import subprocess
import time

import processes
import screen
from person import TICKET, Person
from terminal import BAR, Failure, wait_for

SERVER, ADDRESS = "jumin-ap01", "10.99.0.11"
KEY_A, KEY_RETURN = 38, 36  # codes of X
TOLERANCE = 48  # of 255: H.264, and the kiosk's watermark on top
LIMIT_S = 60
PROBE = (32, 32)


class Client:
    """What both kinds have in common: a screen with the server's picture at row top, and a hand."""

    def __init__(self, name, frame_buffer, display, top):
        self.name = name
        self.screen = screen.Screen(frame_buffer)
        self.hand = screen.Hand(display)
        self.top = top

    def wait_picture(self, points, begun):
        """Milliseconds from begun until the whole picture stands there."""
        while not screen.shows(self.screen, points, self.top, TOLERANCE):
            if time.perf_counter() - begun > LIMIT_S:
                raise Failure(f"{self.name}: no complete picture of the server")
            time.sleep(0.002)
        return (time.perf_counter() - begun) * 1000

    def answer_ms(self):
        """Milliseconds from a key press here to the answer of the server's desktop on this screen."""
        x, y = PROBE[0], PROBE[1] + self.top
        before = self.screen.is_light(x, y)
        # Not in step with the server's capturing
        time.sleep(0.25 + 0.1 * random.random())
        begun = time.perf_counter()
        self.hand.press(KEY_A)
        while self.screen.is_light(x, y) == before:
            if time.perf_counter() - begun > LIMIT_S:
                raise Failure(f"{self.name}: a key has no effect")
            time.sleep(0.0005)
        ended = time.perf_counter()
        self.hand.release(KEY_A)
        return (ended - begun) * 1000


class Kiosk(Client):
    """The demo's terminal: measured from Return on the server's password."""

    def __init__(self, facts):
        super().__init__("kiosk", facts["monitor"], ":1", BAR)
        self.person = Person()

    def open(self, points):
        person, terminal = self.person, self.person.terminal
        person.page("login")
        person.log_in()
        person.page("servers")
        begun_log = len(terminal.records())
        terminal.key("Alt+1")
        terminal.key("Return")
        terminal.enter(TICKET[0])
        terminal.enter(TICKET[1])
        person.page("credentials")
        terminal.type(person.facts["servers"][SERVER]["password"])
        terminal.wait_still("the password field")
        begun = time.perf_counter()
        self.hand.press(KEY_RETURN)
        self.hand.release(KEY_RETURN)
        took = self.wait_picture(points, begun)
        terminal.wait_record("connect", "success", begun_log)
        return took

    def processes(self):
        """Its own programs, and what brings them to the screen (cage starts an Xwayland always)."""
        shell, = processes.find("kiosk-shell")
        worker, = processes.find("kiosk-rdp")
        return ({shell: "kiosk-shell", worker: "kiosk-rdp"},
                {processes.parent(shell): "cage", **{pid: "Xwayland" for pid in processes.find("Xwayland")}})

    def close(self):
        terminal = self.person.terminal
        begun = len(terminal.records())
        terminal.key("Control+Alt+Home")
        # Before the menu is laid out, Down leads nowhere: on a busy machine it would come too early.
        terminal.wait_still("the menu")
        terminal.key("Down")
        terminal.key("Return")
        terminal.wait_record("disconnect", "success", begun)
        self.person.page("servers")
        self.person.log_out()


class Peer(Client):
    """A program in a cage of its own on a monitor of its own, as large as the server's desktop.

    Compositor and Xwayland run before the clock starts, as the kiosk's do; the clock starts with exec."""

    FOLDER = "/run/demo/peer"

    def __init__(self, name, arguments, wayland=False, environment=()):
        super().__init__(name, f"{self.FOLDER}/Xvfb_screen0", ":2", 0)
        self.arguments = arguments
        self.wayland = wayland
        self.environment = environment
        self.cage = None
        self.others = set()

    @classmethod
    def prepare(cls, width, height):
        """Monitor and network of all peers: next to the terminal's, without the terminal's firewall."""
        for line in ("netns add peer",
                     "link add peer0 netns peer type veth peer name peer1 netns servers",
                     "-n peer address add 10.99.1.1/24 dev peer0",
                     "-n servers address add 10.99.1.2/24 dev peer1",
                     "-n servers link set peer1 up", "-n peer link set peer0 up", "-n peer link set lo up",
                     "-n peer route add 10.99.0.0/24 via 10.99.1.2"):
            subprocess.run(["ip", *line.split()], check=True)
        subprocess.run(["install", "-d", "-o", "kiosk", "-g", "kiosk", "-m", "0700", cls.FOLDER], check=True)
        subprocess.Popen(["Xvfb", ":2", "-screen", "0", f"{width}x{height}x24", "-fbdir", cls.FOLDER,
                          "-nolisten", "tcp", "-ac", "-noreset"],
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for("monitor of the peers", lambda: os.path.exists("/tmp/.X11-unix/X2") and subprocess.run(
            ["xdpyinfo", "-display", ":2"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0)

    def _start_cage(self):
        go, ready = f"{self.FOLDER}/go", f"{self.FOLDER}/ready"
        for name in (go, ready):
            if os.path.exists(name):
                os.unlink(name)
        self.others = set(processes.find("Xwayland"))  # the kiosk's
        os.mkfifo(go)
        os.chmod(go, 0o644)
        # xprop keeps Xwayland alive until the client comes.
        before = "" if self.wayland else "xprop -root -spy >/dev/null & xprop -root >/dev/null; "
        script = f"{before}: >{ready}; read -r go <{go}; exec \"$@\""
        self.cage = subprocess.Popen(
            ["ip", "netns", "exec", "peer", "setpriv", "--reuid", "kiosk", "--regid", "kiosk", "--clear-groups",
             "env", "-i", "PATH=/usr/bin:/bin", f"HOME={self.FOLDER}", "LANG=C.UTF-8", f"XDG_RUNTIME_DIR={self.FOLDER}",
             "DISPLAY=:2", "WLR_BACKENDS=x11", "WLR_RENDERER=pixman", "WLR_LIBINPUT_NO_DEVICES=1", *self.environment,
             "cage", "--", "sh", "-c", script, "sh", self.name, *self.arguments],
            stdin=subprocess.DEVNULL, stdout=open(f"/mnt/out/logs/{self.name}.log", "ab"), stderr=subprocess.STDOUT)
        wait_for("cage of the peer", lambda: os.path.exists(ready))
        self._fill_monitor()
        time.sleep(0.5)
        return go

    def _fill_monitor(self):
        """cage's window on X11 begins at 1024x768."""
        children = subprocess.run(["xwininfo", "-display", ":2", "-root", "-children"], check=True,
                                  capture_output=True, text=True).stdout
        window = re.search(r"^ +(0x[0-9a-f]+)", children, re.M).group(1)
        subprocess.run(["xdotool", "windowmove", window, "0", "0", "windowsize", window, str(self.screen.width),
                        str(self.screen.height)], check=True, env={**os.environ, "DISPLAY": ":2"})

    def open(self, points):
        go = self._start_cage()
        with open(go, "w", encoding="ascii") as pipe:
            begun = time.perf_counter()
            pipe.write("go\n")
        return self.wait_picture(points, begun)

    def processes(self):
        own = {pid: name for pid, name in processes.tree(self.cage.pid).items() if name == self.name}
        # cage lets go of Xwayland, so that it is no child of its own.
        xwayland = set(processes.find("Xwayland")) - self.others
        return own, {self.cage.pid: "cage", **{pid: "Xwayland" for pid in xwayland}}

    def close(self):
        for pid in processes.tree(self.cage.pid):
            if pid != self.cage.pid:
                try:
                    os.kill(pid, 15)
                except ProcessLookupError:
                    pass
        try:
            self.cage.wait(5)
        except subprocess.TimeoutExpired:
            self.cage.kill()
            self.cage.wait()
