"""Cuts a session at every byte: is each break noticed, repaired and free of loss?

    BIN=build/release/bin python3 tests/fault/proxy/sweep.py --bytes 2000 --action reset_at
    BIN=build/release/bin python3 tests/fault/proxy/sweep.py --bytes 600 --action stop_at

Five feeds a venue, each behind a proxy of its own. In a round every feed is cut at five bytes, one
connection after the other (of a silence at one, as it takes 40 s), then has to be well again, and
what came is compared with what was made. `--way up` cuts what petrel sends. Prints a line a round
and one of figures; leaves with 1 when a trade was lost, counted twice or not accounted for. Not
part of the suite: it takes four minutes for 2,000 bytes, half an hour for as many silences.
"""

import argparse
import sys
import time

from chaos import TRADED, Chaos
from faults import Faults, Way

FEEDS = 5  # of each venue
CUTS = {"reset_at": 5, "end_at": 5, "stop_at": 1, "half_open_at": 1}  # of a feed in a round


class Sweep(Chaos):
    def runTest(self):
        """Never collected by itself: main() below calls measure()."""

    def begin(self):
        self.start_market()
        self.proxies = []
        for number in range(FEEDS):
            for venue in sorted(TRADED):
                proxy = self.proxy(venue)
                self.proxies.append(proxy)
                self.add_feed(f"{venue}{number}", venue, proxy)
        self.start_feeds()
        self.begin_count()

    def round(self, options, positions):
        """Feeds by turns take the positions; neighbouring bytes meet different venues."""
        plans = [positions[at::len(self.proxies)] for at in range(len(self.proxies))]
        firsts = [len(proxy.links) for proxy in self.proxies]
        for proxy, plan, first in zip(self.proxies, plans, firsts):
            def faults(number, plan=plan, first=first):
                if number - first < len(plan):
                    return Faults(**{options.way: Way(**{options.action: plan[number - first]})})
                return Faults()
            proxy.faults = faults
            if plan:
                proxy.cut()
        self.beat_until("every feed is past its cuts", lambda: all(
            len(proxy.links) > first + len(plan) or not plan
            for proxy, plan, first in zip(self.proxies, plans, firsts)), 120)
        self.beat_until("every feed is well again", self.well_again, 120)
        self.assert_nothing_lost(60)
        longest = 0.0
        reached = 0
        for proxy, plan, first in zip(self.proxies, plans, firsts):
            for link in proxy.links[first:first + len(plan)]:
                if link.struck is not None and link.why != "cut":
                    reached += 1
                    longest = max(longest, link.ended - link.struck)
        return reached, longest

    def measure(self, options):
        self.begin()
        began = time.monotonic()
        size = len(self.proxies) * CUTS[options.action]
        reached, longest, missed = 0, 0.0, 0
        for first in range(0, options.bytes, size):
            positions = list(range(first, min(first + size, options.bytes)))
            struck, noticed_s = self.round(options, positions)
            missed += len(positions) - struck
            reached += struck
            longest = max(longest, noticed_s)
            print(f"bytes {first} to {positions[-1]}: {struck} of {len(positions)} struck, given "
                  f"up after {noticed_s:.1f} s at the latest; {self.made()} trades, all there",
                  flush=True)
        states = {}
        for entry in self.ledger():
            states[entry["state"]] = states.get(entry["state"], 0) + 1
        print(f"{options.way} {options.action}: {reached} positions of {options.bytes} in "
              f"{time.monotonic() - began:.0f} s ({missed} not reached before the session went "
              f"on), {self.made()} trades made, {self.came()} came; ledger {states}; exit "
              f"{self.stop_engine()}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bytes", type=int, default=2_000)
    parser.add_argument("--action", choices=sorted(CUTS), default="reset_at")
    parser.add_argument("--way", choices=("down", "up"), default="down")
    sweep = Sweep()
    sweep.setUp()
    try:
        sweep.measure(parser.parse_args())
        return 0
    except AssertionError as trouble:
        print(trouble, file=sys.stderr)
        return 1
    finally:
        sweep.doCleanups()


if __name__ == "__main__":
    sys.exit(main())
