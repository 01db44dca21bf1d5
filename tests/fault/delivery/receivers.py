"""Receivers that record what they get and answer as told: what providers do, good and bad.

One `Receiver` is one HTTP server on a free port of the loopback, all in one thread. It keeps a
ledger of every request: key, hash of the body, when its last byte was there, and whether it was
taken. With `honours_key` it takes a key once, as a receiver of Standard Webhooks must; without it
takes every copy, and knows which life of the sender it owes each to. `Telegram` speaks for the
service of that name and keeps the ids that it gave away.
"""

import asyncio
import collections
import dataclasses
import hashlib
import json
import pathlib
import re
import socket
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "integration"))

from support import wait_for  # noqa: E402

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


def reply(status, body=b"", **headers):
    lines = [f"HTTP/1.1 {status} said", f"content-length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@dataclasses.dataclass
class Request:
    key: str
    body: bytes  # its hash
    at_ns: int  # monotonic
    taken: bool = False


# What may be done to a request beside answering it. An answer is bytes, or one of these.
@dataclasses.dataclass
class Hang:
    """No answer, and the connection stays."""


@dataclasses.dataclass
class Reset:
    """So much of an answer, and then a reset. The message counts as taken when `taken`."""

    first: bytes = b""
    taken: bool = False


@dataclasses.dataclass
class Slow:
    """The answer after so many seconds."""

    seconds: float
    answer: bytes = OK


class Connection(asyncio.Protocol):
    def __init__(self, receiver):
        self.receiver = receiver
        self.buffer = b""

    def connection_made(self, transport):
        self.transport = transport
        self.receiver.connections.add(transport)

    def connection_lost(self, _):
        self.receiver.connections.discard(self.transport)

    def data_received(self, data):
        self.buffer += data
        while True:
            head, found, rest = self.buffer.partition(b"\r\n\r\n")
            if not found:
                return
            fields = {}
            for line in head.split(b"\r\n")[1:]:
                name, _, value = line.partition(b":")
                fields[name.strip().lower().decode()] = value.strip().decode()
            length = int(fields.get("content-length", 0))
            if len(rest) < length:
                return
            self.buffer = rest[length:]
            path = head.split(b" ", 2)[1].decode()
            self.receiver.take(self.transport, path, fields, rest[:length])


class Receiver:
    """`answer(request, count)` says what the count-th request is answered with; it runs on the
    servers' thread. Nothing: taken."""

    def __init__(self, servers, honours_key=True):
        self.servers = servers
        self.honours_key = honours_key
        self.answer = lambda request, count: None
        self.requests = []
        self.accepted = collections.Counter()  # by key
        self.order = []  # keys as they were accepted, copies too
        self.copies = collections.Counter()  # by the life of the sender that left a key in doubt
        self.life_of = {}  # the sender's at the latest acceptance, by key
        self.bodies = {}  # by key
        self.changed_bodies = []  # keys that came with another body
        self.others = []  # bodies of what is no signal of a test: alerts of the system
        self.connections = set()
        self.server = servers.call(servers.loop.create_server(
            lambda: Connection(self), "127.0.0.1", 0, backlog=1024))
        self.port = self.server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/hook"

    @staticmethod
    def key_of(_path, fields, _body):
        return fields.get("webhook-id", "")

    def usual(self, _path, _body):
        """The answer to what is taken."""
        return OK

    def take(self, transport, path, fields, body):
        digest = hashlib.blake2b(body, digest_size=8).digest()
        request = Request(self.key_of(path, fields, body), digest, time.monotonic_ns())
        self.requests.append(request)
        if not request.key.startswith("sig-"):
            self.others.append(body.decode(errors="replace"))
        if self.bodies.setdefault(request.key, digest) != digest:
            self.changed_bodies.append(request.key)
        told = self.answer(request, len(self.requests) - 1)
        if told is None:
            self.accept(request)
            transport.write(self.usual(path, body))
        elif isinstance(told, bytes):
            if told.startswith(b"HTTP/1.1 2"):
                self.accept(request)
            transport.write(told)
        elif isinstance(told, Reset):
            if told.taken:
                self.accept(request)
            transport.write(told.first)
            self.servers.loop.call_later(0.01, transport.abort)
        elif isinstance(told, Slow):
            self.servers.loop.call_later(told.seconds, self.answer_late, transport, request,
                                         told.answer)

    def answer_late(self, transport, request, answer):
        if not transport.is_closing():
            if answer.startswith(b"HTTP/1.1 2"):
                self.accept(request)
            transport.write(answer)

    def accept(self, request):
        request.taken = True
        known = request.key in self.accepted
        if known and self.honours_key:
            return
        if known:
            self.copies[self.life_of[request.key]] += 1
        self.life_of[request.key] = self.servers.life
        self.accepted[request.key] += 1
        self.order.append(request.key)

    def keys(self):
        """What was accepted, of the signals that a test admitted."""
        return {key for key in list(self.accepted) if key.startswith("sig-")}

    def repeats(self):
        """Copies accepted beyond the first."""
        return sum(count - 1 for count in list(self.accepted.values()))


class Telegram(Receiver):
    """The part of the Bot API that sends and edits words. It has no keys: a copy is a message that
    tells of the same story, or an edit to the same words."""

    def __init__(self, servers):
        super().__init__(servers, honours_key=False)
        self.url = f"http://127.0.0.1:{self.port}"
        self.given = []  # ids of messages
        self.edits = 0
        self.edits_of_nothing = []

    @staticmethod
    def key_of(path, _fields, body):
        text = json.loads(body).get("text", "")
        told = re.findall(r"(?:sig|dig)-[0-9a-f]+", text)
        method = path.rpartition("/")[2]
        return f"{method} {text if method.startswith('edit') else told[-1] if told else ''}"

    def usual(self, path, body):
        if path.endswith("/editMessageText"):
            number = json.loads(body)["message_id"]
            self.edits += 1
            if number not in self.given:
                self.edits_of_nothing.append(number)
        else:
            number = len(self.given) + 1
            self.given.append(number)
        return reply(200, json.dumps({"ok": True, "result": {"message_id": number}}).encode())


class Servers:
    """The thread that all receivers share."""

    life = 0  # how often the sender was started

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.receivers = []
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    def call(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(30)

    def receiver(self, kind=Receiver, **keywords):
        self.receivers.append(kind(self, **keywords))
        return self.receivers[-1]

    def read_all(self):
        """Returns when all that was sent is read, by a sender that has ended: what it left in the
        sockets would be taken for the next one's."""
        for receiver in self.receivers:
            # Connections are taken up in their order: when ours is, all before it are.
            with socket.create_connection(("127.0.0.1", receiver.port)) as last:
                name = last.getsockname()
                wait_for("the last connection is taken up", lambda: any(
                    taken.get_extra_info("peername") == name
                    for taken in list(receiver.connections)))
            wait_for("all is read", lambda: not receiver.connections)

    def close(self):
        async def end():
            for receiver in self.receivers:
                receiver.server.close()
                for transport in list(receiver.connections):
                    transport.abort()
        self.call(end())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()
