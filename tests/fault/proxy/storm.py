"""Five minutes in which no connection lives for long: are the venues' limits kept?

    BIN=build/release/bin python3 tests/fault/proxy/storm.py --minutes 5

Four sockets a venue; each is reset as soon as it has shown data for long enough to count as proven,
so that petrel comes back at once, again and again. A venue allows 300 attempts of an address in
five minutes (the strictest of them), and petrel keeps 250 ms between two. Prints the figures; leaves
with 1 when a limit was broken or petrel did not recover. Not part of the suite: it takes as long as
the limit.
"""

import argparse
import sys
import time

from chaos import BEAT_S, TRADED, Chaos

SOCKETS = 4
LIFE_S = 3.5  # three seconds with data prove a connection
SPAN_S = 300.0
MOST = 300  # attempts in a span


class Storm(Chaos):
    def runTest(self):
        """Never collected by itself: main() below calls measure()."""

    def measure(self, minutes):
        self.start_market()
        proxies = {}
        for venue in sorted(TRADED):
            proxies[venue] = self.proxy(venue)
            self.add_feed(venue, venue, proxies[venue], settings=f"redundancy = {SOCKETS}\n")
        began = time.monotonic()
        self.start_feeds()
        self.begin_count()
        while time.monotonic() < began + minutes * 60:
            self.trade(*self.venues())
            for proxy in proxies.values():
                old = [link for link in proxy.alive() if time.monotonic() > link.opened + LIFE_S]
                if old:
                    proxy.cut(old)
            time.sleep(BEAT_S)
        ended = time.monotonic()
        self.beat_until("everything has recovered", lambda: self.well_again() and all(
            len(proxy.alive()) == SOCKETS for proxy in proxies.values()), 120)
        self.assert_nothing_lost(60)
        most, least_gap_s, all_attempts = 0, SPAN_S, 0
        for proxy in proxies.values():
            tries = [link.opened for link in proxy.links if link.opened < ended]
            all_attempts += len(tries)
            most = max(most, *(sum(at <= other < at + SPAN_S for other in tries) for at in tries))
            least_gap_s = min(least_gap_s, *(b - a for a, b in zip(tries, tries[1:])))
        print(f"{minutes:g} min, {SOCKETS} sockets of each of {len(proxies)} venues cut after "
              f"{LIFE_S:g} s: {all_attempts} attempts, {most} of a venue in {SPAN_S:g} s at most, "
              f"{least_gap_s * 1e3:.0f} ms apart at the least as a proxy sees it; all well "
              f"{time.monotonic() - ended:.0f} s later; {self.made()} trades made, "
              f"{self.came()} came")
        return most <= MOST


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=5)
    options = parser.parse_args()
    storm = Storm()
    storm.setUp()
    try:
        return 0 if storm.measure(options.minutes) else 1
    except AssertionError as trouble:
        print(trouble, file=sys.stderr)
        return 1
    finally:
        storm.doCleanups()


if __name__ == "__main__":
    sys.exit(main())
