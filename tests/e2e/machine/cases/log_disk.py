# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit log's disk: full, and without power from one moment to the next."""

from suite import case

FOLDER = "/var/log/maintenance-kiosk"


@case()
def full_disk(stand):
    stand.open_session()
    stand.agent.run(f"dd if=/dev/zero of={FOLDER}/filler bs=1M; dd if=/dev/zero bs=1k >> {FOLDER}/filler; sync", 300)
    free = stand.agent.run(f"df -k {FOLDER} | awk 'NR == 2 {{ print $4 }}'").strip()
    stand.check("the disk is full", free == "0", f"{free} KiB free")
    # The next thing that has to be recorded.
    stand.terminal.key("Control+Alt+l")
    stand.page("stopped")
    text = stand.person.read(stand.qemu.look())
    stand.check("out of service, in words, with a code", "記録" in text and ("L-02" in text or "L-03" in text), text[:200])
    stand.wait_disconnected("the running session ends")
    log, words = stand.verified_log()
    stand.check("what was recorded before is whole", log is not None, words)


@case()
def power_cut(stand):
    stand.open_session()
    acknowledged = stand.terminal.records()
    stand.qemu.kill()
    log, words = stand.verified_log()
    if not stand.check("the log is whole after a power cut", log is not None, words):
        return
    kept = stand.records_of(log)
    stand.check("every record that was acknowledged is there", kept[:len(acknowledged)] == acknowledged,
                f"{len(acknowledged)} acknowledged, {len(kept)} kept")
    stand.check("so is the intent of the session", any(r["event.action"] == "connect-begun" for r in kept))
    # And the terminal begins again with that disk.
    log_disk = stand.log_disk
    stand.switch_on(stand.suite.quick_arguments(log_disk), log_disk, has_agent=True)
    stand.page("login")
    actions = [record["event.action"] for record in stand.terminal.records()[len(kept):]]
    stand.check("it comes back to the log-in page and goes on with the same log", "daemon-started" in actions,
                actions[:6])
