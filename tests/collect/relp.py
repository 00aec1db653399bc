# SPDX-License-Identifier: GPL-3.0-or-later
"""A client of RELP (the protocol of librelp) within TLS, that sends what it is told: for what a well-behaved rsyslogd would not send."""

import socket
import ssl


class Client:
    def __init__(self, address, port, certificates, timeout=60, certificate=True):
        context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=f"{certificates}/ca.pem")
        if certificate:
            context.load_cert_chain(f"{certificates}/terminal.pem", f"{certificates}/terminal.key")
        context.check_hostname = False
        # Python 3.13 asks for extensions of every certificate (RFC 5280) that rsyslogd does not need.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        self.socket = context.wrap_socket(socket.create_connection((address, port), timeout))
        self.buffer = b""
        self.number = 0
        self._request("open", b"relp_version=0\nrelp_software=test\ncommands=syslog")
        self._answer()

    def _request(self, command, data):
        self.number += 1
        self.socket.sendall(b"%d %s %d" % (self.number, command.encode(), len(data))
                            + (b" " + data if data else b"") + b"\n")

    def _answer(self):
        """Number and text of the next answer."""
        while True:
            head = self.buffer.split(b" ", 3)
            if len(head) == 4 and head[2].isdigit() and len(head[3]) > int(head[2]):
                size = int(head[2])
                text, self.buffer = head[3][:size], head[3][size + 1:]
                return int(head[0]), text
            part = self.socket.recv(65536)
            if not part:
                raise ConnectionError("the collector closed the connection")
            self.buffer += part

    def send(self, lines, window=100):
        """Sends lines (without line feed); returns when all are confirmed."""
        waiting = 0
        for line in lines:
            self._request("syslog", line)
            waiting += 1
            if waiting >= window:
                self._take()
                waiting -= 1
        for _ in range(waiting):
            self._take()

    def _take(self):
        number, text = self._answer()
        if not text.startswith(b"200"):
            raise ConnectionError(f"{number}: {text!r}")

    def close(self):
        self.socket.close()
