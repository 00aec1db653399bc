#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""collect.py - terminals and a collector with real rsyslogd on both sides, configured as the product configures them, in
network namespaces of a world (kiosk/demo/world.sh). Whatever happens between them, the collector ends up with the terminal's records,
byte for byte, and says what was wrong. Prints TAP."""

import concurrent.futures
import errno
import json
import os
import signal
import ssl
import subprocess
import sys
import time
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import machines  # noqa: E402
import relp  # noqa: E402
from machines import CERTIFICATES, COLLECTOR, PORT, STORE, TERMINAL, Source, collector_pid, read, run, wait  # noqa: E402

n_checks = n_failed = 0


def stored(host):
    """All bytes of the store's files in order, repeated first lines once."""
    folder = f"{STORE}/{host}"
    names = sorted(n for n in os.listdir(folder) if n.startswith("audit-")) + ["audit.log"]
    text = b""
    for name in names:
        part = read(f"{folder}/{name}")
        text += part.split(b"\n", 1)[1] if text and part else part
    return text


def stored_last(host):
    lines = read(f"{STORE}/{host}/audit.log").splitlines()
    return json.loads(lines[-1])["event.sequence"] if lines else 0


def arrived(source):
    return lambda: stored_last(source.host) == source.last


def alarms(kind, host=None):
    rows = [json.loads(line) for line in read(f"{STORE}/alarms.jsonl").splitlines()]
    return [r for r in rows if r["alarm"] == kind and host in (None, r.get("host"))]


def dump():
    for name in ("collector", "forward"):
        print("\n".join(f"# {name}: {line.decode(errors='replace')}" for line in read(f"/tmp/{name}.err").splitlines()[-15:]))
    print(f"# alarms: {read(f'{STORE}/alarms.jsonl').decode(errors='replace')[-2000:]}")


# ---- What is tested ----

def test_arrives():
    a.say("open", "300", "checkpoint")
    wait("300 records", arrived(a))
    assert stored("A-03") == read(f"{a.folder}/audit.log")


def test_line_cut():
    a.say("200", "checkpoint")
    run("ip", "-n", "t", "link", "set", "line", "down")
    a.say("400", "checkpoint")
    run("ip", "-n", "t", "link", "set", "line", "up")
    wait("what was written while the line was cut", arrived(a))


def test_collector_stops():
    collector.end(signal.SIGTERM)
    a.say("400", "checkpoint")
    collector.start()
    wait("what was written meanwhile", arrived(a))


def test_kioskctl_killed():
    a.say("2000")
    wait("some of them", lambda: collector_pid() and stored_last("A-03") > a.last - 1900)
    for _ in range(2):
        wait("kioskctl", collector_pid)
        os.kill(collector_pid(), signal.SIGKILL)
        a.say("300", "checkpoint")
    wait("all of them", arrived(a))


def test_rsyslogd_killed():
    a.say("1000")
    forward.end(signal.SIGKILL)
    a.say("500")
    forward.start()
    a.say("500")
    collector.end(signal.SIGKILL)
    a.say("500", "checkpoint")
    collector.start()
    wait("all of them", arrived(a))


def test_forwarder_restarted():
    forward.end(signal.SIGTERM)
    a.say("300", "checkpoint")
    forward.start()
    wait("all of them", arrived(a))


def fill(path):
    """Until nothing more fits."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT)
    try:
        for size in (65536, 4096, 1):
            try:
                while True:
                    os.write(file, b"x" * size)
            except OSError as error:
                assert error.errno == errno.ENOSPC
    finally:
        os.close(file)


def test_collector_full():
    fill("/var/lib/kiosk-collector/filler")
    a.say("2000", "checkpoint")
    wait("it to say so", lambda: b"No space left" in read("/tmp/collector.err") + read("/tmp/collect.err"))
    os.unlink("/var/lib/kiosk-collector/filler")
    wait("all of them", arrived(a))


def test_terminal_full():
    run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", "/mnt/small")
    forward.end(signal.SIGTERM)
    run("mount", "--bind", "/mnt/small", "/var/lib/kiosk-forward")
    fill("/var/lib/kiosk-forward/filler")
    forward.start()
    a.say("300", "checkpoint")
    wait("all of them", arrived(a))
    forward.end(signal.SIGTERM)
    run("umount", "/var/lib/kiosk-forward")
    forward.start()


def test_rotation():
    a.say("10", "checkpoint")
    wait("the forwarder to follow the file", arrived(a))
    a.say("700", "rotate", "100", "checkpoint")
    wait("records of both files", arrived(a))


def test_rotated_while_down():
    """Nobody forwards what was rotated meanwhile: it is missed, and brought by hand."""
    forward.end(signal.SIGTERM)
    first = a.last + 1
    a.say("50", "rotate")
    forward.start()
    a.say("20", "checkpoint")
    wait("an alarm", lambda: alarms("gap", "A-03"))
    assert (alarms("gap", "A-03")[-1]["record"], alarms("gap", "A-03")[-1]["last"]) == (first, first + 49)
    run("kioskctl", "collect", "put", STORE, a.folder)
    wait("all of it", arrived(a))
    wait("its end", lambda: alarms("gap-closed", "A-03"))


def test_again():
    """The line is cut while files are ended; then the forwarder begins anew, as its unit does every two hours."""
    run("ip", "-n", "t", "link", "set", "line", "down")
    gaps = len(alarms("gap", "A-03"))
    for _ in range(3):
        a.say("100", "rotate")
    forward.end(signal.SIGKILL)  # not in order: it waits for the line
    run("kioskctl", "log", "again", a.folder, "/var/lib/kiosk-forward/again")
    run("chown", "-R", "kiosk-log:kiosk-log", "/var/lib/kiosk-forward/again")
    forward.start()
    run("ip", "-n", "t", "link", "set", "line", "up")
    a.say("5", "checkpoint")
    wait("all of it", arrived(a))
    wait("the gap, if there was one, to close", lambda: len(alarms("gap", "A-03")) == len(alarms("gap-closed", "A-03")))
    assert len(alarms("gap", "A-03")) <= gaps + 1


def test_duplicates():
    before = stored("B")
    client.send(b.lines() * 3)
    assert stored("B") == before == read(f"{b.folder}/audit.log")


def test_gap():
    b.say("40", "checkpoint")
    lines = b.lines()[-41:]
    client.send(lines[:5] + lines[9:])
    wait("an alarm", lambda: alarms("gap", "B"))
    first = json.loads(lines[5])["event.sequence"]
    assert (alarms("gap", "B")[0]["record"], alarms("gap", "B")[0]["last"]) == (first, first + 3)
    assert not alarms("gap-closed", "B")
    client.send(lines[5:9])
    wait("its end", lambda: alarms("gap-closed", "B"))
    assert arrived(b)()


def test_forged():
    b.say("5")
    true = b.lines()[-5:]
    client.send([true[0].replace(b'"user.id":"sato"', b'"user.id":"gato"')])
    wait("an alarm", lambda: alarms("bad-chain", "B"))
    assert alarms("bad-chain", "B")[0]["fault"] == "changed"
    assert alarms("bad-chain", "B")[0]["from"] == TERMINAL
    client.send([b"COMMIT TRANSACTION", b"{}", b"\n= 1.2.3.4 {}\nBEGIN TRANSACTION", b"x" * 15000])
    wait("alarms", lambda: len(alarms("malformed")) >= 4)
    client.send(true)
    b.say("checkpoint")
    client.send(b.lines()[-1:])
    wait("the true ones", arrived(b))


def test_unknown():
    other = read(f"{b.folder}/audit.log").replace(b'"host.id":"B"', b'"host.id":"Z-9"').splitlines()[0]
    client.send([other])
    wait("an alarm", lambda: alarms("unknown", "Z-9"))
    assert other in read(f"{STORE}/unknown/lines.jsonl").splitlines()


def test_enrolled_late():
    """What came before it was enrolled is brought in by hand."""
    f = Source("/var/log/f", "F", 6, add=False)
    f.say("10", "close")
    client.send(f.lines())
    assert not os.path.exists(f"{STORE}/F")
    f.add()
    run("kioskctl", "collect", "put", STORE, f"{STORE}/unknown/lines.jsonl")
    wait("its log", arrived(f))
    assert stored("F") == read(f"{f.folder}/audit.log")


def test_damaged_folder():
    """A folder that is not what it should be keeps nobody else waiting."""
    os.makedirs(f"{STORE}/G")
    with open(f"{STORE}/G/enrolment.json", "w") as file:
        file.write("{}")
    b.say("3", "checkpoint")
    other = b.lines()[-1].replace(b'"host.id":"B"', b'"host.id":"G"')
    client.send([other] + b.lines()[-4:])
    wait("the others", arrived(b))
    assert alarms("unknown", "G")
    os.unlink(f"{STORE}/G/enrolment.json")


def test_certificates():
    """Without a certificate of the authority nobody gets a word in."""
    os.makedirs("/tmp/stranger")
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=A-03",
        "-days", "2", "-keyout", "/tmp/stranger/terminal.key", "-out", "/tmp/stranger/terminal.pem")
    with open("/tmp/stranger/ca.pem", "wb") as file:
        file.write(read(f"{CERTIFICATES}/ca.pem"))
    count = len(read(f"{STORE}/alarms.jsonl").splitlines())
    for folder in ("/tmp/stranger", None):
        # OpenSSL keeps a thread's errors: Python 3.13 would take those of this connection for errors of the other one.
        with concurrent.futures.ThreadPoolExecutor(1) as thread:
            refused = thread.submit(lambda: relp.Client(COLLECTOR, PORT, folder or CERTIFICATES, certificate=bool(folder))).exception()
        assert isinstance(refused, (ConnectionError, ssl.SSLError)), f"{folder}: {refused}"
    client.send(b.lines()[-1:])
    assert len(read(f"{STORE}/alarms.jsonl").splitlines()) == count


def test_fork():
    """An older copy of its log was put back on terminal C, and it goes on from there."""
    c.say("10", "mark", "20", "checkpoint")
    client.send(c.lines())
    wait("the first past", arrived(c))
    before = stored("C")
    c.say("fork", "20", "checkpoint")
    client.send(c.lines()[-21:])
    wait("an alarm", lambda: alarms("fork", "C"))
    assert stored("C") == before
    assert len(read(f"{STORE}/C/aside.jsonl").splitlines()) >= 1


def test_silence():
    wait("an alarm", lambda: alarms("silence", "B"))
    b.say("checkpoint")
    client.send(b.lines()[-1:])
    wait("its end", lambda: alarms("silence-ended", "B"))
    b.say("close")
    client.send(b.lines()[-1:])
    wait("its last record", arrived(b))
    count = len(alarms("silence", "B"))
    d = Source("/var/log/d", "D", 4)
    client.send(d.lines())
    wait("silence of D", lambda: alarms("silence", "D"))  # later than B, which rests
    assert len(alarms("silence", "B")) == count


def test_put():
    """A log brought by hand, with files that were rotated."""
    d = Source("/var/log/e", "E", 5)
    d.say("100", "rotate", "100", "rotate", "50", "close")
    run("kioskctl", "collect", "put", STORE, d.folder)
    wait("all of it", arrived(d))
    assert b"".join(stored("E").splitlines(True)).endswith(read(f"{d.folder}/audit.log").splitlines(True)[-1])
    run("kioskctl", "log", "verify", f"{STORE}/E")


def test_receipts():
    last = read(f"{STORE}/A-03/receipts.jsonl").splitlines()[-1]
    receipt = json.loads(last)
    assert receipt["sequence"] == a.last and receipt["collector"] == key
    wait("it to be given out", lambda: read(f"{machines.PUBLISHED}/A-03.json") == last + b"\n")
    assert receipt["chain"] == json.loads(stored("A-03").splitlines()[-1])["kiosk.integrity"]["chain"]


def test_nothing_lost():
    a.say("close")
    wait("the last record", arrived(a))
    files = sorted(n for n in os.listdir(a.folder) if n.startswith("audit-"))
    text = b""
    for name in files + ["audit.log"]:
        part = read(f"{a.folder}/{name}")
        text += part.split(b"\n", 1)[1] if text else part
    assert stored("A-03") == text
    wait("the end of its silence", lambda: len(alarms("silence", "A-03")) == len(alarms("silence-ended", "A-03")))
    assert not alarms("fork", "A-03") and not alarms("bad-chain", "A-03"), "no false alarm"
    assert any(n.startswith("audit-") for n in os.listdir(f"{STORE}/A-03")), "the store was rotated"
    out = run("kioskctl", "log", "verify", "--lang", "en", "--key", json.loads(read(f"{a.folder}/enrolment.json"))["key"],
              f"{STORE}/A-03")
    assert "no fault found" in out
    done = subprocess.run(["kioskctl", "collect", "status", "--format", "json", STORE], capture_output=True, text=True)
    status = json.loads(done.stdout)
    assert done.returncode == 1 and not status["good"]
    rows = {row["host"]: row for row in status["terminals"]}
    assert rows["A-03"]["record"] == a.last, (rows["A-03"], a.last)
    assert not rows["A-03"]["gap"] and not rows["A-03"]["silent"]
    assert sorted(rows) == ["A-03", "B", "C", "D", "E", "F"]


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
    print(f"{'ok' if good else 'not ok'} {n_checks} collect: {test.__name__[5:].replace('_', ' ')}"
          f" # {time.monotonic() - begin:.1f} s", flush=True)
    if not good:
        print("\n".join("# " + line for line in why.splitlines()))
        dump()


key, collector, forward = machines.make(("--gap 2 --silence 6 --rotate 512", 'output="/tmp/collect.err"'))
os.chmod("/var/log/maintenance-kiosk", 0o700)
a = Source("/var/log/maintenance-kiosk", "A-03", 1)
assert os.stat("/var/log/maintenance-kiosk").st_uid == 0
collector.start()
forward.start()
for test in (test_arrives, test_line_cut, test_collector_stops, test_kioskctl_killed, test_rsyslogd_killed,
             test_forwarder_restarted, test_collector_full, test_terminal_full, test_rotation,
             test_rotated_while_down, test_again):
    check(test)

# From here on also what no rsyslogd would send.
b, c = Source("/var/log/b", "B", 2), Source("/var/log/c", "C", 3)
machines.enter("t")
client = relp.Client(COLLECTOR, PORT, CERTIFICATES)
client.send(b.lines())
for test in (test_duplicates, test_gap, test_forged, test_unknown, test_enrolled_late, test_damaged_folder,
             test_certificates, test_fork, test_silence, test_put, test_receipts,
             test_nothing_lost):
    check(test)
print(f"1..{n_checks}")
for one in (forward, collector):
    one.end(signal.SIGTERM)
sys.exit(1 if n_failed else 0)
