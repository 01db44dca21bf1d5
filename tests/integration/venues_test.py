"""Eleven venues at once: each delivers, faults of one channel or symbol are noticed and told, and
the engine's coverage ledger agrees with what the simulator says it withheld."""

import json
import unittest

from support import World, wait_for

# A symbol of its own for each venue, so that an alert names the venue by its symbol.
LIQUIDATED = {"binance": "LINKUSDT", "bybit": "AVAXUSDT", "okx": "SOLUSDT", "bitget": "XRPUSDT",
              "gate": "DOGEUSDT", "bitfinex": "ADAUSDT", "deribit": "BTCUSD", "kraken": "ETHUSD",
              "bitmex": "BNBUSDT"}
# These tell no liquidations.
TRADED = {"hyperliquid": "BTCUSDC", "coinbase": "BTCUSDT"}
# Ids of trades without a hole, and the word of each venue for the channel that brings them.
COUNTED = {"okx": "trades", "gate": "futures.trades", "deribit": "trades", "kraken": "trade",
           "coinbase": "matches"}
HISTORY = {"okx": "/api/v5/market/history-trades", "gate": "/api/v4/futures/",
           "deribit": "/api/v2/public/get_last_trades_by_instrument",
           "kraken": "/derivatives/api/v3/history", "coinbase": "/products/"}
SYMBOLS = sorted({"BTCUSDT", "ETHUSDT", *LIQUIDATED.values(), *TRADED.values()})


def canonical(symbol):
    """As `petrel` names the contract: base, quote, kind."""
    quote = next(q for q in ("USDT", "USDC", "USD") if symbol.endswith(q))
    return f"{symbol[:-len(quote)]}-{quote}-PERP"


class Eleven(World):
    fine = ("healthy", "quiet")

    def setUp(self):
        super().setUp()
        self.start_sim("--no-storms", "--rate", self.rate, "--symbols", ",".join(SYMBOLS),
                       *(word for venue in {**LIQUIDATED, **TRADED}
                         for word in (f"--{venue}", "0")))
        self.write_config(symbols=[*map(canonical, SYMBOLS), "BTC-USDT", "BTC-USD"])
        self.start_engine()
        self.wait_for_all()

    def venue_feeds(self, venue):
        return [feed for feed in self.feeds() if feed["venue"] == venue]

    def wait_for_all(self):
        def healthy():
            feeds = self.feeds()
            return ({feed["venue"] for feed in feeds} == {*LIQUIDATED, *TRADED} and
                    all(feed["state"] in self.fine for feed in feeds))
        wait_for("feeds of all venues are healthy", healthy)

    def withheld(self, venue, kind="trade"):
        ledger = self.control("GET", "/ledger")["venues"][venue]
        self.assertEqual(ledger["forgotten"], 0)
        return [hole for hole in ledger["withheld"] if hole["kind"] == kind]

    def closed(self, venue):
        return [hole for hole in self.withheld(venue) if hole["to_ns"]]

    def entries(self, venue, kind="trade"):
        done = self.cli("coverage")
        self.assertEqual(done.returncode, 0, done.stderr)
        return [entry for entry in json.loads(done.stdout)["entries"]
                if (entry["venue"], entry["kind"]) == (venue, kind)]


class Faults(Eleven):
    rate = 600

    def lose_trades(self, venue, **more):
        """Frames of the channel are not sent for a second; the ledger's holes of it."""
        self.fault(kind="ack_only", venue=venue, channel=COUNTED[venue], for_s=1.0, **more)
        return wait_for(f"{venue} has withheld trades and goes on", lambda: self.closed(venue))

    def agrees(self, venue, hole, state):
        def same():
            return [entry for entry in self.entries(venue)
                    if entry["state"] == state and entry["symbol"] == hole["native"] and
                    (entry["first_id"], entry["last_id"]) == (hole["first_id"], hole["last_id"])]
        entry = wait_for(f"{venue}: {hole} is {state} in the engine's ledger", same)[0]
        self.assertEqual((entry["from_ns"], entry["to_ns"]), (hole["from_ns"], hole["to_ns"]))

    def holes_of_both(self, venue):
        """What the engine says is missing, what the simulator says it withheld. A break that cost
        nothing, as ids prove, is in the ledger as whole: no hole."""
        def as_ids(hole, symbol):
            return hole[symbol], hole["first_id"], hole["last_id"]
        return ({as_ids(hole, "symbol") for hole in self.entries(venue)
                 if hole["state"] != "whole"},
                {as_ids(hole, "native") for hole in self.closed(venue)})

    def no_hole_but_those(self, venue):
        def same():
            here, there = self.holes_of_both(venue)
            return here == there
        try:
            wait_for(f"{venue}: the holes here are those there", same)
        except AssertionError:
            # Told as a difference, with everything that the engine knows.
            here, there = self.holes_of_both(venue)
            self.assertEqual(here, there, self.entries(venue))

    def test_channel_that_loses_frames_shows_in_both_ledgers_alike(self):
        for venue, path in HISTORY.items():
            self.fault(kind="refuse", venue=venue, path=path, code=503)
        holes = {venue: self.lose_trades(venue) for venue in COUNTED}
        for venue, found in holes.items():
            for hole in found:
                self.agrees(venue, hole, "open")
            self.no_hole_but_those(venue)
        self.control("DELETE", "/fault")
        for venue in COUNTED:
            known = {(hole["native"], hole["first_id"]) for hole in self.withheld(venue)}
            self.lose_trades(venue)

            def more(venue=venue, known=known):
                return [hole for hole in self.closed(venue)
                        if (hole["native"], hole["first_id"]) not in known]
            for hole in wait_for("one more hole", more):
                self.agrees(venue, hole, "repaired")
        self.assertEqual(self.stop_engine(), 0)

    def test_connections_that_break_are_blind_from_the_last_trade_to_the_first(self):
        # These number nothing: what they tell of the past on subscribing again must not hide that
        # the hole is longer (BitMEX tells ten trades).
        self.fault(kind="refuse", for_s=2.0)
        self.fault(kind="drop")
        for venue in ("bitget", "bitfinex", "bitmex", "hyperliquid"):
            hole = wait_for(f"{venue} goes on", lambda venue=venue: self.closed(venue))[0]
            entry = wait_for(f"{venue}: {hole} is repaired", lambda venue=venue, hole=hole: [
                entry for entry in self.entries(venue)
                if entry["state"] == "repaired" and entry["symbol"] == hole["native"]])[0]
            self.assertEqual((entry["from_ns"], entry["to_ns"]),
                             (hole["from_ns"], hole["to_ns"]), venue)
        self.assertEqual(self.stop_engine(), 0)

    def test_stall_of_one_symbol_is_noticed_and_told(self):
        def learned():
            made = {line["symbol"]: line["sent"] for line in
                    self.control("GET", "/ledger")["venues"]["okx"]["streams"]
                    if line["kind"] == "trade"}
            return made.get("BTCUSDT", 0) > 150
        wait_for("the engine has seen enough of the stream", learned)
        self.fault(kind="ack_only", venue="okx", channel="trades", symbol="BTCUSDT")

        def told():
            return [stream for feed in self.venue_feeds("okx") for stream in feed["worst_streams"]
                    if stream["topic"] == "trades:BTC-USDT-SWAP"]
        stream = wait_for("the watchdog tells of the stream that is silent", told)[0]
        self.assertIn(stream["state"], ("suspect", "dead"))
        # Nothing else is accused: the other streams of the socket go on.
        self.assertEqual({stream["topic"] for feed in self.feeds()
                          for stream in feed["worst_streams"]}, {"trades:BTC-USDT-SWAP"})
        self.control("DELETE", "/fault")
        wait_for("the stream is well again", lambda: not told())
        hole = [hole for hole in self.withheld("okx") if hole["native"] == "BTC-USDT-SWAP"][0]
        self.assertEqual(hole["reason"], "ack_only")
        self.assertGreater(hole["events"], 10)
        self.assertEqual(self.stop_engine(), 0)


class Delivery(Eleven):
    """A market in which nothing happens but what is asked for."""

    rate = 0
    fine = ("pending", "healthy", "quiet")

    def told(self, kind, venue, symbol, usd):
        name = "BTC-USDT" if venue == "coinbase" else canonical(symbol)
        signal = wait_for(f"{kind} on {venue}", lambda: [
            row for row in self.signals(kind) if row["symbol"] == name])[0]
        self.assertEqual(signal["venue"], venue)
        self.assertAlmostEqual(signal["notional_usd"] / usd, 1, 2, venue)
        return signal

    def test_every_venue_delivers_and_a_storm_on_one_is_told(self):
        for venue, symbol in {**LIQUIDATED, **TRADED}.items():
            made = self.control("POST", "/burst", {
                "kind": "trade", "venue": venue, "symbol": symbol, "side": "sell",
                "usd": 6_000_000, "events": 1})
            self.assertEqual(self.told("WHALE_TRADE", venue, symbol, made["usd"])["side"], "sell")
        for venue, symbol in LIQUIDATED.items():
            made = self.burst(venue, symbol=symbol, usd=4_000_000, events=1)
            signal = self.told("LIQUIDATION_LARGE", venue, symbol, made["usd"])
            self.assertEqual(signal["side"], "long", venue)

        self.burst("okx", symbol="ETHUSDT", usd=6_000_000, events=5)
        wait_for("a storm on one venue is told", lambda: [
            row for row in self.alert_lines("LIQ_STORM") if row["symbol"] == "ETH-USDT-PERP"])
        for feed in self.feeds():
            self.assertEqual(feed["rejected"], 0, feed)
        for venue in {**LIQUIDATED, **TRADED}:
            lines = self.control("GET", "/ledger")["venues"][venue]["streams"]
            sent = {line["kind"] for line in lines if line["sent"] > 0}
            self.assertIn("trade", sent, venue)
            self.assertEqual("state" in sent, venue != "coinbase", venue)
            self.assertEqual("liquidation" in sent, venue in LIQUIDATED, venue)
        self.assertEqual(self.stop_engine(), 0)


if __name__ == "__main__":
    unittest.main()
