#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""server.py ADDRESS PORT FOLDER - gives everybody who comes with TLS what stands on standard input, whatever is asked for; nothing at all, and no
end, when that is empty. Says "ready", and "asked" each time."""

import socket
import ssl
import sys

address, port, folder = sys.argv[1:]
answer = sys.stdin.buffer.read()
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(f"{folder}/collector.pem", f"{folder}/collector.key")
listener = socket.create_server((address, int(port)))
held = []
print("ready", flush=True)
while True:
    peer, _ = listener.accept()
    if not answer:
        held.append(peer)
        continue
    try:
        peer = context.wrap_socket(peer, server_side=True)
        while b"\r\n\r\n" not in peer.recv(4096):
            pass
        peer.sendall(answer)
        print("asked", flush=True)
        peer.unwrap()
    except OSError:
        pass
    peer.close()
