# SPDX-License-Identifier: GPL-3.0-or-later
"""A terminal with a real kioskd, and in another network a real nginx and a real `kioskctl collect run`, in a world (kiosk/demo/world.sh)."""

import json
import os
import shutil
import signal
import subprocess
import time

LOG = "/var/log/maintenance-kiosk"
POLICY = "/etc/maintenance-kiosk"
CERTIFICATES = f"{POLICY}/collector"
RUN = "/run/maintenance-kiosk"
UNITS = "/mnt/repo/kiosk/demo/units.sh"
COLLECTOR, PORT = "10.99.0.11", 6515
STORE = "/var/lib/kiosk-collector/log"
PUBLISHED = "/var/lib/kiosk-collector-receipts"
WEB = "/etc/kiosk-collector-receipts"
WEB_USER = "kiosk-collector-receipts"
OFFSET = "/run/wall-clock-offset"
SLEPT = "/run/wall-clock-slept"
DEADLINE = 60


def run(*command, **options):
    return subprocess.run(command, check=True, text=True, capture_output=True, **options).stdout


def wait(what, condition):
    """Until it holds; the deadline only tells what hangs."""
    end = time.monotonic() + DEADLINE
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited in vain for: {what}")
        time.sleep(0.05)


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return b""


def end(process, how=signal.SIGTERM):
    process.send_signal(how)
    process.wait(DEADLINE)


# ---- Certificates ----

def make_authority(name="ca"):
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=logs",
        "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-days", "2", "-keyout", f"/tmp/{name}.key", "-out", f"/tmp/{name}.pem")


def make_certificate(folder, name, subject, authority="ca"):
    os.makedirs(folder, exist_ok=True)
    run("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", subject,
        "-keyout", f"{folder}/{name}.key", "-out", "/tmp/request.csr")
    run("openssl", "x509", "-req", "-in", "/tmp/request.csr", "-CA", f"/tmp/{authority}.pem", "-CAkey", f"/tmp/{authority}.key",
        "-CAcreateserial", "-days", "2", "-out", f"{folder}/{name}.pem")
    shutil.copy("/tmp/ca.pem", folder)
    os.chmod(f"{folder}/{name}.key", 0o600)


# ---- The collector ----

def make_collector():
    """Users, folders and certificates as COLLECTOR.md says; returns the public half of the key of receipts."""
    for user in ("kiosk-log", "kiosk-collector", WEB_USER):
        run("useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", user)
    os.makedirs(STORE)
    os.makedirs("/etc/kiosk-collector")
    key = run("kioskctl", "collect", "key", "/etc/kiosk-collector/receipt.key").strip()
    run("chown", "-R", "kiosk-collector:kiosk-collector", "/var/lib/kiosk-collector", "/etc/kiosk-collector")
    os.chmod("/var/lib/kiosk-collector", 0o750)
    run("install", "-d", "-o", "kiosk-collector", "-g", WEB_USER, "-m", "0750", PUBLISHED)
    make_authority()
    make_certificate(WEB, "collector", f"/CN={COLLECTOR}")
    shutil.copy("/usr/share/doc/maintenance-kiosk/collector/receipts.conf", WEB)
    run("chown", "-R", f"{WEB_USER}:{WEB_USER}", WEB)
    run("install", "-d", "-o", WEB_USER, "-g", WEB_USER, "-m", "0700", f"/run/{WEB_USER}")
    make_certificate(CERTIFICATES, "terminal", "/CN=t-01")
    return key


def as_user(user):
    return ("setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--no-new-privs", "--bounding-set=-all",
            "--inh-caps=-all", "--ambient-caps=-all")


def is_served():
    return f"{COLLECTOR}:{PORT}" in (text := run("ip", "netns", "exec", "servers", "ss", "-Hltn")) or f"0.0.0.0:{PORT}" in text


def start_nginx():
    """As its unit does."""
    with open("/tmp/nginx.err", "ab") as errors:
        process = subprocess.Popen(["ip", "netns", "exec", "servers", *as_user(WEB_USER), "/usr/sbin/nginx", "-e", "stderr", "-c",
                                    f"{WEB}/receipts.conf"], stdout=errors, stderr=errors, stdin=subprocess.DEVNULL)
    wait("nginx", is_served)
    return process


class Collect:
    """kioskctl collect run, to which lines are given as rsyslog's omprog does."""

    def __init__(self, key="/etc/kiosk-collector/receipt.key", store=STORE, published=PUBLISHED):
        self.store, self.published = store, published
        with open("/tmp/collect.err", "ab") as errors:
            self.process = subprocess.Popen([*as_user("kiosk-collector"), "kioskctl", "collect", "run", "--key", key, "--publish",
                                             published, store], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors)
        assert self.process.stdout.readline() == b"OK\n"

    def say(self, line):
        self.process.stdin.write(line)
        self.process.stdin.flush()
        return self.process.stdout.readline()

    def take(self, lines):
        assert self.say(b"BEGIN TRANSACTION\n") == b"OK\n"
        for line in lines:
            assert self.say(b"= 10.99.0.1 " + line + b"\n") == b"DEFER_COMMIT\n"
        assert self.say(b"COMMIT TRANSACTION\n") == b"OK\n"

    def take_log(self, host="t-01"):
        """All that the terminal has, up to its last checkpoint; returns the receipt for it."""
        self.take(log_lines())
        last = [r["event.sequence"] for r in log_records() if r["event.action"] in ("checkpoint", "log-begun", "log-closed")][-1]
        wait(f"the receipt for {last}", lambda: self.receipt(host).get("sequence") == last)
        return self.receipt(host)

    def receipt(self, host="t-01"):
        return json.loads(read(f"{self.published}/{host}.json") or b"{}")

    def end(self):
        self.process.stdin.close()
        self.process.wait(DEADLINE)


def enrol():
    run("kioskctl", "collect", "add", STORE, f"{LOG}/enrolment.json")
    run("chown", "-R", "kiosk-collector:kiosk-collector", STORE)


# ---- The terminal ----

def write_policy(key, more=""):
    text = ("[policy]\nformat=1\n[terminal]\nid=t-01\nsite[ja]=試験\nsite[en]=Test\nlocation[ja]=試験\nlocation[en]=Test\n"
            "contact[ja]=係\ncontact[en]=Desk\nphone=1\nlanguage=ja\nkeyboard=jp\nnotice[ja]=n\nnotice[en]=n\n"
            "[lock]\nidle=600\nlogoff=1800\nwarning=30\n"
            f"[log]\ndirectory={LOG}\nfloor=1\nrotate-hours=1\nkeep=30\n{more}"
            "[role engineer]\npersons=sato\n[person sato]\nname[ja]=佐藤\nname[en]=Sato\n"
            "[server s1]\nlabel[ja]=s\nlabel[en]=s\npurpose[ja]=保守\npurpose[en]=Work\naddress=10.99.0.12\npersons=sato\n"
            f"certificate-sha256={'0123456789abcdef' * 4}\n"
            f"[service collector]\naddress={COLLECTOR}\nport=6514\n")
    if key:
        text += f"[collector]\nkey={key}\n"
    with open(f"{POLICY}/policy.conf", "w") as file:
        file.write(text)
    os.chmod(f"{POLICY}/policy.conf", 0o644)


def status():
    try:
        return json.loads(read(f"{RUN}/status.json") or b"{}")
    except ValueError:
        return {}


def is_ready():
    return status().get("state") == "logged-out"


def stopped_by(code):
    return lambda: status().get("stop_code") == code


class Kioskd:
    process = None

    def start(self, until=is_ready):
        environment = dict(os.environ, LD_PRELOAD="/mnt/build/tests/daemon/libwall-clock.so", WALL_CLOCK_OFFSET=OFFSET, WALL_CLOCK_SLEPT=SLEPT)
        environment.pop("G_DEBUG", None)
        with open("/tmp/kioskd.err", "ab") as errors:
            self.process = subprocess.Popen([UNITS, "kioskd"], env=environment, stdout=errors, stderr=errors, stdin=subprocess.DEVNULL)
        wait("kioskd", until)

    def stop(self):
        end(self.process)
        assert self.process.returncode == 0
        run(UNITS, "end")

    def again(self, until=is_ready):
        """Leaves a checkpoint."""
        self.stop()
        self.start(until)

    def ask(self):
        self.process.send_signal(signal.SIGHUP)


def set_clock(seconds, path=OFFSET):
    with open(path, "w") as file:
        file.write(str(seconds))


def log_lines():
    return [line for line in read(f"{LOG}/audit.log").split(b"\n")[:-1]]


def log_records():
    return [json.loads(line) for line in log_lines()]


def records(action, reason=None):
    return [r for r in log_records() if r["event.action"] == action and reason in (None, r.get("event.reason"))]


def make():
    run("install", "-d", "-m", "0755", POLICY)
    run("install", "-d", "-m", "0700", LOG)
    key = make_collector()
    write_policy(key)
    run(UNITS, "listen", "/tmp/helpers.log")
    return key
