"""The world of the fault tests: petrel-sim, an engine, and chaos proxies between them.

`Chaos` is the World of the integration tests with feeds that are named one by one. Each feed is an
exchange section of its own, so one engine can hold many connections that are broken in different
ways at the same time; its trades are asked for by the test, so what came is compared with what was
made, to the trade.
"""

import dataclasses
import json
import pathlib
import sys
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "integration"))

from proxy import Proxy  # noqa: E402
from support import BIN, ROOT, World, wait_for  # noqa: E402

# Of each venue that the simulator serves: the market's name of one contract, and petrel's.
TRADED = {
    "binance": ("BTCUSDT", "BTC-USDT-PERP"), "bybit": ("BTCUSDT", "BTC-USDT-PERP"),
    "okx": ("BTCUSDT", "BTC-USDT-PERP"), "bitget": ("BTCUSDT", "BTC-USDT-PERP"),
    "gate": ("BTCUSDT", "BTC-USDT-PERP"), "bitfinex": ("BTCUSDT", "BTC-USDT-PERP"),
    "deribit": ("BTCUSD", "BTC-USD-PERP"), "kraken": ("BTCUSD", "BTC-USD-PERP"),
    "bitmex": ("BTCUSDT", "BTC-USDT-PERP"), "hyperliquid": ("BTCUSDC", "BTC-USDC-PERP"),
    "coinbase": ("BTCUSDT", "BTC-USDT"),
}


BEAT_S = 0.1  # between two trades of a venue
STATUS_S = 2.5  # a status is not older


@dataclasses.dataclass
class Feed:
    """One exchange section. Without proxies it goes to the simulator directly."""

    name: str
    venue: str
    proxies: list = dataclasses.field(default_factory=list)  # one an end point
    channels: tuple = ("trades",)
    settings: str = ""  # further lines of the section
    made: int = 0  # trades that its venue made since it was counted


class Chaos(World):
    def start_market(self, *arguments, rate=0):
        """All eleven venues; at rate 0 nothing happens but what is asked for."""
        self.feeds_by_name = {}
        symbols = sorted({symbol for symbol, _ in TRADED.values()})
        self.start_sim("--no-storms", "--rate", str(rate), "--symbols", ",".join(symbols),
                       *arguments, *(word for venue in TRADED for word in (f"--{venue}", "0")))

    def proxy(self, venue, faults=None, **keywords):
        at = urllib.parse.urlsplit(self.ports[venue]["ws"])
        proxy = Proxy((at.hostname, at.port), faults, **keywords)
        self.addCleanup(proxy.close)
        return proxy.__enter__()

    def add_feed(self, name, venue, *proxies, **keywords):
        feed = Feed(name, venue, list(proxies), **keywords)
        self.feeds_by_name[name] = feed
        return feed

    def section(self, feed):
        at = self.ports[feed.venue]
        urls = [proxy.url(urllib.parse.urlsplit(at["ws"]).scheme) for proxy in feed.proxies]
        return (f'[exchanges.{feed.name}]\nplugin = "{feed.venue}"\n'
                f'ws = {json.dumps(urls or [at["ws"]])}\nrest = ["{at["rest"]}"]\n'
                f'symbols = ["{TRADED[feed.venue][1]}"]\nchannels = {json.dumps(feed.channels)}\n'
                f'{feed.settings}')

    def start_feeds(self, top=""):
        """The engine with the feeds that were added, all connected."""
        self.config.write_text(
            f'state_dir = "{self.state}"\nplugin_directories = ["{BIN.parent / "plugins"}"]\n'
            f'{top}[rules]\ndirectory = "{ROOT / "rules/default"}"\n'
            f'[notifiers.log]\npath = "{self.alerts}"\n' +
            "".join(self.section(feed) for feed in self.feeds_by_name.values()))
        self.start_engine()

        def connected():
            rows = self.rows()
            return len(rows) >= len(self.feeds_by_name) and all(
                row["state"] not in ("connecting", "unusable") for row in rows)
        wait_for("every feed is connected", connected)

    def rows(self, name=None):
        """What the status says of connections, of one feed if asked."""
        return [row for row in self.feeds() if name in (None, row["venue"])]

    def healthy(self):
        """Names of the feeds with a connection that brings data."""
        return {row["venue"] for row in self.rows() if row["state"] == "healthy"}

    def trade(self, *venues, events=1):
        """So many trades at each of these venues."""
        for venue in venues:
            made = self.control("POST", "/burst", {
                "kind": "trade", "venue": venue, "symbol": TRADED[venue][0], "side": "buy",
                "usd": 1_000 * events, "events": events})["events"]
            for feed in self.feeds_by_name.values():
                feed.made += len(made) if feed.venue == venue else 0

    def beat_until(self, what, look, seconds):
        """Trades go on meanwhile at every venue."""
        def beat():
            self.trade(*self.venues())
            time.sleep(BEAT_S)
            return look()
        wait_for(what, beat, seconds)

    def well_again(self):
        """Every feed shows data over the connection that it has now, and nothing is blind."""
        opened = [link.opened for feed in self.feeds_by_name.values()
                  for proxy in feed.proxies for link in proxy.links]
        return (time.monotonic() > max(opened, default=0) + STATUS_S and
                self.healthy() == set(self.feeds_by_name) and not self.status()["troubles"] and
                not self.ledger("blind"))

    def venues(self):
        return sorted({feed.venue for feed in self.feeds_by_name.values()})

    def begin_count(self):
        """Every feed has shown data; from here on trades are counted."""
        def flow():
            self.trade(*self.venues())
            return self.healthy() == set(self.feeds_by_name)
        wait_for("every feed has shown data", flow)
        self.base = -1

        def settled():
            before, self.base = self.base, self.accepted()
            time.sleep(0.5)  # what is on its way takes less
            return self.base == before
        wait_for("nothing more is on its way", settled)
        for feed in self.feeds_by_name.values():
            feed.made = 0

    def accepted(self):
        return self.status()["accepted"]

    def made(self):
        return sum(feed.made for feed in self.feeds_by_name.values())

    def came(self):
        """Trades since begin_count, over all feeds."""
        return self.accepted() - self.base

    def ledger(self, *states):
        done = self.cli("coverage")
        self.assertEqual(done.returncode, 0, done.stderr)
        return [entry for entry in json.loads(done.stdout)["entries"]
                if entry["kind"] == "trade" and (not states or entry["state"] in states)]

    def assert_nothing_lost(self, seconds=30):
        """Each trade came once, by the stream or from the history, and the ledger knows of no hole
        that is not filled."""
        wait_for(f"all {self.made()} trades are there, once", lambda: self.came() >= self.made(),
                 seconds)
        wait_for("every hole is filled", lambda: not self.ledger("open", "blind"), seconds)
        self.assertEqual(self.came(), self.made(), "a trade was counted twice")
