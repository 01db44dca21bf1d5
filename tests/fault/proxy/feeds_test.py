"""R-F1: connections that break at any byte, and connections that fall silent at any byte.

One engine, eleven venues, some fifty feeds behind chaos proxies of their own. All of it goes on
side by side, because a silence may take a ping and its pong to be noticed, 40 s. What every feed
brought in the end is compared with what its venue made, to the trade.
"""

import unittest

from chaos import TRADED, Chaos
from faults import Faults, Way

PING_S = 30.0 + 10.0  # between two pings, and for the pong
WHOLE_S = 10.0  # for a handshake, and for a message from its first byte to its last
SLACK_S = 3.0  # for a machine that does other things as well

CUT_FEEDS = 33
CUTS = 6  # of each, one after the other; the sound connection comes 16 to 32 s after the first
DOWN_BYTES = 1_500  # handshake, acknowledgements, what is told on subscribing, first trades
UP_BYTES = 230  # request and subscriptions

# Venue, fault, seconds. What is cut short within a handshake or a message is noticed by that; what
# ends between two messages by the ping, or before by the watchdog of the stream.
SILENT = [
    ("okx", Faults(down=Way(stop_at=0)), WHOLE_S),
    ("binance", Faults(down=Way(stop_at=60)), WHOLE_S),
    ("bybit", Faults(down=Way(stop_at=128)), WHOLE_S),
    ("gate", Faults(up=Way(stop_at=0)), WHOLE_S),
    ("okx", Faults(up=Way(stop_at=100)), WHOLE_S),
    ("binance", Faults(down=Way(half_open_at=0)), WHOLE_S),
    ("bybit", Faults(down=Way(half_open_at=100)), WHOLE_S),
    ("gate", Faults(down=Way(stop_at=300)), PING_S),
    ("okx", Faults(down=Way(stop_at=421)), PING_S),
    ("binance", Faults(down=Way(stop_at=777)), PING_S),
    ("bybit", Faults(down=Way(half_open_at=250)), PING_S),
    ("gate", Faults(down=Way(half_open_at=600)), PING_S),
    ("okx", Faults(up=Way(stop_at=250)), PING_S),
    ("gate", Faults(up=Way(stop_at=290)), PING_S),
    ("binance", None, PING_S),  # in the middle of its life
    ("bybit", None, PING_S),
]


def cut(index):
    """The index-th of all cuts. A third falls on what petrel sends."""
    action = "reset_at" if index % 2 else "end_at"
    if index % 3 == 2:
        return Faults(up=Way(**{action: index * UP_BYTES // (CUT_FEEDS * CUTS)}))
    return Faults(down=Way(**{action: index * DOWN_BYTES // (CUT_FEEDS * CUTS)}))


class Feeds(Chaos):
    def setUp(self):
        super().setUp()
        self.start_market()
        self.cut = {}
        venues = sorted(TRADED)
        for number in range(CUT_FEEDS):
            def faults(connection, number=number):  # neighbouring bytes meet different venues
                broken = 1 <= connection <= CUTS
                return cut(number + CUT_FEEDS * (connection - 1)) if broken else Faults()
            venue = venues[number % len(venues)]
            proxy = self.proxy(venue, faults)
            self.cut[self.add_feed(f"cut{number}", venue, proxy).name] = proxy
        self.silent = {}
        for number, (venue, faults, within_s) in enumerate(SILENT):
            def second(connection, faults=faults):
                return faults if connection == 1 and faults else Faults()
            bad, good = self.proxy(venue, second), self.proxy(venue)
            name = self.add_feed(f"silent{number}", venue, bad, good).name
            self.silent[name] = (bad, good, faults, within_s)
        self.start_feeds()
        self.begin_count()

    def strike(self):
        """The first connection of each feed is sound, so that petrel knows what it has lost."""
        for proxy in self.cut.values():
            proxy.cut()
        for bad, _, faults, _ in self.silent.values():
            bad.cut() if faults else bad.stop()

    @staticmethod
    def noticed_after(bad, good):
        """Seconds until petrel gave the silent connection up or opened another beside it."""
        silent = next((link for link in bad.links if link.struck and link.why != "cut"), None)
        if silent is None:
            return None
        later = [link.opened for proxy in (bad, good) for link in proxy.links
                 if link.opened > silent.struck]
        ends = [*later, *([silent.ended] if silent.ended else [])]
        return min(ends) - silent.struck if ends else None

    def past_its_cuts(self, proxy):
        return len(proxy.links) > CUTS + 1 and proxy.links[-1].alive

    def assert_cut_where_planned(self, name, link):
        for way in ("down", "up"):
            faults = getattr(link.faults, way)
            at = faults.end_at if faults.reset_at is None else faults.reset_at
            if at is not None:
                self.assertEqual(link.passed[way], at, f"{name}: {link.story()}")

    def test_breaks_and_silences_at_any_byte_are_noticed_and_cost_no_trade(self):
        self.strike()
        self.beat_until(
            "the cut feeds are past their cuts; every silence is noticed, and the other end point "
            "flows", lambda: all(map(self.past_its_cuts, self.cut.values())) and all(
                self.noticed_after(bad, good) is not None and good.alive() and
                good.links[-1].passed["down"] > 500 for bad, good, _, _ in self.silent.values()),
            PING_S + SLACK_S)
        for name, proxy in self.cut.items():
            for link in proxy.links[1:CUTS + 1]:
                self.assert_cut_where_planned(name, link)
        for name, (bad, good, faults, within_s) in self.silent.items():
            self.assertLess(self.noticed_after(bad, good), within_s + SLACK_S,
                            f"{name}: {faults}")
            self.assertLessEqual(len(bad.links), 2, f"{name} went back to what had been silent")
        self.beat_until("every feed is well again", self.well_again, 30)
        self.assert_nothing_lost()
        self.assertEqual(self.stop_engine(), 0)


if __name__ == "__main__":
    unittest.main()
