# SPDX-License-Identifier: GPL-3.0-or-later
"""Two machines in network namespaces of a world (kiosk/demo/world.sh): a terminal "t" and a collector "c", each with a real rsyslogd, configured
as the product configures them and without root, as their units start them."""

import ctypes
import os
import shutil
import subprocess
import time

BUILD = "/mnt/build"
STORE = "/var/lib/kiosk-collector/log"
PUBLISHED = "/var/lib/kiosk-collector-receipts"
CERTIFICATES = "/etc/maintenance-kiosk/collector"
TERMINAL, COLLECTOR, PORT = "10.98.0.1", "10.98.0.2", 6514
DEADLINE = 60


def run(*command, **options):
    return subprocess.run(command, check=True, text=True, capture_output=True, **options).stdout


def wait(what, condition):
    """Until it holds; the deadline only tells what hangs."""
    end = time.monotonic() + DEADLINE
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"waited in vain for: {what}")
        time.sleep(0.05)


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return b""


# ---- The two machines ----

def make_network():
    for name in ("t", "c"):
        run("ip", "netns", "add", name)
        run("ip", "-n", name, "link", "set", "lo", "up")
    run("ip", "-n", "t", "link", "add", "line", "type", "veth", "peer", "name", "line", "netns", "c")
    for name, address in (("t", TERMINAL), ("c", COLLECTOR)):
        run("ip", "-n", name, "address", "add", f"{address}/24", "dev", "line")
        run("ip", "-n", name, "link", "set", "line", "up")


def make_certificate(folder, name, common_name):
    run("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/CN={common_name}",
        "-keyout", f"{folder}/{name}.key", "-out", f"/tmp/{name}.csr")
    run("openssl", "x509", "-req", "-in", f"/tmp/{name}.csr", "-CA", "/tmp/ca.pem", "-CAkey", "/tmp/ca.key", "-CAcreateserial",
        "-days", "2", "-out", f"{folder}/{name}.pem")


def make_certificates():
    for folder in (CERTIFICATES, "/etc/kiosk-collector"):
        os.makedirs(folder)
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=logs",
        "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-days", "2", "-keyout", "/tmp/ca.key", "-out", "/tmp/ca.pem")
    for folder in (CERTIFICATES, "/etc/kiosk-collector"):
        shutil.copy("/tmp/ca.pem", folder)
    make_certificate(CERTIFICATES, "terminal", "A-03")
    make_certificate("/etc/kiosk-collector", "collector", COLLECTOR)


class Rsyslogd:
    """One that can be started again."""

    def __init__(self, namespace, configuration, name, user, *rights):
        self.command = ["ip", "netns", "exec", namespace, "setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups",
                        "--no-new-privs", *rights, "/usr/sbin/rsyslogd", "-n", "-f", configuration, "-i", "NONE"]
        self.errors = f"/tmp/{name}.err"
        self.process = None

    def start(self):
        with open(self.errors, "ab") as errors:
            self.process = subprocess.Popen(self.command, stdout=errors, stderr=errors, stdin=subprocess.DEVNULL)

    def end(self, how):
        self.process.send_signal(how)
        self.process.wait(DEADLINE)


class Source:
    """A terminal's log that grows."""

    def __init__(self, folder, host, number, add=True):
        os.makedirs(folder, exist_ok=True)
        self.folder, self.host = folder, host
        self.process = subprocess.Popen([f"{BUILD}/tests/collect/log-source", folder, host, str(number)], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.say("checkpoint")
        if add:
            self.add()

    def add(self):
        run("kioskctl", "collect", "add", STORE, f"{self.folder}/enrolment.json")

    def say(self, *words):
        for word in words:
            print(word, file=self.process.stdin, flush=True)
            self.last = int(self.process.stdout.readline())
        return self.last

    def lines(self):
        return read(f"{self.folder}/audit.log").splitlines()

def collector_pid():
    """kioskctl, as rsyslogd has started it."""
    for name in os.listdir("/proc"):
        if name.isdigit() and read(f"/proc/{name}/cmdline").split(b"\0")[:3] == [b"/usr/bin/kioskctl", b"collect", b"run"]:
            return int(name)
    return None


# Without root, and without its rights but for the one to read the log.
NONE = ("--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all")
READ = tuple(f"{right},+dac_read_search" for right in NONE)


def make(quick=("", ""), size="24m"):
    """Networks, certificates, users, configurations; the key of the collector, and both rsyslogd, not started. @quick: options of
    kioskctl collect run, and of omprog. @size: of the collector's disk; None: it stays as it is."""
    make_network()
    make_certificates()
    for made in ("/var/lib/kiosk-collector", "/var/lib/kiosk-forward", "/mnt/small", "/var/log/maintenance-kiosk"):
        os.makedirs(made, exist_ok=True)
    if size:
        run("mount", "-t", "tmpfs", "-o", f"size={size},mode=0755", "tmpfs", "/var/lib/kiosk-collector")
    for made in (STORE, "/var/lib/kiosk-collector/rsyslog"):
        os.makedirs(made)
    key = run("kioskctl", "collect", "key", "/etc/kiosk-collector/receipt.key").strip()

    text = read("/mnt/repo/kiosk/data/rsyslog/collector.conf").decode()
    assert text.count("collect run ") == text.count('confirmMessages="on"') == 1
    text = text.replace("collect run ", f"collect run {quick[0]}".rstrip() + " ").replace('confirmMessages="on"', f'{quick[1]} confirmMessages="on"')
    with open("/tmp/collector.conf", "w") as file:
        file.write(text)
    with open("/tmp/policy.conf", "w") as file:
        file.write(read("/mnt/repo/kiosk/data/policy.conf.sample").decode())
        file.write(f"\n[service collector]\naddress={COLLECTOR}\nport={PORT}\n")
    with open("/tmp/forward.conf", "w") as file:
        file.write(run("kioskctl", "policy", "forward", "/tmp/policy.conf"))
    for user, folder in (("kiosk-log", "/var/lib/kiosk-forward"), ("kiosk-collector", "/var/lib/kiosk-collector")):
        run("useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", user)
        run("chown", "-R", f"{user}:{user}", folder)
    run("chown", "-R", "kiosk-collector:kiosk-collector", "/etc/kiosk-collector")
    run("install", "-d", "-o", "kiosk-collector", "-g", "kiosk-collector", "-m", "0750", PUBLISHED)
    for private in (f"{CERTIFICATES}/terminal.key", "/etc/kiosk-collector/collector.key"):
        os.chmod(private, 0o600)
    for file in ("/tmp/collector.conf", "/tmp/forward.conf"):
        run("rsyslogd", "-N1", "-f", file)
    return (key, Rsyslogd("c", "/tmp/collector.conf", "collector", "kiosk-collector", *NONE),
            Rsyslogd("t", "/tmp/forward.conf", "forward", "kiosk-log", *READ))


def enter(namespace):
    """This process is on that machine from here on."""
    with open(f"/run/netns/{namespace}") as file:
        assert ctypes.CDLL(None).setns(file.fileno(), 0) == 0
