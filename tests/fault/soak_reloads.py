"""A thousand reloads of the rules while events come: does anything leak, wait, or get lost?

    BIN=build/release/bin python3 tests/fault/soak_reloads.py --reloads 1000

Each reload is an edit of one parameter, loaded through the control socket. Prints one line of
figures: memory before and after, the latest timer of the feed thread (which decides, too, while
there is one shard) with and without reloads, and the longest reload as asked. Leaves with 1 when
a reload failed, memory grew by more than 10 MB, or events were lost or refused. Not part of the
suite.
"""

import argparse
import http.client
import json
import pathlib
import re
import shutil
import socket
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "integration"))

from support import PATIENCE, ROOT, World  # noqa: E402

GROWTH_MB_MOST = 10
MINUTE_S = 61  # the engine tells the latest minute of its timer


class Reloads(World):
    def runTest(self):
        """Never collected by itself: main() below calls measure()."""

    def begin(self, options):
        self.rules = self.folder / "rules"
        shutil.copytree(ROOT / "rules/default", self.rules)
        symbols = [f"COIN{i}USDT" for i in range(options.symbols)]
        self.start_sim("--no-storms", "--rate", str(options.rate), "--symbols", ",".join(symbols))
        self.write_config(rules=self.rules, symbols=[f"COIN{i}-USDT-PERP" for i in
                                                     range(options.symbols)])
        self.start_engine()
        self.wait_healthy()

    def ask(self, method, target):
        asking = http.client.HTTPConnection("petrel", timeout=PATIENCE)
        asking.sock = socket.socket(socket.AF_UNIX)
        asking.sock.settimeout(PATIENCE)
        asking.sock.connect(str(self.state / "petrel.sock"))
        try:
            asking.request(method, target)
            return json.load(asking.getresponse())
        finally:
            asking.close()

    def memory_mb(self):
        return self.ask("GET", "/v1/status")["resident_bytes"] / 1e6

    def edit(self, number):
        path = self.rules / "pack.lua"
        text = re.sub(r'("context_thin_hours", "", 0, 0\.2, )[\d.]+',
                      rf"\g<1>{0.0001 * (number % 1900 + 1):.4f}", path.read_text())
        later = path.with_suffix(".new")
        later.write_text(text)
        later.replace(path)

    def reload(self, number):
        self.edit(number)
        began = time.monotonic()
        answer = self.ask("POST", "/v1/reload")
        if "summary" not in answer:
            sys.exit(f"reload {number} failed: {answer}")
        return (time.monotonic() - began) * 1e3

    def measure(self, options):
        self.begin(options)
        time.sleep(MINUTE_S)
        quiet = self.ask("GET", "/v1/status")
        for number in range(20):  # what is made once is made
            self.reload(number)
        before_mb = self.memory_mb()
        began = time.monotonic()
        took_ms = [self.reload(20 + number) for number in range(options.reloads)]
        seconds = time.monotonic() - began
        time.sleep(2)
        after = self.ask("GET", "/v1/status")
        growth_mb = self.memory_mb() - before_mb
        lost = after["journal"].get("lost", 0)
        refused = sum(count for reason, count in after["refused_events"].items()
                      if reason != "duplicate")
        events_per_s = (after["accepted"] - quiet["accepted"]) / (
            (after["now_ns"] - quiet["now_ns"]) / 1e9)
        print(f"{options.reloads} reloads in {seconds:.0f} s at {events_per_s:.0f} events/s: "
              f"{before_mb:.1f} MB before, {growth_mb:+.1f} MB after; timer late by "
              f"{quiet['timer_late_ms_max']:.1f} ms at most without them, "
              f"{after['timer_late_ms_max']:.1f} ms with them; a reload took {max(took_ms):.0f} ms "
              f"at most, {sorted(took_ms)[len(took_ms) // 2]:.0f} ms in the median; {lost} events "
              f"not recorded, {refused} refused")
        return growth_mb <= GROWTH_MB_MOST and lost == 0 and refused == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reloads", type=int, default=1_000)
    parser.add_argument("--symbols", type=int, default=50)
    parser.add_argument("--rate", type=float, default=5_000, help="trades and quotes a second")
    soak = Reloads()
    soak.setUp()
    try:
        return 0 if soak.measure(parser.parse_args()) else 1
    finally:
        soak.doCleanups()


if __name__ == "__main__":
    sys.exit(main())
