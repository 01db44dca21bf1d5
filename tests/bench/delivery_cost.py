"""How long from a decided signal to its request on the wire, how many a second, and a backlog.

    BIN=build/release/bin python3 tests/bench/delivery_cost.py [latency] [rate] [drain]

Without words all three, some ten minutes. petrel_admit (stages 8 and 9, SQLite with
synchronous=FULL, one webhook) sends to a receiver of this script's. The time begins where stage 7
hands a signal over, and ends when the receiver has the last byte of the request: what the receiver
waits for its turn of the processor is in it. `drain` lets the receiver answer 503 until all is
queued. The disk's own syncs are measured before and after, and all the while how late a sleeping
thread wakes and what of the processors others were given (steal): a tail of those is no tail of
petrel's, and where they are large the quietest tenth of a run tells more than the whole.
"""

import argparse
import os
import pathlib
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "fault/delivery"))

from receivers import reply  # noqa: E402
from world import Delivery, wait_for  # noqa: E402


def quantile(values, q):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))]


def stolen_s():
    """What all processors were given to others since the start of the machine."""
    fields = pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()
    return int(fields[8]) / os.sysconf("SC_CLK_TCK")


class Machine:
    """How late a thread wakes that sleeps for 2 ms, and what was stolen, until stop()."""

    def __init__(self):
        self.began, self.stolen = time.monotonic(), stolen_s()
        self.late_ms = []
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.look, daemon=True)
        self.thread.start()

    def look(self):
        while not self.ended.is_set():
            began = time.monotonic()
            time.sleep(0.002)
            self.late_ms.append((time.monotonic() - began) * 1e3 - 2)

    def stop(self):
        self.ended.set()
        self.thread.join()
        stolen = (stolen_s() - self.stolen) / (time.monotonic() - self.began)
        return (f"a sleeper woke late by p50 {quantile(self.late_ms, 0.5):.2f}, p99 "
                f"{quantile(self.late_ms, 0.99):.2f}, most {max(self.late_ms):.1f} ms, "
                f"{100 * stolen:.0f} % of a processor stolen")


class Cost(Delivery):
    def runTest(self):
        """Never collected by itself: main() below calls measure()."""

    def sync_ms(self):
        """p50 and p99 of a sync of one overwritten page."""
        path = self.folder / "synced"
        took = []
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        os.pwrite(descriptor, bytes(1 << 20), 0)
        os.fsync(descriptor)
        for number in range(300):
            os.pwrite(descriptor, bytes([number % 256]) * 4_096, number % 256 * 4_096)
            began = time.monotonic()
            os.fdatasync(descriptor)
            took.append((time.monotonic() - began) * 1e3)
        os.close(descriptor)
        return f"{quantile(took, 0.5):.2f}/{quantile(took, 0.99):.2f}"

    def memory_kb(self):
        text = pathlib.Path(f"/proc/{self.engine.pid}/status").read_text()
        return int(text.split("VmRSS:")[1].split()[0])

    def begin(self, settings="per_second = 10000"):
        self.receiver = self.servers.receiver()
        self.configure({"hook": self.receiver}, settings=settings,
                       extra='[delivery]\nuse_by = "2h"\nattempts_max = 1000\n'
                             'queue_capacity = 65536\n')
        self.times = self.folder / "times"

    def run_through(self, options):
        self.admit(options.count, "--per-second", options.per_second, "--times", self.times)
        self.engine.wait(timeout=1_200)
        self.figures()
        handed = dict(tuple(map(int, line.split())) for line in self.times.open())
        arrived = {request.key: request.at_ns for request in reversed(self.receiver.requests)}
        return handed, arrived

    def latency(self, options):
        self.begin()
        before = self.sync_ms()
        machine = Machine()
        handed, arrived = self.run_through(options)
        noise = machine.stop()
        took = [(arrived[self.key(number)] - at) / 1e6 for number, at in sorted(handed.items())]
        tenth = len(took) // 10
        quiet = min((took[begin:begin + tenth] for begin in range(0, 10 * tenth, tenth)),
                    key=lambda part: quantile(part, 0.99))
        print(f"{len(took)} signals at {options.per_second:g}/s: hand-over to request p50 "
              f"{quantile(took, 0.5):.2f} ms, p99 {quantile(took, 0.99):.2f} ms, most "
              f"{max(took):.2f} ms; in the quietest tenth p50 {quantile(quiet, 0.5):.2f}, p99 "
              f"{quantile(quiet, 0.99):.2f} ms; {noise}; a sync of this disk p50/p99 {before} ms before, "
              f"{self.sync_ms()} ms after; load {os.getloadavg()[0]:.1f}")

    def rate(self, options):
        self.begin()
        handed, arrived = self.run_through(options)
        first, last = min(handed.values()), max(handed.values())
        seconds = (max(arrived[self.key(number)] for number in handed) - first) / 1e9
        print(f"{len(handed)} signals admitted at {len(handed) / ((last - first) / 1e9):.0f}/s, "
              f"requests at {len(handed) / seconds:.0f}/s, the last one "
              f"{seconds - (last - first) / 1e9:.2f} s behind; load {os.getloadavg()[0]:.1f}")

    def drain(self, options):
        self.begin()
        self.receiver.answer = lambda request, count: reply(503, Retry_After="2")
        self.admit(options.count, "--per-second", options.per_second)
        wait_for("all is queued", lambda: "admitted" in self.log.read_text(), seconds=1_200)
        time.sleep(1)
        memory = [self.memory_kb()]
        tried = len(self.receiver.requests)
        stop = threading.Event()

        def sample():
            while not stop.wait(0.5) and self.engine.poll() is None:
                try:
                    memory.append(self.memory_kb())
                except (FileNotFoundError, IndexError):
                    return
        sampler = threading.Thread(target=sample)
        sampler.start()
        self.receiver.answer = lambda request, count: None
        began = time.monotonic()
        wait_for("all is sent", lambda: len(self.receiver.accepted) >= options.count,
                 seconds=1_200)
        seconds = time.monotonic() - began
        stop.set()
        sampler.join()
        self.engine.wait(timeout=120)
        figures = self.figures()
        print(f"{options.count} queued while the receiver was out, {tried} tries; drained in "
              f"{seconds:.0f} s, {options.count / seconds:.0f}/s; memory {memory[0] / 1e3:.1f} MB "
              f"when all was queued, {min(memory) / 1e3:.1f} to {max(memory) / 1e3:.1f} MB during "
              f"the drain; {figures['delivered']} delivered, {figures['pending']} pending, "
              f"{figures['refused']} refused; load {os.getloadavg()[0]:.1f}")


# How many signals, and how many a second.
USUAL = {"latency": (2_000, 20), "rate": (20_000, 600), "drain": (100_000, 2_000)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", nargs="*", help=", ".join(USUAL))
    parser.add_argument("--count", type=int, help="signals, in place of the usual number")
    parser.add_argument("--per-second", type=float, help="in place of the usual pace")
    given = parser.parse_args()
    if unknown := set(given.what) - set(USUAL):
        parser.error(f"{', '.join(sorted(unknown))}: there are {', '.join(USUAL)}")
    for what in given.what or USUAL:
        usual = USUAL[what]
        options = argparse.Namespace(count=given.count or usual[0],
                                     per_second=given.per_second or usual[1])
        cost = Cost()
        cost.setUp()
        try:
            getattr(cost, what)(options)
        finally:
            cost.doCleanups()


if __name__ == "__main__":
    main()
