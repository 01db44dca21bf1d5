"""Trades at a steady rate, and a socket killed at random every ten seconds: what is lost, and what
comes twice?

    BIN=build/release/bin python3 tests/fault/soak_redundancy.py --minutes 5 --redundancy 2

Prints one line of figures; leaves with 1 when a trade was lost or counted twice. With --redundancy 1
trades come from the venue's history after each kill; what that does not have must stand in the
coverage ledger. Not part of the suite: a run of five minutes is a measurement.
"""

import argparse
import json
import pathlib
import random
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "integration"))

from redundancy_test import Relay, cut_one  # noqa: E402
from support import World, wait_for  # noqa: E402

BEAT_S = 0.1


class Soak(World):
    sim_arguments = ("--no-storms", "--rate", "0", "--symbols", "BTCUSDT")

    def runTest(self):
        """Never collected by itself: run() below calls measure()."""

    def begin(self, redundancy):
        self.start_sim()
        ports = self.ports["binance"]
        self.relays = [Relay(ports["ws"]) for _ in range(redundancy)]
        urls = ", ".join(f'"{relay.url}"' for relay in self.relays)
        self.write_config()
        text = self.config.read_text()
        self.config.write_text(text[:text.index("[exchanges")] + (
            f'[exchanges.binance]\nws = [{urls}]\nrest = ["{ports["rest"]}"]\n'
            f'redundancy = {redundancy}\nchannels = ["trades"]\n'))
        self.start_engine()
        self.made = 0

    def trade(self, events):
        answer = self.control("POST", "/burst", {
            "kind": "trade", "venue": "binance", "symbol": "BTCUSDT", "side": "buy",
            "usd": 1_000 * events, "events": events})
        self.made += len(answer["events"])

    def flows(self):
        self.trade(1)
        return all(feed["state"] == "healthy" for feed in self.feeds())

    def measure(self, options):
        self.begin(options.redundancy)
        wait_for("every socket has shown data", self.flows)
        chance = random.Random(options.seed)
        kills = 0
        began = time.monotonic()
        next_kill = began + 10
        next_beat = began
        while time.monotonic() < began + options.minutes * 60:
            self.trade(int(options.rate * BEAT_S))
            if time.monotonic() >= next_kill:
                cut_one(self.relays, chance.randrange(1 << 16))
                kills += 1
                next_kill += 10
            next_beat += BEAT_S
            time.sleep(max(0.0, next_beat - time.monotonic()))
        seconds = time.monotonic() - began

        def settled():
            self.trade(1)
            return self.status()["accepted"] >= self.made - options.slack
        try:
            wait_for("every trade is there", settled, 60)
        except AssertionError as late:
            print(late, file=sys.stderr)
        accepted = self.status()["accepted"]
        entries = json.loads(self.cli("coverage").stdout)["entries"]
        states = {}
        for entry in entries:
            states[entry["state"]] = states.get(entry["state"], 0) + 1
        print(f"redundancy {options.redundancy}: {self.made} trades in {seconds:.0f} s "
              f"({self.made / seconds:.0f}/s), {kills} sockets killed; accepted {accepted}, "
              f"difference {accepted - self.made}; ledger {states or 'empty'}")
        return accepted == self.made


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--rate", type=int, default=2_000, help="trades a second")
    parser.add_argument("--redundancy", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--slack", type=int, default=0, help="trades that may stay in the ledger")
    options = parser.parse_args()
    soak = Soak()
    soak.setUp()
    try:
        return 0 if soak.measure(options) else 1
    finally:
        soak.doCleanups()


if __name__ == "__main__":
    sys.exit(main())
