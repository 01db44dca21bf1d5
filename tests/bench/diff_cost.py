"""What does a diff of two rule versions cost beside a plain replay of the same events?

    BIN=build/release/bin python3 tests/bench/diff_cost.py

Writes ten million trades of ten symbols, one in a thousand of them large, to a temporary folder and
plays them three times each way, in turns. Prints the times and the ratio of the least of them;
leaves with 1 when it is 2 or more. A measurement: it takes a minute and 600 MB.
"""

import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PETREL = pathlib.Path(os.environ.get("BIN", ROOT / "build/release/bin")).resolve() / "petrel"
EVENTS = 10_000_000
SYMBOLS = [coin + "USDT" for coin in ("BTC", "ETH", "SOL", "XRP", "DOGE", "BNB", "ADA", "LINK",
                                      "AVAX", "LTC")]
ROUNDS = 3
MOST = 2.0


def write_trades(path):
    chance = random.Random(5)
    with path.open("w") as out:
        out.write("event_time_ms,symbol,agg_trade_id,price,quantity,trade_time_ms,"
                  "is_buyer_maker\n")
        lines = []
        for number in range(1, EVENTS + 1):
            at_ms = 1_794_000_000_000 + number // 2
            largest = 3_000 if chance.random() < 0.001 else 20
            lines.append(f"{at_ms},{SYMBOLS[number * 7 % 10]},{number},"
                         f"{100 + chance.random():.2f},{0.01 + largest * chance.random():.4f},"
                         f"{at_ms},{'True' if chance.random() < 0.5 else 'False'}\n")
            if len(lines) == 100_000:
                out.write("".join(lines))
                lines.clear()
        out.write("".join(lines))


def seconds_of(*words):
    began = time.monotonic()
    done = subprocess.run([PETREL, *words, "--set", "detection.minima_scale=0.05"],
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode not in (0, 1):  # 1: the two differ
        sys.exit(done.stderr)
    return time.monotonic() - began


def main():
    with tempfile.TemporaryDirectory(prefix="petrel-diff.") as folder:
        trades = pathlib.Path(folder) / "trades.binance.ten.csv"
        write_trades(trades)
        default, other = ROOT / "rules/default", ROOT / "rules/scalper"
        plain, both = [], []
        for _ in range(ROUNDS):
            plain.append(seconds_of("replay", trades, "--rules", default))
            both.append(seconds_of("rules", "diff", default, other, "--on", trades))
        ratio = min(both) / min(plain)
        print(f"{EVENTS} events: replay {min(plain):.2f} s, diff {min(both):.2f} s, "
              f"{ratio:.2f} times; load {os.getloadavg()[0]:.1f} of {os.cpu_count()}")
        return 0 if ratio < MOST else 1


if __name__ == "__main__":
    sys.exit(main())
