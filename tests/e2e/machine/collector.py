# SPDX-License-Identifier: GPL-3.0-or-later
"""A real collector of logs on the wire: rsyslogd and nginx as kiosk/data configures them, with the image's own kioskctl, their
files in a folder of their own. The keys in keys/collector are published and protect nothing."""

import json
import subprocess
from pathlib import Path

import network

HERE = Path(__file__).resolve().parent
DATA = HERE.parents[2] / "kiosk" / "data"
KEYS = HERE / "keys" / "collector"


def write_configuration(source, target, places):
    """As it is shipped, but for where files are."""
    text = source.read_text(encoding="utf-8")
    for old, new in places.items():
        if old not in text:
            raise ValueError(f"{source}: no {old}")
        text = text.replace(old, str(new))
    target.write_text(text, encoding="utf-8")


class Collector:
    def __init__(self, folder, kioskctl):
        self.folder, self.kioskctl = folder, kioskctl
        self.store = folder / "log"
        self.processes = []
        for made in (self.store, folder / "rsyslog", folder / "receipts", folder / "nginx"):
            made.mkdir(parents=True)
        write_configuration(DATA / "rsyslog" / "collector.conf", folder / "collector.conf", {
            "/usr/bin/kioskctl": kioskctl, "/var/lib/kiosk-collector-receipts": folder / "receipts",
            "/var/lib/kiosk-collector": folder, "/etc/kiosk-collector": KEYS})
        write_configuration(DATA / "nginx" / "receipts.conf", folder / "receipts.conf", {
            "/run/kiosk-collector-receipts": folder / "nginx", "/var/lib/kiosk-collector-receipts": folder / "receipts",
            "/etc/kiosk-collector-receipts": KEYS})

    def _start(self, *command):
        with open(self.folder / "words.log", "ab") as log:
            self.processes.append(subprocess.Popen(network.in_space(*command), stdin=subprocess.DEVNULL, stdout=log, stderr=log))

    def start(self):
        self._start("/usr/sbin/rsyslogd", "-n", "-f", str(self.folder / "collector.conf"), "-i", "NONE")
        self._start("/usr/sbin/nginx", "-c", str(self.folder / "receipts.conf"))

    def stop(self):
        for process in self.processes:
            process.terminate()
            process.wait()
        self.processes = []

    def add(self, enrolment):
        """Says which terminal is known from now on; enrolment: the file's text."""
        path = self.folder / "enrolment.json"
        path.write_text(enrolment, encoding="utf-8")
        subprocess.run([self.kioskctl, "collect", "add", self.store, path], check=True, stdout=subprocess.DEVNULL)

    def read(self, name):
        path = self.store / name
        return path.read_bytes() if path.exists() else b""

    def alarms(self):
        return [json.loads(line)["alarm"] for line in self.read("alarms.jsonl").splitlines()]

    def words(self):
        """What they said last, for whoever looks for a reason."""
        return (self.folder / "words.log").read_text(errors="replace")[-300:]
