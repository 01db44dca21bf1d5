"""Bad frames and broken links: the feed lives or comes back, and says what it refused."""

import json
import time
import unittest

from support import World, wait_for


class Faults(World):
    def setUp(self):
        super().setUp()
        self.start_healthy()

    def total(self, field):
        return sum(feed[field] for feed in self.feeds())

    def reconnects(self, venue):
        return sum(feed["reconnects"] for feed in self.feeds() if feed["venue"] == venue)

    def still_detects(self, side="long"):
        """The proof that a feed is of use: a storm becomes one signal; the exit is 0."""
        self.burst(usd=3_000_000, events=5, side=side)
        wait_for("an alert of LIQ_STORM", lambda: self.alert_lines("LIQ_STORM"))
        self.assertEqual(self.stop_engine(), 0)
        ids = [row["id"] for row in self.alert_lines()]
        self.assertEqual(len(ids), len(set(ids)), "an alert twice")
        self.assertEqual(len(self.alert_lines("LIQ_STORM")), 1)
        self.assertEqual(len(self.signals("LIQ_STORM")), 1)

    def test_garbage_is_counted_by_reason_and_the_connection_lives(self):
        # A megabyte of rubbish is among it; the seed decides when.
        self.fault(kind="garbage", probability=0.3)
        wait_for("rejected frames on both venues", lambda: {
            feed["venue"] for feed in self.feeds() if feed["rejected"] >= 5} ==
            {"binance", "bybit"})
        self.control("DELETE", "/fault")
        for feed in self.feeds():
            self.assertEqual(sum(feed["rejected_by_reason"].values()), feed["rejected"], feed)
            self.assertTrue(all(feed["rejected_by_reason"]), feed)
        self.wait_healthy()
        self.still_detects()

    def test_raw_frames_that_are_no_market_data_change_nothing(self):
        before = self.total("rejected")
        for raw in ('{"topic":', "[]", "null", '{"topic":"publicTrade.BTCUSDT","data":[{}]}',
                    '{"topic":"allLiquidation.BTCUSDT","data":[{"T":"x","s":1,"v":"NaN"}]}'):
            self.control("POST", "/frame", {
                "venue": "bybit", "topic": "publicTrade.BTCUSDT", "raw": raw})
        wait_for("two of them at least are refused", lambda: self.total("rejected") >= before + 2)
        self.wait_healthy()
        self.assertEqual(self.reconnects("bybit"), 0)
        self.still_detects()

    def trades(self, *trades):
        """Sends trades of BTCUSDT as raw frames of bybit."""
        for number, fields in enumerate(trades):
            trade = {"i": f"00000000-0000-4000-8000-{number:012d}", "T": int(time.time() * 1000),
                     "p": "60000", "v": "0.01", "S": "Buy", "s": "BTCUSDT", "L": "PlusTick",
                     "BT": False, **fields}
            self.control("POST", "/frame", {
                "venue": "bybit", "topic": "publicTrade.BTCUSDT", "raw": json.dumps({
                    "topic": "publicTrade.BTCUSDT", "type": "snapshot", "ts": trade["T"],
                    "data": [trade]})})

    def test_wild_times_move_no_clock(self):
        # An hour and a year ahead, long past, and now in other units.
        now_ms = int(time.time() * 1000)
        times = (now_ms + 3_600_000, now_ms + 31_536_000_000, now_ms - 3_600_000, 0, 1,
                 now_ms // 1000, now_ms * 1000, -now_ms, 2**62)
        before = self.total("rejected") + self.status()["refused_events"]["time"]
        self.trades(*({"T": at} for at in times))
        wait_for("those in other units are refused", lambda: self.total("rejected") +
                 self.status()["refused_events"]["time"] >= before + 5)
        self.assertEqual(self.reconnects("bybit"), 0)
        self.wait_healthy()
        self.still_detects()

    def test_wild_numbers_are_refused_or_harmless(self):
        prices = ("NaN", "nan", "Infinity", "-60000", "1e308", "1e309", "4.9e-324", "0", "",
                  "60000." + "0" * 40 + "1", "9" * 40, "0x10", "60,000")
        before = self.total("rejected") + self.status()["refused_events"]["number"]
        self.trades(*({"p": price} for price in prices), *({"v": price} for price in prices))
        wait_for("most of them are refused", lambda: self.total("rejected") +
                 self.status()["refused_events"]["number"] >= before + 16)
        self.assertEqual(self.reconnects("bybit"), 0)
        self.wait_healthy()
        self.still_detects(side="short")  # buyers of billions speak against one of longs

    def test_cut_link_comes_back(self):
        self.fault(kind="drop")
        wait_for("a reconnect of each venue", lambda: self.reconnects("binance") and
                 self.reconnects("bybit"))
        self.wait_healthy()
        self.still_detects()

    def test_duplicate_frames_make_no_second_signal(self):
        self.fault(kind="duplicate")
        wait_for("duplicates were dropped",
                 lambda: self.status()["refused_events"]["duplicate"] > 10)
        sent = self.burst("binance", usd=2_500_000, events=1)
        wait_for("a LIQUIDATION_LARGE", lambda: self.signals("LIQUIDATION_LARGE"))
        self.assertLessEqual(self.signals("LIQUIDATION_LARGE")[0]["notional_usd"],
                             sent["usd"] * 1.001)
        self.assertEqual(self.stop_engine(), 0)
        self.assertEqual(self.signals("LIQ_STORM"), [], "one liquidation was counted twice")
        self.assertEqual(len(self.alert_lines("LIQUIDATION_LARGE")), 1)

    def test_every_close_code_ends_in_a_reconnect(self):
        for number, code in enumerate((1000, 1001, 1008, 1011), start=1):
            self.fault(kind="close", code=code, venue="bybit")
            wait_for(f"reconnect after close {code}",
                     lambda number=number: self.reconnects("bybit") >= number)
            self.wait_healthy()
        self.assertEqual(self.reconnects("binance"), 0)
        self.still_detects()

    def test_refused_connections_are_tried_again(self):
        self.fault(kind="refuse", venue="bybit")
        self.fault(kind="drop", venue="bybit")

        def refused():
            return self.control("GET", "/state")["faults_applied"]["refuse"] >= 2
        wait_for("two refused connections", refused)

        def told():
            status = self.status()
            return status.get("health") == "degraded" and any(
                feed["venue"] == "bybit" and feed["state"] != "healthy"
                for feed in status["feeds"])
        wait_for("the status says that bybit is down", told)
        self.assertEqual({feed["state"] for feed in self.feeds() if feed["venue"] == "binance"},
                         {"healthy"})
        self.control("DELETE", "/fault")
        self.wait_healthy()
        self.still_detects()


if __name__ == "__main__":
    unittest.main()
