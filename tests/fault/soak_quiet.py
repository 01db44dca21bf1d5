"""Eleven venues in a quiet market: does a watchdog take quiet for dead?

    BIN=build/release/bin python3 tests/fault/soak_quiet.py --minutes 60 --rate 11

Prints one line of figures; leaves with 1 when a stream was subscribed again, a socket replaced or a
stream called dead. `--rate` is of trades and quotes a second over all venues and symbols: one a
second a venue is less than the quietest half minute ever recorded (OKX, 2022-02-27: six). Not part
of the suite: a run of an hour is a measurement.
"""

import argparse
import json
import pathlib
import re
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "integration"))

from support import World, json_lines  # noqa: E402
from venues_test import LIQUIDATED, SYMBOLS, TRADED, canonical  # noqa: E402

ALARMS = re.compile(r"subscribed again|a new socket is opened|is blind|ended the connection|"
                    r"closed the connection")


class Quiet(World):
    def runTest(self):
        """Never collected by itself: main() below calls measure()."""

    def measure(self, options):
        venues = {**LIQUIDATED, **TRADED}
        self.start_sim("--no-storms", "--rate", str(options.rate), "--symbols", ",".join(SYMBOLS),
                       *(word for venue in venues for word in (f"--{venue}", "0")))
        self.write_config(symbols=[*map(canonical, SYMBOLS), "BTC-USDT", "BTC-USD"])
        self.start_engine()
        seen = {}
        began = time.monotonic()
        while time.monotonic() < began + options.minutes * 60:
            time.sleep(1)
            for feed in self.feeds():
                for stream in feed["worst_streams"]:
                    key = f"{feed['venue']} {stream['topic']}: {stream['state']}, {stream['why']}"
                    seen[key] = seen.get(key, 0) + 1
        alarms = [line["text"] for line in json_lines(self.log.read_text())
                  if ALARMS.search(line.get("text", ""))]
        status = self.status()
        reconnects = sum(feed["reconnects"] for feed in status["feeds"])
        dead = {key: times for key, times in seen.items() if ": dead" in key}
        print(f"{options.minutes:g} min, {options.rate:g} trades and quotes/s over "
              f"{len(venues)} venues: {status['accepted']} events accepted, "
              f"{reconnects} reconnects, {len(alarms)} steps of watchdogs, "
              f"{sum(dead.values())} stream-seconds dead; "
              f"suspect at times: {json.dumps(seen) if seen else 'none'}")
        for line in alarms[:20]:
            print("  " + line)
        return not alarms and not dead and reconnects == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--rate", type=float, default=11)
    soak = Quiet()
    soak.setUp()
    try:
        return 0 if soak.measure(parser.parse_args()) else 1
    finally:
        soak.doCleanups()


if __name__ == "__main__":
    sys.exit(main())
