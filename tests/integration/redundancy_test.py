"""Two sockets for the same streams, and one of them killed again and again: no trade lost, none
counted twice."""

import json
import select
import socket
import threading
import unittest
import urllib.parse

from support import World, wait_for


class Relay:
    """Passes connections on to one port, and cuts them when told to."""

    def __init__(self, url):
        target = urllib.parse.urlsplit(url)
        self.target = (target.hostname, target.port)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"{target.scheme}://127.0.0.1:{self.listener.getsockname()[1]}"
        self.pairs = []
        self.lock = threading.Lock()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            far = socket.create_connection(self.target)
            with self.lock:
                self.pairs.append((near, far))
            threading.Thread(target=self.carry, args=(near, far), daemon=True).start()

    def carry(self, near, far):
        other = {near: far, far: near}
        try:
            while True:
                for readable in select.select([near, far], [], [])[0]:
                    data = readable.recv(65536)
                    if not data:
                        return
                    other[readable].sendall(data)
        except (OSError, ValueError):
            return
        finally:
            with self.lock:
                self.pairs = [pair for pair in self.pairs if pair[0] is not near]
                near.close()
                far.close()

    def alive(self):
        with self.lock:
            return len(self.pairs)

    def cut(self, at=0):
        """Cuts one connection; the rest stays."""
        with self.lock:
            for end in self.pairs[at]:
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass  # it ended by itself meanwhile

    def close(self):
        self.listener.close()
        for at in range(self.alive()):
            self.cut(at)


def cut_one(relays, turn):
    """Cuts one of the sockets, wherever the engine holds them: an end point that was cut often is
    left alone for a while, and both may then be with the other."""
    places = [(relay, at) for relay in relays for at in range(relay.alive())]
    relay, at = places[turn % len(places)]
    relay.cut(at)


class Redundancy(World):
    sim_arguments = ("--no-storms", "--rate", "0", "--symbols", "BTCUSDT")

    def setUp(self):
        super().setUp()
        self.start_sim()
        ports = self.ports["binance"]
        self.relays = [Relay(ports["ws"]) for _ in range(2)]
        for relay in self.relays:
            self.addCleanup(relay.close)
        self.write_config()
        text = self.config.read_text()
        text = text[:text.index("[exchanges")] + (
            f'[exchanges.binance]\nws = ["{self.relays[0].url}", "{self.relays[1].url}"]\n'
            f'rest = ["{ports["rest"]}"]\nredundancy = 2\nchannels = ["trades"]\n')
        self.config.write_text(text)
        self.start_engine()
        self.made = 0

    def trade(self, events):
        answer = self.control("POST", "/burst", {
            "kind": "trade", "venue": "binance", "symbol": "BTCUSDT", "side": "buy",
            "usd": 1_000 * events, "events": events})
        self.made += len(answer["events"])

    def sockets(self):
        return [socket for feed in self.feeds() for socket in feed["sockets"]]

    def both(self, state):
        sockets = self.sockets()
        return len(sockets) == 2 and all(socket["state"] == state for socket in sockets)

    def test_a_socket_killed_again_and_again_costs_nothing(self):
        wait_for("both sockets are open", lambda: self.both("pending"))
        self.trade(10)
        wait_for("both sockets have shown data", lambda: self.both("healthy"))
        self.assertEqual(len({socket["endpoint"] for socket in self.sockets()}), 2)
        for kill in range(1, 9):
            self.trade(50)
            cut_one(self.relays, kill)
            for _ in range(5):
                self.trade(50)

            def back():
                self.trade(5)
                sockets = self.sockets()  # of one moment: the next look may show a later one
                return len(sockets) == 2 and all(
                    socket["state"] == "healthy" for socket in sockets) and \
                    sum(socket["reconnects"] for socket in sockets) >= kill
            wait_for("the killed socket is back", back)
        wait_for("every trade is there", lambda: self.status()["accepted"] >= self.made)
        status = self.status()
        self.assertEqual(status["accepted"], self.made, "a trade was counted twice")
        # One socket was always there: nothing was blind, and nothing says so.
        coverage = json.loads(self.cli("coverage").stdout)
        self.assertEqual([entry for entry in coverage["entries"]
                          if entry["reason"].startswith("the connection broke")], [])
        sockets = self.sockets()
        # What neither socket brought, cut as both were at that moment, came from the history.
        firsts = sum(socket["firsts"] for socket in sockets)
        self.assertLessEqual(firsts, self.made)
        self.assertGreater(firsts, self.made * 0.98)
        # The socket that was cut misses most of a round; the rest comes twice.
        self.assertGreater(sum(socket["copies"] for socket in sockets), self.made // 8)
        self.assertEqual(self.stop_engine(), 0)


if __name__ == "__main__":
    unittest.main()
