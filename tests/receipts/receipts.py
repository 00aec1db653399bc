#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""receipts.py way | refused | silent | copy - the collector's receipts on their way to the terminal, and what becomes of them there. In a
world (kiosk/demo/world.sh). Prints TAP."""

import glob
import ctypes
import http.client
import json
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import sys
import time
import traceback

import nacl.signing

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import stand  # noqa: E402
from stand import CERTIFICATES, COLLECTOR, LOG, PORT, PUBLISHED, WEB, Collect, Kioskd, log_records, read, records, run, status, wait  # noqa: E402

n_checks = n_failed = 0


def kept():
    return read(f"{LOG}/receipts.jsonl").split(b"\n")[:-1]


def is_kept(sequence):
    """With its record."""
    return lambda: (any(r["kiosk.last"] == sequence for r in records("log-receipted"))
                    and json.loads((kept() or [b"{}"])[-1]).get("sequence") == sequence)


# ---- The way ----

def test_arrives():
    receipt = collect.take_log()
    kioskd.ask()
    wait("the receipt", is_kept(receipt["sequence"]))
    record = records("log-receipted")[-1]
    assert record["event.outcome"] == "success" and record["message"].endswith(f"signed {receipt['time']} by {key}"), record
    assert kept() == read(f"{PUBLISHED}/t-01.json").split(b"\n")[:-1]
    wait("the status", lambda: status()["log"].get("receipt_sequence") == receipt["sequence"])
    text = subprocess.run(["kioskctl", "status", "--lang", "en"], capture_output=True, text=True).stdout  # the clock is a problem here
    assert f"up to record {receipt['sequence']}" in text, text


def test_known():
    """The same once more is nothing new."""
    count = len(records("log-receipted"))
    kioskd.again()
    receipt = collect.take_log()
    kioskd.ask()
    wait("the next receipt", is_kept(receipt["sequence"]))
    kioskd.ask()
    kioskd.ask()
    kioskd.again()
    assert len(records("log-receipted")) == count + 1 and len(kept()) == 2
    assert not records("receipt-refused") and not records("log-contradicted")


def test_torn():
    """The power was cut while one was written."""
    kioskd.stop()
    whole = read(f"{LOG}/receipts.jsonl")
    with open(f"{LOG}/receipts.jsonl", "ab") as file:
        file.write(whole[:100])
    kioskd.start()
    assert read(f"{LOG}/receipts.jsonl") == whole


def test_deletion():
    """What is old enough goes as soon as the collector has it, and not before."""
    stand.set_clock(2 * 3600)
    kioskd.again()
    kioskd.again()
    wait("a compressed file", lambda: glob.glob(f"{LOG}/audit-*.log.zst"))
    old = sorted(glob.glob(f"{LOG}/audit-*.log.zst"))
    os.utime(old[0], (time.time() - 40 * 86400,) * 2)
    kioskd.again()
    assert os.path.exists(old[0]) and not records("log-deleted")
    run("kioskctl", "log", "again", LOG, "/tmp/again")
    for path in sorted(glob.glob("/tmp/again/audit-*.log")):
        collect.take(read(path).split(b"\n")[:-1])
    receipt = collect.take_log()
    kioskd.ask()
    wait("the receipt", is_kept(receipt["sequence"]))
    wait("its deletion", lambda: not os.path.exists(old[0]))
    assert records("log-deleted")[0]["kiosk.file"] == 1 and records("log-deleted")[0]["kiosk.last"] <= receipt["sequence"]
    stand.set_clock(0)


def test_missed():
    """For a day there was no new one."""
    assert "receipts" not in status()["problems"]
    stand.set_clock(25 * 3600, stand.SLEPT)
    wait("the problem", lambda: "receipts" in status().get("problems", ()))
    kioskd.again()
    assert "receipts" not in status()["problems"]


def test_firewall():
    for user, way in (("kiosk-receipts", True), ("root", False), ("nobody", False), ("kiosk-log", False), ("kiosk-connect", False)):
        done = subprocess.run(["setpriv", f"--reuid={user}", f"--regid={pwd.getpwnam(user).pw_gid}", "--clear-groups", "python3", "-c",
                               f"import socket; socket.create_connection(('{COLLECTOR}', {PORT}), 20)"], capture_output=True, text=True)
        assert (done.returncode == 0) == way and (way or "ConnectionRefusedError" in done.stderr), (user, done.stderr)
    lines = [line for line in run("kioskctl", "network", "--lang", "en").splitlines() if f"TCP {PORT} (" in line]
    assert len(lines) == 1 and f"{COLLECTOR} TCP {PORT} (sent by user kiosk-receipts)" in lines[0], lines
    assert "[service collector]" in lines[0]


def ask(certificate, path="/receipt", method="GET"):
    """(status, body) as nginx answers in its own network; a certificate that is refused in the handshake: 400."""
    context = ssl.create_default_context(cafile="/tmp/ca.pem")
    context.check_hostname = False
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if certificate:
        context.load_cert_chain(f"/tmp/{certificate}/terminal.pem", f"/tmp/{certificate}/terminal.key")
    raw = in_network(lambda: socket.create_connection((COLLECTOR, PORT), stand.DEADLINE))
    connection = http.client.HTTPConnection(COLLECTOR, PORT)
    try:
        connection.sock = context.wrap_socket(raw)
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (ssl.SSLError, ConnectionError):
        return 400, b""
    finally:
        connection.close()


def in_network(make):
    """A socket keeps the network in which it was made."""
    own = os.open("/proc/self/ns/net", os.O_RDONLY)
    other = os.open("/run/netns/servers", os.O_RDONLY)
    libc = ctypes.CDLL(None)
    assert libc.setns(other, 0) == 0
    try:
        return make()
    finally:
        assert libc.setns(own, 0) == 0
        os.close(own)
        os.close(other)


def test_certificates():
    """A terminal gets its own file, and nobody gets anything else."""
    stand.make_authority("stranger")
    for name, subject, authority in (("own", "/CN=t-01", "ca"), ("other", "/CN=t-02", "ca"), ("strange", "/CN=t-01", "stranger"),
                                     ("dots", "/CN=..t-01", "ca"), ("two", "/O=x/CN=t-01", "ca"), ("slash", "/CN=x\\/..\\/t-01", "ca"),
                                     ("space", "/CN=t-01 ", "ca"), ("long", "/CN=" + "t" * 64, "ca")):
        stand.make_certificate(f"/tmp/{name}", "terminal", subject, authority)
    receipt = read(f"{PUBLISHED}/t-01.json")
    assert ask("own") == (200, receipt)
    assert ask("other")[0] == 404
    with open(f"{PUBLISHED}/t-02.json", "w") as file:
        file.write("two")
    assert ask("other") == (200, b"two") and ask("own") == (200, receipt)
    for name, code in ((None, 400), ("strange", 400), ("dots", 403), ("two", 403), ("slash", 403), ("space", 403), ("long", 404)):
        assert ask(name)[0] == code, (name, ask(name))
    for path in ("/", "/t-01.json", "/receipt/", "/receipt.json", "//t-02.json", "/../receipts.conf", "/%2e%2e/etc/passwd"):
        assert ask("own", path)[0] in (400, 404), path
    assert ask("own", "/x/../receipt?t-02") == (200, receipt)
    for method in ("POST", "PUT", "HEAD", "DELETE", "OPTIONS"):
        assert ask("own", method=method)[0] in (403, 405), method
    assert ask("own", "/" + "x" * 5000)[0] == 414
    os.unlink(f"{PUBLISHED}/t-02.json")
    os.symlink("/etc/passwd", f"{PUBLISHED}/t-02.json")
    assert ask("other")[0] in (403, 404)
    os.unlink(f"{PUBLISHED}/t-02.json")


def test_too_many():
    """Who asks without end gets no more than a terminal needs."""
    assert 503 in [ask("own")[0] for _ in range(60)]


# ---- What is refused ----

class Server:
    """In the place of nginx, with its certificate or another: says what it is told."""

    def __init__(self, answer, folder=WEB):
        self.process = subprocess.Popen(["ip", "netns", "exec", "servers", "python3", os.path.join(os.path.dirname(__file__), "server.py"),
                                         COLLECTOR, str(PORT), folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.process.stdin.write(answer)
        self.process.stdin.close()
        assert self.process.stdout.readline() == b"ready\n"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait(stand.DEADLINE)

    def wait_asked(self):
        assert self.process.stdout.readline() == b"asked\n"


def page(body, head="HTTP/1.1 200 OK", kind="application/json"):
    return f"{head}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def sign(seed=None, **changes):
    """A receipt for the log of the terminal, in the spelling of the format."""
    last = [r for r in log_records() if r["event.action"] in ("checkpoint", "log-begun", "log-closed")][-1]
    signer = nacl.signing.SigningKey(seed or bytes.fromhex(read("/etc/kiosk-collector/receipt.key").decode().strip()))
    values = {"version": 2, "host": "t-01", "log": json.loads(read(f"{LOG}/enrolment.json"))["key"], "sequence": last["event.sequence"],
              "chain": last["kiosk.integrity"]["chain"], "time": "2026-11-21T10:30:15.123456Z",
              "collector": signer.verify_key.encode().hex(), **changes}
    text = json.dumps(values, separators=(",", ":"))[:-1].encode()
    return text + b',"signature":"' + signer.sign(b"maintenance-kiosk receipt 2" + text).signature.hex().encode() + b'"}\n'


def expect_refused(reason, answer):
    with Server(answer):
        kioskd.ask()
        wait(f"its refusal: {reason}", lambda: records("receipt-refused", reason))
    assert records("receipt-refused", reason)[0]["event.outcome"] == "failure"
    expect_nothing()


def expect_nothing():
    assert not kept() and not records("log-receipted") and not records("log-contradicted")
    assert status()["state"] == "logged-out", status()


def test_refused():
    expect_refused("receipt-signature", page(sign(seed=b"x" * 32)))
    expect_refused("receipt-host", page(sign(host="t-02")))
    expect_refused("receipt-form", page(b'{"version":2}'))


def test_once():
    """No more than once an hour."""
    with Server(page(sign(host="t-02"))) as server:
        kioskd.ask()
        server.wait_asked()
    with Server(page(sign(host="t-02"))) as server:
        kioskd.ask()
        server.wait_asked()
    assert len(records("receipt-refused", "receipt-host")) == 1


def expect_no_answer(answer, words, folder=WEB):
    """kiosk-receipts says why not."""
    length = len(read("/tmp/helpers.log"))
    with Server(answer, folder):
        kioskd.ask()
        wait(f"its words: {words}", lambda: words in read("/tmp/helpers.log")[length:])
    expect_nothing()


def test_no_answer():
    good = page(sign())
    stand.make_certificate("/tmp/elsewhere", "collector", "/CN=10.99.0.12")
    expect_no_answer(good, b"hostname mismatch", "/tmp/elsewhere")
    stand.make_authority("stranger")
    stand.make_certificate("/tmp/strange", "collector", f"/CN={COLLECTOR}", "stranger")
    # Of the signature (OpenSSL 3.0), or of the issuer that is not known (3.5).
    expect_no_answer(good, b"certificate", "/tmp/strange")
    # As nginx says it. OpenSSL 3.5 hands over what else comes with an error; kioskd judges it by its signature alone.
    expect_no_answer(page(b"<html>404 Not Found</html>", "HTTP/1.1 404 Not Found", "text/html"), b"answer")
    expect_no_answer(page(b"", f"HTTP/1.1 302 Found\r\nLocation: https://{COLLECTOR}:{PORT}/other"), b"answer")
    expect_no_answer(b"SSH-2.0-x\r\n\r\n", b"answer")


def test_oversize():
    """Whether it says so before, or not."""
    body = sign() + b" " * 10000
    expect_no_answer(page(body), b"max resp len exceeded")
    expect_no_answer(b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n" + body, b"longer than a receipt")


def helpers():
    return [p for p in glob.glob("/proc/[0-9]*/exe") if os.path.lexists(p) and link(p).endswith("/kiosk-receipts")]


def link(path):
    try:
        return os.readlink(path)
    except OSError:
        return ""


def test_hangs():
    """One that says nothing, and one that begins and goes no further, keep nobody waiting."""
    length = len(read("/tmp/helpers.log"))
    with Server(b""):
        kioskd.ask()
        wait("the question", helpers)
        kioskd.ask()
        wait("its end", lambda: b"kiosk-receipts: answer" in read("/tmp/helpers.log")[length:])
    expect_nothing()


def test_nobody():
    """Nobody serves there, and a policy that does not ask."""
    length = len(read("/tmp/helpers.log"))
    kioskd.ask()
    wait("words", lambda: b"connection" in read("/tmp/helpers.log")[length:])
    stand.write_policy(None)
    with Server(page(sign())):
        kioskd.ask()
        wait("the policy", lambda: records("policy-accepted")[-1]["kiosk.policy"] != records("policy-accepted")[0]["kiosk.policy"])
        kioskd.ask()
        kioskd.again()
        assert f"TCP {PORT}" not in run("kioskctl", "network")
    expect_nothing()
    stand.write_policy(key)
    kioskd.again()


def test_then_right():
    """After all that, a right one is taken; and an older one is not."""
    older = sign()
    kioskd.again()
    right = sign()
    with Server(page(right)):
        kioskd.ask()
        wait("it", lambda: kept())
    assert kept() == [right.strip()]
    with Server(page(older)):
        kioskd.ask()
        wait("the refusal", lambda: records("receipt-refused", "receipt-older"))
    assert kept() == [right.strip()]


# ---- An older copy ----

def copy_to(place):
    shutil.rmtree(place, ignore_errors=True)
    run("cp", "-a", LOG, place)


def put_back(place, but=()):
    # Whoever may do this may also take the flag off that lets the log only grow.
    subprocess.run(["chattr", "-f", "-R", "-a", LOG], check=False)
    for path in glob.glob(f"{LOG}/*"):
        if os.path.basename(path) not in but:
            shutil.rmtree(path) if os.path.isdir(path) else os.unlink(path)
    for path in glob.glob(f"{place}/*"):
        if os.path.basename(path) not in but:
            run("cp", "-a", path, LOG)


def contradictions():
    return sorted(os.path.basename(p) for p in glob.glob(f"{LOG}/audit.contradicted-*"))


def test_copy():
    """Log and keys of an hour ago, which fit each other: the collector's receipt tells."""
    kioskd.again()
    kioskd.stop()
    copy_to("/tmp/copy")
    kioskd.start()
    kioskd.again()
    receipt = collect.take_log()
    kioskd.ask()
    wait("the receipt", is_kept(receipt["sequence"]))
    kioskd.stop()
    copy_to("/tmp/later")
    put_back("/tmp/copy")
    kioskd.start()
    assert log_records()[-1]["event.sequence"] < receipt["sequence"]
    kioskd.ask()
    wait("the alarm", stand.stopped_by("L-05"))
    record = records("log-contradicted")[0]
    assert (record["event.reason"], record["event.outcome"], record["kiosk.last"]) == ("receipt-ahead", "failure", receipt["sequence"])
    assert contradictions() == [f"audit.contradicted-{receipt['sequence']}"]
    assert read(f"{LOG}/{contradictions()[0]}") == read(f"{PUBLISHED}/t-01.json")


def test_stays():
    """Not even a restart, or a receipt that is right, lets anybody in."""
    kioskd.again(stand.stopped_by("L-05"))
    right = sign()
    stand.end(nginx)
    with Server(page(right)):
        kioskd.ask()
        wait("it", lambda: kept() and kept()[-1] == right.strip())
    assert stand.stopped_by("L-05")() and status()["state"] == "stopped"


def test_other_record():
    """A person has looked; then the log has grown beyond the place, with other records."""
    global nginx
    nginx = stand.start_nginx()
    wanted = collect.receipt()["sequence"]
    os.unlink(f"{LOG}/{contradictions()[0]}")
    kioskd.stop()
    os.unlink(f"{LOG}/receipts.jsonl")
    stand.end(nginx)
    kioskd.start()
    while log_records()[-1]["event.sequence"] <= wanted:
        kioskd.again()
    nginx = stand.start_nginx()
    kioskd.ask()
    wait("the alarm", stand.stopped_by("L-05"))
    assert records("log-contradicted", "receipt-chain")


def verify(folder):
    done = subprocess.run(["kioskctl", "log", "verify", "--format", "json", folder], capture_output=True, text=True)
    found = json.loads(done.stdout)
    assert found["fault"] == "ok", found
    text = subprocess.run(["kioskctl", "log", "verify", "--lang", "en", folder], capture_output=True, text=True)
    assert text.returncode == done.returncode and ("FAULT" in text.stdout) == (done.returncode != 0), text.stdout
    return done.returncode, found["receipt_says"]


def test_verify():
    """What files alone do not show, files and receipts do."""
    assert verify("/tmp/later") == (0, "right")
    assert verify("/tmp/copy") == (0, "right" if os.path.exists("/tmp/copy/receipts.jsonl") else "")
    for place, source in (("/tmp/older", "/tmp/copy"), ("/tmp/another", LOG)):
        shutil.rmtree(place, ignore_errors=True)
        run("cp", "-a", source, place)
        shutil.copy("/tmp/later/receipts.jsonl", place)
    assert verify("/tmp/older") == (1, "ahead")
    assert verify("/tmp/another") == (1, "chain")
    text = read("/tmp/older/receipts.jsonl")
    with open("/tmp/older/receipts.jsonl", "wb") as file:
        file.write(text.replace(b'"sequence":', b'"sequence":1'))
    assert verify("/tmp/older") == (0, "")


def test_at_start():
    """The receipts are still there, so the terminal itself can tell, without anybody's answer."""
    kioskd.stop()
    stand.end(nginx)
    put_back("/tmp/copy")
    shutil.copy("/tmp/later/receipts.jsonl", LOG)
    kioskd.start(stand.stopped_by("L-05"))
    assert records("log-contradicted", "receipt-ahead")


def test_new_log():
    """All is made anew, and the collector has another log of this terminal."""
    global nginx
    kioskd.stop()
    put_back("/nowhere")
    kioskd.start()
    nginx = stand.start_nginx()
    kioskd.ask()
    wait("the alarm", stand.stopped_by("L-05"))
    assert records("log-contradicted", "receipt-log")


def check(test):
    global n_checks, n_failed
    n_checks += 1
    begin = time.monotonic()
    why = ""
    try:
        test()
    except Exception:
        why = traceback.format_exc()
        n_failed += 1
    good = not why
    print(f"{'ok' if good else 'not ok'} {n_checks} receipts: {test.__name__[5:].replace('_', ' ')}"
          f" # {time.monotonic() - begin:.1f} s", flush=True)
    if not good:
        print("\n".join("# " + line for line in why.splitlines()))
        for name in ("kioskd.err", "helpers.log", "nginx.err", "collect.err"):
            print("\n".join(f"# {name}: {line.decode(errors='replace')}" for line in read(f"/tmp/{name}").splitlines()[-12:]))
        print("\n".join(f"# log: {r['event.sequence']} {r['event.action']} {r.get('event.reason')} {r.get('message')}"
                        for r in log_records()[-15:]))


PARTS = {
    "way": (test_arrives, test_known, test_torn, test_deletion, test_firewall, test_certificates, test_too_many, test_missed),
    "refused": (test_refused, test_once, test_no_answer, test_oversize, test_then_right),
    "silent": (test_hangs, test_nobody),
    "copy": (test_copy, test_stays, test_other_record, test_verify, test_at_start, test_new_log),
}

key = stand.make()
kioskd = Kioskd()
part = sys.argv[1]
nginx = collect = None
kioskd.start()
if part in ("way", "copy"):
    stand.enrol()
    collect = Collect()
    nginx = stand.start_nginx()
for test in PARTS[part]:
    check(test)
kioskd.stop()
print(f"1..{n_checks}")
sys.exit(1 if n_failed else 0)
