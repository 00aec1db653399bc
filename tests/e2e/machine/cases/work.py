# SPDX-License-Identifier: GPL-3.0-or-later
"""What the terminal is for, and what it refuses."""

import time

import network
import picture
from person import EQUAL
from suite import PEOPLE, SERVER, TICKET, case

TYPED = "uptime 1184"


def arrived(stand):
    """What the server's console was given by a keyboard."""
    try:
        with open(stand.person.facts["servers"][SERVER]["folder"] + "/typed", encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return ""


@case(core=True)
def main_job(stand):
    """Log-in, server, session, lock, unlock, log-off."""
    person, terminal = stand.person, stand.terminal
    pages = [terminal.session(stand.shoot("login"))]
    begun = time.monotonic()
    stand.log_in()
    stand.suite.figure("seconds from the ID to the servers", f"{time.monotonic() - begun:.0f}")
    # The list comes a moment after its page.
    stand.check_wait("this person's servers are listed", lambda: "住民記録" in person.read(stand.qemu.look()))
    shot = stand.qemu.look()
    pages.append(terminal.session(shot))
    stand.check("and no other", "バックアップ" not in person.read(shot))

    begun = time.monotonic()
    _, display, share = stand.reopen_session()
    stand.suite.figure("seconds from the server's number to its picture, typing included", f"{time.monotonic() - begun:.0f}")
    stand.check("the session's picture is the server's own display", share >= EQUAL, f"{share:.2%} of the pixels")
    stand.check("the server sees one connection", len(network.connections(network.SERVER)) == 1)

    before = arrived(stand)
    terminal.enter(TYPED)
    stand.check_wait("the keys arrive at the server", lambda: arrived(stand) == before + TYPED + "\n")
    shot, display, share = person.session_equals(SERVER)
    stand.shoot("typed", shot)
    stand.check("and what the server shows of it is seen", share >= EQUAL, f"{share:.2%} of the pixels")

    begun = len(terminal.records())
    terminal.key("Control+Alt+l")
    terminal.wait_record("lock", "success", begun)
    stand.page("locked")
    foreign = foreign_pixels(stand, display, pages)
    stand.check("the locked page shows nothing of the server", foreign == 0, f"{foreign} pixels")
    terminal.enter(person.password)
    terminal.wait_record("unlock", "success", begun)
    shot, _, share = person.session_equals(SERVER)
    stand.shoot("unlocked", shot)
    stand.check("the same session goes on", share >= EQUAL, f"{share:.2%} of the pixels")

    person.disconnect()
    stand.wait_disconnected()
    stand.shoot("logged-out", person.log_out())
    foreign = foreign_pixels(stand, display, pages)
    stand.check("nothing of the server is left on the screen", foreign == 0, f"{foreign} pixels")
    log, words = stand.verified_log()
    stand.check("the log on the disk is whole", log is not None, words)


def foreign_pixels(stand, display, pages):
    """Pixels of the screen in colours that only the server's desktop has."""
    colours = picture.foreign_colours(display, pages)
    stand.check("the server's desktop has colours that our pages lack", bool(colours))
    shot = stand.terminal.session()
    return sum(picture.count_colour(shot, colour, 12) for colour in colours)


@case()
def wrong_password(stand):
    begun = len(stand.terminal.records())
    texts = []
    for name, password in (("k-sato", "wrong"), ("nobody-here", PEOPLE["k-sato"])):
        stand.person.name = name
        stand.person.log_in(password)
        stand.page("failed")
        texts.append(stand.person.read(stand.qemu.look()))
    stand.terminal.wait_record("login", "failure", begun)
    stand.check("wrong password and unknown ID get the same words",
                all("ログインできませんでした" in text for text in texts))
    stand.check("no page says which of the two it was",
                not any(word in text for text in texts for word in ("パスワードが違", "IDが違", "存在しません", "登録され")))


@case()
def wrong_certificate(stand):
    stand.log_in()
    begun = stand.person.choose(2, "kokuho-ap01")
    stand.page("certificate")
    record = stand.terminal.wait_record("certificate-refused", "failure", begun)
    stand.check("the refused certificate is recorded", record.get("destination.address") == "kokuho-ap01",
                record.get("event.reason"))
    stand.check_wait("the connection is gone", lambda: not network.connections(network.OTHER_SERVER))


@case()
def silent_server(stand):
    stand.log_in()
    stand.person.choose(3, "bunsho-db01")
    stand.page("unreachable")
    stand.check("a server that does not answer is named as that", True)


@case()
def other_persons_server(stand):
    """The list has no fourth row for this person."""
    stand.log_in()
    mark = stand.suite.capture.mark()
    stand.terminal.key("Alt+4")
    stand.terminal.key("Return")
    for text in TICKET:
        stand.terminal.enter(text)
    time.sleep(5)
    stand.shoot("after")
    packets = [p for p in stand.suite.capture.since(mark) if p.destination == network.FORBIDDEN]
    stand.check("nothing goes to a server that is not this person's", not packets, packets[:3])
