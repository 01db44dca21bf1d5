"""A thousand connections of one engine to eleven venues: what do they cost, and is it on time?

    BIN=build/release/bin python3 tests/fault/soak_connections.py --minutes 5

Prints one line of figures; leaves with 1 when there were fewer than 1,000 connections or 20,000
frames a second, more than 512 MB of memory, or a timer that was late by more than 100 ms. Opening
takes about eight minutes more: petrel opens 40 sockets of a venue a minute in the long run. The
simulators share the machine: their processor time is told beside the engine's. Not part of the
suite: a run of a quarter of an hour is a measurement.
"""

import argparse
import http.client
import json
import os
import pathlib
import resource
import socket
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "integration"))

from support import PATIENCE, World, wait_for  # noqa: E402

VENUES = ("binance", "bybit", "okx", "bitget", "gate", "deribit", "bitfinex", "kraken", "bitmex",
          "hyperliquid", "coinbase")
SECOND = 4  # from here on they are served by a second simulator: one alone sends late
# What venues list by quote currency, so that each has some: the simulator knows 1,000 symbols.
QUOTES = {"USDT": 0.8, "USD": 0.1, "USDC": 0.1}
# How the market goes on is the same in all runs, but for who wins a race.
COINS = ("BTC", "ETH", "SOL", "XRP")

CONNECTIONS_LEAST = 1_000
FRAMES_PER_S_LEAST = 20_000
MEMORY_MB_MOST = 512
LATE_MS_MOST = 100
LOOK_S = 10
SETTLE_S = 65  # the engine tells the latest minute of its timer


def symbols_of(count):
    """Names for the simulator, and the same for petrel: perpetuals, and pairs for spot venues."""
    names, wanted = [], []
    for quote, share in QUOTES.items():
        for i in range(round(count * share)):
            coin = COINS[i] if i < len(COINS) else f"COIN{i}"
            names.append(coin + quote)
            wanted += [f"{coin}-{quote}-PERP", f"{coin}-{quote}"]
    return names, wanted


def memory_mb(pid, field):
    """VmRSS or VmHWM of a process, in units of 10^6 bytes."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) * 1024 / 1e6
    return 0.0


def processor_s(pid):
    """User and system time of a process so far."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def sockets_of(feed):
    """Sockets of one planned connection that are open; with one leg it lists none."""
    states = [leg["state"] for leg in feed["sockets"]] or [feed["state"]]
    return sum(state not in ("connecting", "unusable") for state in states)


class Soak(World):
    def runTest(self):
        """Never collected by itself: main() below calls measure()."""

    def begin(self, options):
        names, wanted = symbols_of(options.symbols)
        self.sims = []
        ports = {}
        for venues in (VENUES[:SECOND], VENUES[SECOND:]):
            off = [venue for venue in VENUES if venue not in venues]
            (self.folder / "sim.json").unlink(missing_ok=True)
            self.start_sim("--no-storms", "--rate", str(options.rate / 2), "--states-every",
                           str(options.states_every), "--symbols",
                           ",".join(names), *(word for venue in VENUES for word in
                                              (f"--{venue}", "off" if venue in off else "0")))
            self.sims.append(self.sim)
            ports.update({venue: at for venue, at in self.ports.items() if venue in venues})
        self.ports = ports
        self.write_config(f"[connections]\ntotal = {options.limit}\n"
                          f"market_data = {options.limit}\n", symbols=wanted)
        text = self.config.read_text().replace('", "', '",\n"')  # lines are bounded
        for venue in VENUES:
            text = text.replace(f"[exchanges.{venue}]\n",
                                f"[exchanges.{venue}]\nredundancy = {options.redundancy}\n")
        self.config.write_text(text)
        self.start_engine()

    def ask(self):
        """The status, asked directly: a command of its own a time would cost what is measured."""
        asking = http.client.HTTPConnection("petrel", timeout=PATIENCE)
        asking.sock = socket.socket(socket.AF_UNIX)
        asking.sock.settimeout(PATIENCE)
        asking.sock.connect(str(self.state / "petrel.sock"))
        try:
            asking.request("GET", "/v1/status")
            return json.load(asking.getresponse())
        finally:
            asking.close()

    def look(self):
        """One sample of everything."""
        status = self.ask()
        feeds = status["feeds"]
        return {
            "at": time.monotonic(),
            "connections": sum(map(sockets_of, feeds)),
            "wanted": sum(len(feed["sockets"]) or 1 for feed in feeds
                          if feed["connection"] not in ("discovery", "polls")),
            "frames": sum(feed["frames"] for feed in feeds if feed["connection"] != "polls"),
            "rejected": sum(feed["rejected"] for feed in feeds),
            "reconnects": sum(feed["reconnects"] for feed in feeds),
            "events": status["accepted"],
            "late_ms": status["timer_late_ms_max"],
            "memory_mb": memory_mb(self.engine.pid, "VmRSS"),
            "engine_s": processor_s(self.engine.pid),
            "sim_s": sum(processor_s(sim.pid) for sim in self.sims),
        }

    def wait_open(self, options):
        began = time.monotonic()

        def all_open():
            time.sleep(LOOK_S)
            seen = self.look()
            if options.verbose:
                print(f"{time.monotonic() - began:.0f} s: {seen}", file=sys.stderr)
            return seen["wanted"] >= CONNECTIONS_LEAST and seen["connections"] >= seen["wanted"]
        wait_for("every socket is open", all_open, options.opening_minutes * 60)
        return time.monotonic() - began

    def measure(self, options):
        self.begin(options)
        opening_s = self.wait_open(options)
        time.sleep(SETTLE_S)
        first = self.look()
        samples = []
        while not samples or samples[-1]["at"] < first["at"] + options.minutes * 60:
            time.sleep(LOOK_S)
            samples.append(self.look())
            if options.verbose:
                print(samples[-1], file=sys.stderr)
        last = samples[-1]
        seconds = last["at"] - first["at"]

        def per_s(what):
            return (last[what] - first[what]) / seconds
        connections = min(sample["connections"] for sample in samples)
        frames_per_s = per_s("frames")
        peak_mb = memory_mb(self.engine.pid, "VmHWM")
        late_ms = max(sample["late_ms"] for sample in samples)
        print(f"{connections} connections at least, open after "
              f"{opening_s:.0f} s; {seconds:.0f} s of {frames_per_s:.0f} frames/s, "
              f"{per_s('events'):.0f} events/s after the first copy; {last['memory_mb']:.0f} MB, "
              f"peak {peak_mb:.0f} MB; timer late by {late_ms:.1f} ms at most; "
              f"{per_s('engine_s'):.2f} processors, the simulators {per_s('sim_s'):.2f}; "
              f"{last['reconnects'] - first['reconnects']} reconnects, "
              f"{last['rejected'] - first['rejected']} frames rejected; "
              f"load {os.getloadavg()[1]:.1f} of {os.cpu_count()}")
        return (connections >= CONNECTIONS_LEAST and frames_per_s >= FRAMES_PER_S_LEAST and
                peak_mb <= MEMORY_MB_MOST and late_ms <= LATE_MS_MOST)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--opening-minutes", type=float, default=15)
    parser.add_argument("--symbols", type=int, default=1_000)
    parser.add_argument("--redundancy", type=int, default=4)
    parser.add_argument("--limit", type=int, default=1_500, help="[connections] of the engine")
    parser.add_argument("--rate", type=float, default=400, help="trades and quotes a second")
    parser.add_argument("--states-every", type=float, default=1.5,
                        help="seconds between two tickers of a symbol; 0 = the venues' own pace")
    parser.add_argument("--verbose", action="store_true", help="each sample on standard error")
    options = parser.parse_args()
    # One descriptor a socket, at both ends; children inherit it.
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    soak = Soak()
    soak.setUp()
    try:
        return 0 if soak.measure(options) else 1
    finally:
        soak.doCleanups()


if __name__ == "__main__":
    sys.exit(main())
