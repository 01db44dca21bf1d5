"""R-F10: every venue drops every connection at once, and a burst of a hundred times the usual rate.

The outage goes through chaos proxies that note each attempt to connect: attempts keep the venues'
limits and do not come in step, everything recovers, and no trade is missing. The burst goes to an
engine with two shards and small queues: every trade and every liquidation is counted, and the sums
that rules read are exact, whether or not a shard lagged and was told shorter (the tests of
core/pipeline make it lag).
"""

import time
import unittest

from chaos import TRADED, Chaos, wait_for

SOCKETS = 4  # of each venue
DOWN_S = 4.0
GAP_S = 0.25  # between two attempts at a venue, as petrel keeps it
SEEN_GAP_S = 0.15  # as a proxy on a busy machine sees it
BURST = 100  # attempts that may follow at that gap, 300 in five minutes
USUAL = 100  # trades a second
ROUNDED_USD = 0.5e-4  # of each event, at most
SHARED = ("binance", "bybit", "okx", "gate")  # they trade one symbol; none tells of the past


class Outage(Chaos):
    def setUp(self):
        super().setUp()
        self.start_market()
        self.proxies = {}
        for venue in sorted(TRADED):
            self.proxies[venue] = self.proxy(venue)
            self.add_feed(venue, venue, self.proxies[venue], settings=f"redundancy = {SOCKETS}\n")
        self.start_feeds()
        self.begin_count()
        wait_for("all sockets", self.all_open)

    def all_open(self):
        return all(len(proxy.alive()) == SOCKETS for proxy in self.proxies.values())

    def attempts(self, venue, since):
        """When petrel tried to connect, in order."""
        proxy = self.proxies[venue]
        return sorted([at for at in proxy.refused if at > since] +
                      [link.opened for link in proxy.links if link.opened > since])

    def test_all_venues_at_once_come_back_in_turn_and_nothing_is_missing(self):
        dropped = time.monotonic()
        for proxy in self.proxies.values():
            proxy.refusing = True
        for proxy in self.proxies.values():
            proxy.cut()
        self.beat_until("the outage is over", lambda: time.monotonic() > dropped + DOWN_S,
                        2 * DOWN_S)
        for proxy in self.proxies.values():
            proxy.refusing = False
        self.beat_until("everything has recovered",
                        lambda: self.all_open() and self.well_again(), 40)
        self.assert_nothing_lost()
        last = []
        for venue in self.proxies:
            tries = self.attempts(venue, dropped)
            self.assertGreaterEqual(len(tries), 3 * SOCKETS, venue)
            self.assertLessEqual(len(tries), BURST, venue)
            gaps = [later - at for at, later in zip(tries, tries[1:])]
            self.assertGreater(min(gaps), SEEN_GAP_S, f"{venue}: {gaps}")
            # Not a rhythm: what was refused comes back by chance.
            self.assertGreater(max(gaps) - min(gaps), GAP_S, f"{venue}: {gaps}")
            last.append(tries[-1])
        self.assertGreater(max(last) - min(last), GAP_S, "the venues come back in step")
        self.assertEqual(self.stop_engine(), 0)


class Burst(Chaos):
    def setUp(self):
        super().setUp()
        self.start_market()
        for venue in SHARED:
            channels = ("trades", "liquidations") if venue == "bybit" else ("trades",)
            self.add_feed(venue, venue, channels=channels)
        # Windows that hold the whole test, so that the sums can be known.
        self.start_feeds('[engine]\nshards = 2\nqueue_capacity = 1024\nwindow = "10m"\n'
                         'window_horizon = "10m"\n[cooldowns]\nLIQUIDATION_LARGE = "0s"\n')
        self.begin_count()

    def trades(self, venue, events):
        """Small ones: none is large enough for a detector to look at it by itself."""
        made = self.control("POST", "/burst", {
            "kind": "trade", "venue": venue, "symbol": "BTCUSDT", "side": "buy",
            "usd": 200 * events, "events": events})
        return len(made["events"]), made["usd"]

    def bought_usd(self, side):
        """What rules read as bought in the window, when a large liquidation is judged."""
        self.burst("bybit", usd=1_500_000, events=1, side=side)
        signal = wait_for(f"a large liquidation of {side}s", lambda: [
            row for row in self.signals("LIQUIDATION_LARGE") if row["side"] == side])[0]
        return signal["inputs"]["market.buy_usd"]

    def test_a_burst_of_a_hundred_times_the_usual_rate_loses_nothing_and_sums_are_exact(self):
        before_usd = self.bought_usd("long")
        base, trades, usd, liquidations, liquidated_usd = self.accepted(), 0, 0.0, 0, 0.0
        began = time.monotonic()
        for venue in SHARED:
            events, notional = self.trades(venue, USUAL * 100 // len(SHARED))
            trades, usd = trades + events, usd + notional
            made = self.burst("bybit", usd=2_000_000, events=100, side="long")
            liquidations += len(made["events"])
            liquidated_usd += made["usd"]
        self.assertEqual((trades, liquidations), (USUAL * 100, 400))
        wait_for("every event is there", lambda: self.accepted() >= base + trades + liquidations)
        self.assertLess(time.monotonic() - began, 10)
        self.assertEqual(self.accepted(), base + trades + liquidations)
        shards = self.status()["shards"]
        self.assertEqual(sum(shard["late"] + shard["forgotten"] for shard in shards), 0, shards)

        def told():
            storms = self.signals("LIQ_STORM")
            return storms and storms[0]["events"] > liquidations and storms[0]
        storm = wait_for("the storm tells every liquidation", told)
        # One liquidation came before, of which the storm tells as well.
        self.assertEqual(storm["events"], liquidations + 1)
        self.assertAlmostEqual(storm["notional_usd"], liquidated_usd + 1_500_000, delta=5_000)
        self.assertAlmostEqual(self.bought_usd("short") - before_usd, usd,
                               delta=trades * ROUNDED_USD)
        self.assertEqual(self.stop_engine(), 0)


if __name__ == "__main__":
    unittest.main()
