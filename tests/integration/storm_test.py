"""A storm on both simulated venues becomes one warning that can be explained and replayed."""

import collections
import json
import time
import unittest

from support import World, wait_for


class Storm(World):
    def test_injected_storm_is_one_signal_in_log_and_store(self):
        self.start_healthy()
        sent = self.burst(usd=3_000_000, events=5)
        self.assertEqual(len(sent["events"]), 5)
        wait_for("a LIQ_STORM in the log", lambda: self.alert_lines("LIQ_STORM"))
        # The alert goes out at the minimum; the signal grows on to the whole storm.
        wait_for("the signal has grown to what was injected", lambda: [
            row for row in self.signals("LIQ_STORM")
            if row["notional_usd"] >= sent["usd"] * 0.999])
        self.assertEqual(self.status()["delivery"]["pending"], 0)

        logged = self.alert_lines("LIQ_STORM")
        self.assertEqual(len(logged), 1, logged)
        kept = self.signals("LIQ_STORM")
        self.assertEqual([row["id"] for row in kept], [logged[0]["id"]])
        for row in (logged[0], kept[0]):
            self.assertEqual((row["symbol"], row["side"]), ("BTC-USDT-PERP", "long"))
            self.assertGreaterEqual(row["notional_usd"], row["threshold_usd"])
        self.explains(kept[0], sent)
        self.assertEqual(self.stop_engine(), 0)
        self.assertEqual(len(self.alert_lines("LIQ_STORM")), 1)

    def explains(self, signal, sent):
        done = self.cli("explain", signal["id"])
        self.assertEqual(done.returncode, 0, done.stderr)
        told = json.loads(done.stdout)
        self.assertAlmostEqual(sum(told["terms"].values()), told["score"], places=9)
        self.assertIn("storm", told["terms"])
        evidence = collections.Counter(
            round(float(event["price"]) * float(event["quantity"])) for event in
            told["cause"]["evidence"])
        injected = collections.Counter(round(event["usd"]) for event in sent["events"])
        self.assertFalse(injected - evidence, f"injected {injected}, evidence {evidence}")

    def test_storm_of_two_venues_is_told_once(self):
        self.start_healthy()
        # Neither is a storm of its own: one event of 1.2 M each, where 2 M and two events count.
        sums = [self.burst(venue, usd=1_200_000, events=1)["usd"]
                for venue in ("binance", "bybit")]
        wait_for("a LIQ_STORM", lambda: self.signals("LIQ_STORM"))
        self.assertEqual(self.stop_engine(), 0)
        storms = self.signals("LIQ_STORM")
        self.assertEqual(len(storms), 1)
        self.assertGreaterEqual(storms[0]["notional_usd"], sum(sums) * 0.999)
        self.assertTrue(storms[0]["at_least"], "binance shows a sample only")

    def test_first_storm_within_fifteen_seconds_and_replay_makes_the_same_signals(self):
        self.start_sim("--symbols", "BTCUSDT,ETHUSDT", "--rate", "200")
        self.write_config(symbols=("BTCUSDT", "ETHUSDT"))
        began = time.monotonic()
        self.start_engine()
        wait_for("the first LIQ_STORM", lambda: self.alert_lines("LIQ_STORM"),
                 seconds=15 - (time.monotonic() - began))
        self.burst(symbol="ETHUSDT", usd=9_000_000, events=3, side="short")
        wait_for("a storm of the other symbol", lambda: [
            row for row in self.signals("LIQ_STORM") if row["symbol"] == "ETH-USDT-PERP"])
        self.assertEqual(self.stop_engine(), 0)

        live = sorted(row["id"] for row in self.signals())
        again = [row["id"] for row in self.replayed()]
        self.assertEqual(len(again), len(set(again)), "a signal twice in one replay")
        self.assertEqual(sorted(again), live)


if __name__ == "__main__":
    unittest.main()
