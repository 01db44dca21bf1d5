"""kill -9 at random moments while fifty signals a second are admitted to four channels.

    BIN=build/release/bin python3 tests/fault/soak_kills.py --kills 1000

Each life of petrel_admit (stages 8 and 9 on the real store, channels from the plugins that the
engine loads) goes on behind the last signal that the store has shown to be there, and is killed
some time later; the last one sends what is left. Two receivers honour the idempotency key, as one
of Standard Webhooks must: one gets its messages one by one, the other up to sixteen at once. Two do
not: they count every copy. Prints one line of figures. Leaves with 1 when a signal is missing
anywhere, a key came with another body, or a receiver without keys has taken more than one message
again that the same crash had left in doubt. The suite runs it with twelve kills.
"""

import argparse
import pathlib
import random
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "delivery"))

from world import Delivery  # noqa: E402

PER_SECOND = 50
FAST = "per_second = 10000"  # several at once
SLOW = "per_second = 100"  # one by one


class Kills(Delivery):
    def runTest(self):
        """Never collected by itself: main() below calls measure()."""

    def begin(self):
        self.receivers = {"keyed": self.servers.receiver(), "swift": self.servers.receiver(),
                          "plain": self.servers.receiver(honours_key=False),
                          "bare": self.servers.receiver(honours_key=False)}
        self.configure(self.receivers, settings=SLOW, extra='[delivery]\nuse_by = "1d"\n')
        text = self.config.read_text()
        part = '[notifiers.swift]\nplugin = "webhook"\n'
        self.config.write_text(text.replace(part + SLOW, part + FAST))

    def measure(self, options):
        self.begin()
        dice = random.Random(options.seed)
        began = time.monotonic()
        unkeyed = [self.receivers["plain"], self.receivers["bare"]]
        useful = 0
        for kill in range(options.kills):
            useful += self.live_and_die(dice, "--per-second", PER_SECOND)
            if kill % 100 == 99:
                print(f"{kill + 1} kills, {self.promised()} signals, copies "
                      f"{[receiver.repeats() for receiver in unkeyed]}", flush=True)
        figures, count = self.last_life(20, "--per-second", PER_SECOND, seconds=3_600)
        wanted = {self.key(number) for number in range(count)}
        missing = {name: len(wanted - receiver.keys())
                   for name, receiver in self.receivers.items()}
        strange = {name: len(receiver.keys() - wanted)
                   for name, receiver in self.receivers.items()}
        bodies = sum(len(receiver.changed_bodies) for receiver in self.receivers.values())
        [[told]] = self.rows("SELECT COUNT(*) FROM notifications WHERE state = 'delivered' AND "
                             "signal_id LIKE 'sig-%'")
        again = {name: len(receiver.requests) - len({r.key for r in receiver.requests})
                 for name, receiver in self.receivers.items()}
        copies = {name: receiver.repeats() for name, receiver in self.receivers.items()}
        too_many = sum(count - 1 for receiver in unkeyed for count in receiver.copies.values())
        print(f"{options.kills} kills in {time.monotonic() - began:.0f} s, {useful} of lives that "
              f"had admitted; {count} signals to four channels: lost {sum(missing.values())}, "
              f"never admitted {sum(strange.values())}, keys with another body {bodies}, accepted "
              f"twice {copies}, sent again {again}, of one crash beyond the first copy {too_many}; "
              f"store {told} delivered, {figures['pending']} pending, "
              f"{figures['refused'] + figures['expired']} otherwise; seed {options.seed}")
        return (told == count * len(self.receivers) and
                sum(missing.values()) + sum(strange.values()) + bodies + too_many +
                copies["keyed"] + copies["swift"] + figures["pending"] + figures["refused"] +
                figures["expired"] == 0 and useful > 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    soak = Kills()
    soak.setUp()
    try:
        return 0 if soak.measure(parser.parse_args()) else 1
    finally:
        soak.doCleanups()


if __name__ == "__main__":
    sys.exit(main())
