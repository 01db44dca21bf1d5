"""A connection is cut while trades or liquidations go on: history fills the hole, or the ledger
tells of it."""

import json
import re
import unittest
import urllib.request

from support import PATIENCE, World, wait_for

HISTORY = {"binance": "/fapi/v1/aggTrades", "bybit": "/v5/market/recent-trade"}


class Coverage(World):
    def setUp(self):
        super().setUp()
        self.start_healthy()

    def ledger(self):
        done = self.cli("coverage")
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def entries(self, venue, kind, state):
        return [entry for entry in self.ledger()["entries"]
                if (entry["venue"], entry["kind"], entry["state"]) == (venue, kind, state)]

    def cut(self):
        """Both venues are gone for more than a second, in which the market goes on."""
        self.fault(kind="refuse", for_s=1.5)
        self.fault(kind="drop")

    def history(self, venue, **parameters):
        query = "&".join(f"{name}={value}" for name, value in parameters.items())
        with urllib.request.urlopen(f"{self.ports[venue]['rest']}{HISTORY[venue]}?{query}",
                                    timeout=PATIENCE) as answer:
            return json.load(answer)

    def test_history_fills_what_a_cut_connection_missed(self):
        self.cut()
        for venue in HISTORY:
            entry = wait_for(f"a hole of {venue} is filled",
                             lambda venue=venue: self.entries(venue, "trade", "repaired"))[0]
            self.assertGreater(entry["to_ns"] - entry["from_ns"], 1_000_000_000, entry)
            self.assertEqual(entry["symbol"], "BTCUSDT")
        self.wait_healthy()
        for venue in HISTORY:
            self.assertEqual(self.entries(venue, "trade", "open"), [])
            self.assertEqual(self.entries(venue, "trade", "blind"), [])
            # No venue tells its liquidations again: that is said, not hidden.
            self.assertEqual(len(self.entries(venue, "liquidation", "open")), 1)
        self.assertEqual(self.stop_engine(), 0)
        self.assertEqual(self.cli("replay", self.state / "journal").returncode, 0)

    def test_without_history_the_ledger_equals_what_was_withheld(self):
        for path in HISTORY.values():
            self.fault(kind="refuse", path=path, code=503)
        self.cut()
        holes = {}
        for venue in HISTORY:
            holes[venue] = wait_for(f"a hole of {venue} is given up", lambda venue=venue: [
                entry for entry in self.entries(venue, "trade", "open")
                if "503" in entry["reason"]])[0]
        self.control("DELETE", "/fault")

        hole = holes["binance"]
        trades = {row["a"]: row["T"] * 1_000_000 for row in self.history(
            "binance", symbol="BTCUSDT", fromId=hole["first_id"] - 1, limit=1000)}
        self.assertEqual(trades[hole["first_id"] - 1], hole["from_ns"])
        self.assertEqual(trades[hole["last_id"] + 1], hole["to_ns"])

        hole = holes["bybit"]
        times = [int(row["time"]) * 1_000_000 for row in self.history(
            "bybit", category="linear", symbol="BTCUSDT", limit=1000)["result"]["list"]]
        self.assertIn(hole["from_ns"], times)
        self.assertIn(hole["to_ns"], times)
        self.assertTrue([at for at in times if hole["from_ns"] < at < hole["to_ns"]])

        status = self.status()["coverage"]
        self.assertGreaterEqual(status["counts"]["open"], 2)
        self.assertTrue(status["entries"])
        self.assertEqual(self.stop_engine(), 0)


class Liquidations(World):
    """Three venues tell their liquidations again over REST, each in its own way."""

    symbols = {"okx": "SOLUSDT", "bitget": "XRPUSDT", "gate": "DOGEUSDT"}
    missed = 25  # more than OKX tells of the past on subscribing

    def setUp(self):
        super().setUp()
        listed = ",".join([*self.symbols.values(), "BTCUSDC", "BTCUSD"])  # one of each product
        self.start_sim("--no-storms", "--rate", "0", "--symbols", listed,
                       "--binance", "off", "--bybit", "off",
                       *(word for venue in self.symbols for word in (f"--{venue}", "0")))
        self.write_config(symbols=[f"{name[:-4]}-USDT-PERP" for name in self.symbols.values()])
        # Nothing else, so that what was accepted can be counted.
        self.config.write_text(re.sub(r"(?m)^rest = .*$", r'\g<0>\nchannels = ["liquidations"]',
                                      self.config.read_text()))
        self.start_engine()
        wait_for("all sockets are open", self.all_open)
        self.made = self.status()["accepted"]  # what OKX tells of the past on subscribing

    def all_open(self):
        """Every connection, with its subscriptions acknowledged."""
        feeds = [feed for feed in self.feeds() if feed["connection"] != "discovery"]
        return ({feed["venue"] for feed in feeds} == set(self.symbols) and
                all(feed["state"] in ("pending", "healthy") and feed["acks"] for feed in feeds))

    def liquidate(self, usd, events=1):
        """On every venue; no two are alike, but for those of one call."""
        for venue, symbol in self.symbols.items():
            made = self.burst(venue, symbol=symbol, usd=usd, events=events)["events"]
            self.made += len(made)

    def accepted(self):
        return self.status()["accepted"]

    def holes(self):
        done = self.cli("coverage")
        self.assertEqual(done.returncode, 0, done.stderr)
        return {entry["venue"]: (entry["kind"], entry["state"], entry["reason"])
                for entry in json.loads(done.stdout)["entries"]
                if self.symbols[entry["venue"]][:-4] in entry["symbol"]}

    def test_history_fills_what_cut_connections_missed(self):
        self.liquidate(20_000)
        wait_for("liquidations come", lambda: self.accepted() == self.made)
        self.fault(kind="refuse", for_s=1.5)
        self.fault(kind="drop")
        wait_for("no socket is open", lambda: all(
            feed["state"] == "connecting" for feed in self.feeds()))
        for number in range(self.missed):
            self.liquidate(1_000 * (number + 1))
        self.liquidate(4_000_000)
        wait_for("all sockets are open again", self.all_open)
        self.liquidate(30_000)
        wait_for("the holes are filled", lambda: self.holes() == {
            venue: ("liquidation", "repaired", "the connection broke") for venue in self.symbols})
        # None is missing, and none of those that socket and history both tell counts twice.
        self.assertEqual(self.accepted(), self.made)
        for venue, symbol in self.symbols.items():
            large = wait_for(f"the large one on {venue} is told", lambda symbol=symbol: [
                row for row in self.signals("LIQUIDATION_LARGE")
                if row["symbol"] == f"{symbol[:-4]}-USDT-PERP"])[0]
            self.assertEqual((large["venue"], large["side"]), (venue, "long"))
            self.assertAlmostEqual(large["notional_usd"] / 4_000_000, 1, 2)
        self.assertEqual(self.stop_engine(), 0)


if __name__ == "__main__":
    unittest.main()
