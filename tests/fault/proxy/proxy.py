"""A TCP proxy that does to connections what networks do to them; stands between petrel and a venue.

Each direction has faults of its own: `down` is from the venue to petrel, `up` the other way. In a
test:

    with Proxy(("127.0.0.1", port), Faults(down=Way(reset_at=300))) as proxy:
        ...  # connect to proxy.address; proxy.links tells what became of each connection

By hand, with one JSON line for the address and one for each connection that is over:

    python3 tests/fault/proxy/proxy.py --to 127.0.0.1:9001 --down latency_ms=50,jitter_ms=20

One asyncio loop on a thread of its own carries everything. The same seed makes the same jitter,
slices and flips for the n-th connection, whatever the others do. Bytes are
neither understood nor kept.
"""

import argparse
import asyncio
import dataclasses
import json
import random
import socket
import struct
import sys
import threading
import time

from faults import Faults, Way, menu, way_from

PIECE_BYTES = 65_536
PIECES_WAITING_MAX = 64  # of one direction; beyond them its sender has to wait
FAREWELL_S = 2.0  # for the peers' own ends after an end of ours


class Link:
    """One connection: petrel's socket, the venue's, and what happened. Any thread may read it."""

    def __init__(self, number, faults, near):
        self.number = number  # from 0, in the order of acceptance
        self.faults = faults
        self.near = near  # petrel's side
        self.far = None  # the venue's
        self.opened = time.monotonic()
        self.ended = None  # when petrel's side was over; None: it lives
        self.struck = None  # when the first of the faults that have a position happened
        self.flips = 0  # bytes that were changed
        self.why = ""  # what ended or crippled it
        self.received = {"down": 0, "up": 0}
        self.passed = {"down": 0, "up": 0}
        self.mute = set()  # directions in which bytes vanish
        self.over = set()  # directions whose sender has ended
        self.told = False  # to whoever wants to know of ends
        self.tasks = set()

    @property
    def alive(self):
        return self.ended is None

    def strike(self, why):
        if self.struck is None:
            self.struck = time.monotonic()
            self.why = why

    def story(self):
        """As the command line prints it."""
        return {"connection": self.number, "seconds": round((self.ended or 0) - self.opened, 3),
                "why": self.why, **{f"{way}_bytes": n for way, n in self.passed.items()}}


class Proxy:
    """`faults` is a Faults, copied for each connection, or a function from a connection's number to
    its own. It may be replaced at any time, for the connections to come."""

    def __init__(self, target, faults=None, seed=0, limit=None, listen=("127.0.0.1", 0)):
        self.target = target
        self.faults = faults or Faults()
        self.seed = seed
        self.limit = limit  # connections at once; more are reset
        self.refusing = False  # every new one is reset
        self.links = []
        self.refused = []  # monotonic times
        self.on_end = None  # called with a link that is over, on the loop's thread
        self.listener = socket.create_server(listen, backlog=512)
        self.listener.setblocking(False)
        self.address = self.listener.getsockname()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Resets what lives; returns when the thread is gone."""
        if self.thread.is_alive():
            self.loop.call_soon_threadsafe(self.loop.stop)
            self.thread.join()

    def url(self, scheme="ws"):
        return f"{scheme}://{self.address[0]}:{self.address[1]}"

    def alive(self):
        return [link for link in list(self.links) if link.alive]

    def cut(self, links=None, hard=True):
        """Resets connections, or ends them properly: these, or all that live."""
        def work(link):
            link.strike("cut")
            self._reset(link) if hard else self._farewell(link)
        self._on_loop(work, links)

    def stop(self, links=None, ways=("down", "up")):
        """From now on what is sent in these directions vanishes, and nobody is told."""
        def work(link):
            link.strike("stop")
            link.mute.update(ways)
        self._on_loop(work, links)

    def _on_loop(self, work, links):
        done = threading.Event()

        def run():
            for link in self.alive() if links is None else links:
                work(link)
            done.set()
        self.loop.call_soon_threadsafe(run)
        if not done.wait(10):
            raise TimeoutError("the proxy's thread does not answer")

    # ---- on the loop's thread ----

    def _run(self):
        asyncio.set_event_loop(self.loop)
        accepting = self.loop.create_task(self._accept())
        self.loop.run_forever()
        accepting.cancel()
        left = [accepting]
        for link in self.links:
            left.extend(link.tasks)
            self._reset(link)
        self.loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        self.listener.close()
        self.loop.close()

    async def _accept(self):
        while True:
            near, _ = await self.loop.sock_accept(self.listener)
            if self.refusing or (self.limit is not None and len(self.alive()) >= self.limit):
                self.refused.append(time.monotonic())
                self._close(near, hard=True)
                continue
            number = len(self.links)
            made = self.faults(number) if callable(self.faults) else self.faults
            link = Link(number, dataclasses.replace(
                made, down=dataclasses.replace(made.down), up=dataclasses.replace(made.up)), near)
            self.links.append(link)
            self._spawn(link, self._open(link))

    def _spawn(self, link, work):
        task = self.loop.create_task(work)
        link.tasks.add(task)
        task.add_done_callback(link.tasks.discard)

    async def _open(self, link):
        link.far = socket.socket()
        for end in (link.near, link.far):
            end.setblocking(False)
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            await self.loop.sock_connect(link.far, self.target)
        except OSError as trouble:
            link.strike(f"the target: {trouble}")
            return self._reset(link)
        for way, source, sink in (("up", link.near, link.far), ("down", link.far, link.near)):
            pieces = asyncio.Queue(PIECES_WAITING_MAX)
            self._spawn(link, self._receive(link, way, source, pieces))
            self._spawn(link, self._send(link, way, sink, pieces))

    async def _receive(self, link, name, source, pieces):
        """One direction as its sender sees it: bytes are taken, timed and perhaps changed."""
        way = getattr(link.faults, name)
        chance = random.Random(f"{self.seed} {link.number} {name} received")
        while True:
            try:
                data = await self.loop.sock_recv(source, PIECE_BYTES)
            except OSError:
                link.why = link.why or "reset by a peer"
                return self._reset(link)
            begin = link.received[name]
            link.received[name] += len(data)
            if way.flip_at is not None or way.flip_every > 0:
                data = self._flip(link, way, begin, bytearray(data), chance)
            wait_ms = way.latency_ms + chance.random() * way.jitter_ms
            if not data:
                wait_ms += link.faults.close_ms
                link.ended = time.monotonic() if source is link.near else link.ended
            await pieces.put((time.monotonic() + wait_ms / 1e3, begin, bytes(data)))
            if not data:
                return

    async def _send(self, link, name, sink, pieces):
        """The same direction as its receiver sees it."""
        way = getattr(link.faults, name)
        chance = random.Random(f"{self.seed} {link.number} {name} sent")
        while True:
            due, begin, data = await pieces.get()
            await self._until(due)
            if not data:
                return self._pass_end(link, name, sink)
            if name in link.mute:
                continue
            passes, action = self._verdict(way, begin, len(data))
            try:
                await self._write(link, name, sink, data[:passes], chance)
            except OSError:
                link.why = link.why or "reset by a peer"
                return self._reset(link)
            if action:
                link.strike(action)
                self._act(link, name, action)
            if sink.fileno() < 0:
                return

    @staticmethod
    def _flip(link, way, begin, data, chance):
        first = way.flip_at or 0
        for at in range(max(first - begin, 0), len(data)):
            here = begin + at == way.flip_at or (
                way.flip_every > 0 and chance.random() * way.flip_every < 1)
            if here:
                data[at] ^= way.flip_mask or 1 << chance.randrange(8)
                link.flips += 1
                link.strike("flip")
        return data

    @staticmethod
    def _verdict(way, begin, length):
        """How many bytes of a piece pass, and what happens then."""
        due = [(at, action) for at, action in (
            (way.reset_at, "reset"), (way.end_at, "end"), (way.stop_at, "stop"),
            (way.half_open_at, "half-open")) if at is not None and at <= begin + length]
        at, action = min(due, default=(begin + length, None))
        return max(at - begin, 0), action

    def _act(self, link, name, action):
        if action == "reset":
            self._reset(link)
        elif action == "end":
            self._farewell(link)
        elif action == "stop":
            link.mute.add(name)
        elif action == "half-open":
            link.mute.update(("up", "down"))
            self._close(link.near if name == "up" else link.far, hard=True)
            link.ended = time.monotonic() if name == "up" else link.ended

    async def _write(self, link, name, sink, data, chance):
        way = getattr(link.faults, name)
        at = 0
        while at < len(data):
            size = len(data) - at
            pause_s = 0.0
            if way.slice > 0:
                size = min(size, chance.randint(1, way.slice))
                pause_s = way.gap_ms / 1e3
            if way.rate > 0:
                size = min(size, max(way.rate // 20, 1))
                pause_s = max(pause_s, size / way.rate)
            if way.drip_ms > 0:
                size = 1
                pause_s = max(pause_s, way.drip_ms / 1e3)
            began = time.monotonic()
            await self.loop.sock_sendall(sink, data[at:at + size])
            at += size
            link.passed[name] += size
            if pause_s > 0:
                await self._until(began + pause_s)

    def _pass_end(self, link, name, sink):
        """A sender has ended. Its peer is told, and the connection is over when both have."""
        link.over.add(name)
        link.why = link.why or "ended by a peer"
        if len(link.over) == 2 or sink.fileno() < 0:
            return self._reset(link, hard=False)
        if name == "up" or name not in link.mute:  # who gives a dead connection up may say so
            self._shut_down(sink)

    def _farewell(self, link):
        """A proper end for both; what they still send is taken, or the end would be a reset."""
        link.mute.update(("up", "down"))
        for end in (link.near, link.far):
            self._shut_down(end)
        self.loop.call_later(FAREWELL_S, lambda: self._reset(link))

    def _reset(self, link, hard=True):
        """Nothing is left of the connection."""
        current = asyncio.current_task(self.loop)
        for task in list(link.tasks):
            if task is not current:
                task.cancel()
        self._close(link.near, hard)
        self._close(link.far, hard)
        link.ended = link.ended or time.monotonic()
        if self.on_end and not link.told:
            link.told = True
            self.on_end(link)

    @staticmethod
    def _shut_down(end):
        try:
            end.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it is gone already

    def _close(self, end, hard):
        if end is None or end.fileno() < 0:
            return
        # Before its number can be given to another socket.
        self.loop.remove_reader(end)
        self.loop.remove_writer(end)
        if hard:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        end.close()

    @staticmethod
    async def _until(due):
        left = due - time.monotonic()
        if left > 0:
            await asyncio.sleep(left)


# ---- the command line ----


def parse_address(text):
    host, _, port = text.rpartition(":")
    if not port.isdigit():
        raise argparse.ArgumentTypeError(f"'{text}' is not HOST:PORT")
    return (host or "127.0.0.1", int(port))


def main():
    parser = argparse.ArgumentParser(
        description="A TCP proxy with faults, on loopback.",
        epilog=f"faults of a direction, as NAME=VALUE,NAME=VALUE:\n{menu()}",
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=parse_address, required=True, metavar="HOST:PORT",
                        help="where connections are passed on to")
    parser.add_argument("--listen", type=parse_address, default=("127.0.0.1", 0),
                        metavar="HOST:PORT", help="default: a free port of 127.0.0.1")
    parser.add_argument("--down", type=way_from, default=Way(), metavar="FAULTS",
                        help="faults of what the target sends")
    parser.add_argument("--up", type=way_from, default=Way(), metavar="FAULTS",
                        help="faults of what the clients send")
    parser.add_argument("--close-ms", type=float, default=0,
                        help="an end is passed on so much later")
    parser.add_argument("--limit", type=int, help="connections at once; more are reset")
    parser.add_argument("--first", type=int, metavar="N",
                        help="only the first N connections are treated so")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    faulty = Faults(options.down, options.up, options.close_ms)
    proxy = Proxy(options.to, seed=options.seed, limit=options.limit, listen=options.listen,
                  faults=lambda number: faulty if options.first is None or number < options.first
                  else Faults())
    proxy.on_end = lambda link: print(json.dumps(link.story()), flush=True)
    with proxy:
        print(json.dumps({"listen": "%s:%d" % proxy.address}), flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return 0


if __name__ == "__main__":
    sys.exit(main())
