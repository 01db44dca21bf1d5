"""R-F1, bytes that change on their way: over TLS each ends its connection and nothing false is
taken; in the clear what stays readable is taken, as if the venue had sent it, and nothing else.

In the clear a digit that became another digit cannot be told from the truth: no exchange signs its
frames. That is why venues are reached over wss:// only; a plain address is for tests. What is shown
of it here: no crash, nothing refused without being counted, ids that are missing are fetched, and
every connection recovers.
"""

import unittest

from chaos import TRADED, Chaos, wait_for
from faults import Faults, Way

COUNTED = ("binance", "okx", "gate", "deribit", "kraken", "coinbase")  # trade ids without a hole


class Flips(Chaos):
    def begin(self, settings, faults):
        """Two feeds a venue; the first connection of each is sound."""
        self.proxies = []
        for number, venue in enumerate(sorted(TRADED) * 2):
            def after_the_first(connection, number=number):
                return faults(number, connection) if connection else Faults()
            proxy = self.proxy(venue, after_the_first, seed=number)
            self.proxies.append(proxy)
            self.add_feed(f"{venue}{number}", venue, proxy, settings=settings)
        self.start_feeds()
        self.begin_count()
        for proxy in self.proxies:
            proxy.cut()

    def flips(self):
        return sum(link.flips for proxy in self.proxies for link in proxy.links)

    def test_over_tls_a_changed_byte_ends_the_connection_and_nothing_false_is_taken(self):
        self.start_market("--tls-self-signed", self.folder / "tls")

        def faults(number, connection):
            """A byte of each of two connections: of the handshake, of data, or of what we send."""
            at = number * 331 + connection * 97
            if number % 5 == 4:
                return Faults(up=Way(flip_at=at % 700))
            return Faults(down=Way(flip_at=at) if connection <= 2 else Way())
        self.begin(f'ca_file = "{self.folder / "tls" / "ca.pem"}"\n',
                   lambda number, connection: faults(number, connection)
                   if connection <= 2 else Faults())
        self.beat_until("each feed is past its two changed bytes", lambda: all(
            len(proxy.links) > 3 for proxy in self.proxies) and self.well_again(), 40)
        for proxy in self.proxies:
            for link in proxy.links[1:3]:
                self.assertEqual(link.flips, 1, link.story())
                self.assertFalse(link.alive, f"{link.story()} {link.faults}")
        self.assert_nothing_lost()
        status = self.status()
        self.assertEqual(sum(row["rejected"] for row in status["feeds"]), 0)
        self.assertEqual({reason: count for reason, count in status["refused_events"].items()
                          if count and reason != "duplicate"}, {})
        self.assertEqual(self.stop_engine(), 0)

    def test_in_the_clear_nothing_crashes_and_every_connection_recovers(self):
        self.start_market()

        def faults(_, connection):
            """The second connection is changed from its handshake on, later ones behind it."""
            return Faults(down=Way(flip_every=400, flip_at=None if connection == 1 else 400))
        self.begin("", faults)
        self.beat_until("some hundred bytes were changed", lambda: self.flips() >= 300, 30)
        for proxy in self.proxies:
            proxy.faults = Faults()
            proxy.cut()
        self.beat_until("every feed is well again", self.well_again, 45)
        flips = self.flips()
        # A changed id is one more trade; a frame that cannot be read takes its trades along, which
        # comes to light by the ids, where there are any.
        refused = sum(row["rejected"] for row in self.rows())
        self.assertGreater(refused, 20)

        def settled():
            counted = sum(feed.made for feed in self.feeds_by_name.values()
                          if feed.venue in COUNTED)
            return self.came() >= counted and not self.ledger("blind")
        wait_for("what can be fetched is there", settled)
        self.assertLessEqual(self.came(), self.made() + flips)
        self.assertGreaterEqual(self.came(), self.made() - flips)
        self.assertEqual(self.stop_engine(), 0)


if __name__ == "__main__":
    unittest.main()
