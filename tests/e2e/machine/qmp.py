# SPDX-License-Identifier: GPL-3.0-or-later
"""QMP, the control socket of QEMU (docs/interop/qmp-spec.rst of QEMU)."""

import json
import socket
import threading
import time


class QmpError(Exception):
    """QEMU refused a command, or is gone."""


class Qmp:
    def __init__(self, path, process):
        self.events = []
        self.lock = threading.Lock()  # one looks at the screen while another presses keys
        self.socket = self._connect(path, process)
        self.reader = self.socket.makefile("rb")
        self.reader.readline()  # greeting
        self.command("qmp_capabilities")

    @staticmethod
    def _connect(path, process):
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if process.poll() is not None:
                raise QmpError(f"QEMU ended with {process.returncode}")
            try:
                connection = socket.socket(socket.AF_UNIX)
                connection.connect(path)
                return connection
            except OSError:
                connection.close()
                time.sleep(0.05)
        raise QmpError("QEMU opens no control socket")

    def command(self, command, **arguments):
        """Sends a command, returns its result. Underscores in names of arguments stand for hyphens."""
        words = {name.replace("_", "-"): value for name, value in arguments.items()}
        try:
            with self.lock:
                self.socket.sendall(json.dumps({"execute": command, "arguments": words}).encode() + b"\n")
                return self._answer(command)
        except OSError as error:
            raise QmpError(f"{command}: {error}") from None

    def _answer(self, command):
        while True:
            line = self.reader.readline()
            if not line:
                raise QmpError(f"{command}: QEMU is gone")
            message = json.loads(line)
            if "event" in message:
                self.events.append(message)
            elif "error" in message:
                raise QmpError(f"{command}: {message['error']['desc']}")
            else:
                return message["return"]

    def monitor(self, line):
        """A command of the human monitor, for what QMP has no command for."""
        return self.command("human-monitor-command", command_line=line)

    def has_event(self, name):
        self.command("query-name")  # events arrive before its answer
        return any(event["event"] == name for event in self.events)

    def close(self):
        self.reader.close()
        self.socket.close()
