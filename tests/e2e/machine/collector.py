# SPDX-License-Identifier: GPL-3.0-or-later
"""A real collector of logs on the wire: rsyslogd as kiosk/data/rsyslog/collector.conf configures it, with the image's own kioskctl,
its files in a folder of their own. The keys in keys/collector are published and protect nothing."""

import json
import subprocess
from pathlib import Path

import network

HERE = Path(__file__).resolve().parent
CONFIGURATION = HERE.parents[2] / "kiosk" / "data" / "rsyslog" / "collector.conf"


class Collector:
    def __init__(self, folder, kioskctl):
        self.folder, self.kioskctl = folder, kioskctl
        self.store = folder / "log"
        self.process = None
        for made in (self.store, folder / "rsyslog"):
            made.mkdir(parents=True)
        text = CONFIGURATION.read_text(encoding="utf-8")
        for old, new in (("/usr/bin/kioskctl", kioskctl), ("/var/lib/kiosk-collector", folder),
                         ("/etc/kiosk-collector", HERE / "keys" / "collector")):
            if old not in text:
                raise ValueError(f"{CONFIGURATION}: no {old}")
            text = text.replace(old, str(new))
        (folder / "collector.conf").write_text(text, encoding="utf-8")

    def start(self):
        with open(self.folder / "rsyslogd.log", "ab") as log:
            self.process = subprocess.Popen(
                network.in_space("/usr/sbin/rsyslogd", "-n", "-f", str(self.folder / "collector.conf"), "-i", "NONE"),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait()
            self.process = None

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
        """What rsyslogd said last, for whoever looks for a reason."""
        return (self.folder / "rsyslogd.log").read_text(errors="replace")[-300:]
