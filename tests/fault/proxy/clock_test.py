"""R-E1: petrel is stopped for a while, and the machine's clock is set while it runs.

    PAUSE_S=60 python3 tests/fault/proxy/clock_test.py Pause

stops it for a minute instead of the six seconds of the suite. The clock is set by libfaketime, which
leaves the monotonic clocks alone; it does not work with sanitizers, and is left out there.
"""

import os
import pathlib
import signal
import time
import unittest

from chaos import BEAT_S, BIN, Chaos, wait_for

PAUSE_S = float(os.environ.get("PAUSE_S", "6"))
LIBRARY = pathlib.Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")
HOUR_S, DAY_S = 3_600, 86_400


class Pause(Chaos):
    def setUp(self):
        super().setUp()
        self.start_market()
        self.proxies = {venue: self.proxy(venue) for venue in ("okx", "gate", "kraken", "bybit")}
        for venue, proxy in self.proxies.items():
            channels = ("trades", "liquidations") if venue == "bybit" else ("trades",)
            self.add_feed(venue, venue, proxy, channels=channels)
        self.start_feeds()
        self.begin_count()

    def sleep_through(self):
        """petrel does not run; the market does. Gate's connection breaks meanwhile, and Kraken has
        no trade."""
        self.engine.send_signal(signal.SIGSTOP)
        ends = time.monotonic() + PAUSE_S
        made = self.burst("bybit", usd=6_000_000, events=20)
        self.proxies["gate"].cut()
        while time.monotonic() < ends:
            self.trade("okx", "gate", "bybit")
            time.sleep(BEAT_S)
        woke_ns = time.time_ns()
        self.engine.send_signal(signal.SIGCONT)
        return woke_ns, made

    def row(self, name):
        return self.rows(name)[0]

    def test_feeds_are_checked_again_before_they_are_healthy_and_nothing_is_lost(self):
        woke_ns, made = self.sleep_through()
        wait_for("a status of after the sleep",
                 lambda: self.status()["now_ns"] > woke_ns + 1_500_000_000)
        # Nothing has come from Kraken since: what it was before the sleep proves nothing.
        kraken = self.row("kraken")
        self.assertEqual((kraken["state"], kraken["streams_quiet"]), ("quiet", 1))
        self.beat_until("every feed is well again", self.well_again, 20)
        self.assertEqual(self.row("kraken")["streams_quiet"], 0)
        for feed in self.feeds_by_name.values():
            # The liquidations of the storm are no trades.
            feed.made += len(made["events"]) if feed.name == "bybit" else 0
        self.assert_nothing_lost()
        # Who had no reason to reconnect did not.
        self.assertEqual({venue: len(proxy.links) for venue, proxy in self.proxies.items()},
                         {"okx": 1, "gate": 2, "kraken": 1, "bybit": 1})
        self.assertEqual(self.alert_lines("SYSTEM"), [])
        # The storm of that time is found, whole and once.
        storm = wait_for("the storm is told", lambda: [
            row for row in self.signals("LIQ_STORM") if row["events"] == len(made["events"])])
        self.assertEqual(len(storm), 1)
        self.assertAlmostEqual(storm[0]["notional_usd"], made["usd"], delta=1)
        self.assertEqual(len(self.alert_lines("LIQ_STORM")), 1)
        self.assertEqual(self.stop_engine(), 0)


@unittest.skipUnless(LIBRARY.exists(), f"{LIBRARY} is missing: ./dev deps installs libfaketime")
@unittest.skipIf(b"__asan_init" in (BIN / "petrel").read_bytes() or
                 b"__tsan_init" in (BIN / "petrel").read_bytes(), "not with sanitizers")
class Clock(Chaos):
    """Bybit and OKX over proxies, with a trade each every tenth of a second."""

    def start_with_clock(self, ahead_s):
        self.storms = {}
        self.start_market()
        self.proxies = {venue: self.proxy(venue) for venue in ("okx", "bybit")}
        self.add_feed("okx", "okx", self.proxies["okx"])
        self.add_feed("bybit", "bybit", self.proxies["bybit"], channels=("trades", "liquidations"))
        self.clock = self.folder / "clock"
        self.set_clock(ahead_s)
        ours = self.environment
        self.environment = {**ours, "LD_PRELOAD": str(LIBRARY), "FAKETIME_NO_CACHE": "1",
                            "FAKETIME_TIMESTAMP_FILE": str(self.clock),
                            "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        self.start_feeds("[cooldowns]\nLIQ_STORM = \"0s\"\n")
        self.environment = ours
        self.begin_count()

    def set_clock(self, ahead_s):
        later = self.clock.with_suffix(".new")
        later.write_text(f"{ahead_s:+d}")
        later.rename(self.clock)

    def off_s(self):
        """petrel's clock against the world's."""
        return self.status()["now_ns"] / 1e9 - time.time()

    def warned(self, text):
        return text in self.log.read_text()

    def storm(self, side, events):
        """A storm is found at once, with the right sum, and bears the time of its events. An
        earlier one of that side may still be in its window."""
        made = self.burst("bybit", usd=1_200_000 * events, events=events, side=side)
        known = self.storms.get(side, {"events": [], "usd": 0.0})
        wanted = {events: made["usd"],
                  events + len(known["events"]): made["usd"] + known["usd"]}
        found = wait_for(f"a storm of {side}s", lambda: [
            row for row in self.signals("LIQ_STORM")
            if row["side"] == side and row["events"] in wanted])[0]
        self.assertAlmostEqual(found["notional_usd"], wanted[found["events"]], delta=1)
        self.assertLess(abs(found["ts_ns"] / 1e9 - time.time()), 10)
        self.storms[side] = made
        for feed in self.feeds_by_name.values():
            feed.made += len(made["events"]) if feed.name == "bybit" else 0
        return found["id"]

    def set_and_look(self, ahead_s):
        self.set_clock(ahead_s)
        # A second each to notice, and for what would then go wrong.
        wait_for("petrel has noticed", lambda: self.warned("the machine's clock was set by"))
        seen = time.monotonic()
        self.beat_until("two more looks", lambda: time.monotonic() > seen + 2.5, 10)
        self.assertLess(abs(self.off_s()), 2)
        self.assertEqual(sum(shard["late"] for shard in self.status()["shards"]), 0)

    def test_a_clock_that_is_set_moves_no_decision_and_no_timer(self):
        self.start_with_clock(0)
        first = self.storm("long", 5)
        self.set_and_look(DAY_S)
        # Its time is not over.
        states = {row["id"]: row["state"] for row in self.signals()}
        self.assertEqual(states[first], "active")
        self.storm("short", 6)
        self.set_and_look(-HOUR_S)
        self.storm("long", 8)
        self.set_clock(0)
        self.beat_until("every feed is well", self.well_again, 20)
        self.assert_nothing_lost()
        self.assertEqual({len(proxy.links) for proxy in self.proxies.values()}, {1})
        self.assertEqual(self.alert_lines("SYSTEM"), [])
        self.assertEqual(self.stop_engine(), 0)

    def test_a_wrong_clock_that_is_put_right_is_followed(self):
        self.start_with_clock(-HOUR_S)
        self.assertLess(self.off_s(), 60 - HOUR_S)
        self.set_clock(0)
        self.beat_until("petrel follows", lambda: abs(self.off_s()) < 2, 10)
        self.assertTrue(self.warned("do not speak against it"))
        self.beat_until("every feed is well", self.well_again, 20)
        self.storm("long", 5)
        self.assert_nothing_lost()
        self.assertEqual({len(proxy.links) for proxy in self.proxies.values()}, {1})
        self.assertEqual(self.stop_engine(), 0)


if __name__ == "__main__":
    unittest.main()
