"""R-F3: sockets that only answer pings and acknowledge, and a channel that is dead beside one that
lives: never healthy, and the alarm is raised.

One engine, four venues with all their channels. One of them never sends data from the beginning,
one stops altogether, one stops a single channel, one is well. The simulator answers protocol pings
and subscriptions all the while.
"""

import time
import unittest

from chaos import Chaos, wait_for

ALL = ("trades", "liquidations", "mark_price", "funding", "open_interest", "best_bid_ask")
NEVER, STOPPED, HALF, WELL = "bybit", "okx", "gate", "binance"
NOTICED_S = 15.0  # of a busy channel
FIRST_S = 35.0  # without a first event of what always has some
ALARM_S = 60.0  # subscribed again, a new socket, another end point, and 10 s after each of them


class Quiet(Chaos):
    def setUp(self):
        super().setUp()
        self.start_market(rate=1_500)
        self.fault(kind="ack_only", venue=NEVER)
        for venue in (NEVER, STOPPED, HALF, WELL):
            self.add_feed(venue, venue, channels=ALL)
        self.started = time.monotonic()
        self.start_feeds()

    def states(self):
        """Of the connections that carry trades."""
        first = {}
        for row in self.rows():
            if row["connection"] != "polls":
                first.setdefault(row["venue"], row["state"])
        return first

    def learned(self):
        """Enough was sent that the watchdogs know the streams of these venues."""
        sent = {(venue, line["symbol"]): line["sent"]
                for venue, ledger in self.control("GET", "/ledger")["venues"].items()
                for line in ledger["streams"] if line["kind"] == "trade"}
        return all(sent.get((venue, "BTCUSDT"), 0) > 200 for venue in (STOPPED, HALF, WELL))

    def look(self):
        """States of all four; what must never be is checked at each look."""
        states = self.states()
        time.sleep(0.1)  # a status is made each second
        self.assertIn(states[NEVER], ("pending", "suspect"))
        self.assertNotIn(states[WELL], ("connecting", "suspect"), "the one that is well is accused")
        return states

    def alarmed(self):
        return {line["headline"].split()[0] for line in self.alert_lines("SYSTEM")
                if "streams that are dead" in line["headline"]}

    def test_pings_and_acknowledgements_are_no_health_and_raise_the_alarm(self):
        wait_for("the watchdogs know the streams", lambda: self.look() and self.learned())
        states = self.look()
        self.assertEqual({states[STOPPED], states[HALF], states[WELL]}, {"healthy"})
        self.assertGreater(sum(row["acks"] for row in self.rows(NEVER)), 0)
        self.fault(kind="ack_only", venue=STOPPED)
        self.fault(kind="ack_only", venue=HALF, channel="futures.trades")
        dead = time.monotonic()

        def noticed():
            states = self.look()
            return "healthy" not in (states[STOPPED], states[HALF])
        wait_for("both are noticed", noticed, NOTICED_S)
        seen = {STOPPED: set(), HALF: set(), NEVER: set()}

        def alarm():
            states = self.look()
            for venue, sorts in seen.items():
                sorts.add(states[venue])
            return self.alarmed() >= {STOPPED, HALF} and "suspect" in seen[NEVER]
        wait_for("the alarm for both", alarm, ALARM_S - (time.monotonic() - dead))
        self.assertLess(time.monotonic() - self.started, FIRST_S + ALARM_S)
        # Replaced sockets acknowledge as well: not for a moment is that health.
        self.assertLessEqual(seen[STOPPED] | seen[HALF], {"quiet", "suspect", "pending"})
        status = self.status()
        self.assertEqual(status["health"], "degraded")
        for venue in seen:
            self.assertTrue(any(trouble.startswith(venue) for trouble in status["troubles"]),
                            status["troubles"])
        half = {stream["topic"] for row in self.rows(HALF) for stream in row["worst_streams"]}
        self.assertEqual(half, {"futures.trades:BTC_USDT"}, "the channel that lives is accused")
        self.control("DELETE", "/fault")
        wait_for("all are well again", lambda: not self.status()["troubles"] and
                 self.healthy() >= set(seen))
        self.assertEqual(self.stop_engine(), 0)


if __name__ == "__main__":
    unittest.main()
