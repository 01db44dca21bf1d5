"""Between petrel and PostgreSQL packets vanish, without a word to either: requests, answers, or
both; for as long as TCP makes up for it, and for longer. Nothing is lost, nothing is told twice, and
whoever hands signals over waits for none of it.

Runs in a network of its own, so that no rule of it touches anything else."""

import collections
import os
import subprocess
import sys
import time
import unittest

from postgres import Postgres
from world import Delivery, wait_for

COUNT = 2_200  # longer than the holes take
PER_SECOND = 50


def words_of(*words):
    """What a tool prints; those of networks lie where not everybody looks."""
    done = subprocess.run(words, capture_output=True, text=True, timeout=10,
                          env=dict(os.environ, PATH=os.environ["PATH"] + ":/usr/sbin:/sbin"))
    assert done.returncode == 0, f"{' '.join(words)}: {done.stderr or done.stdout}"
    return done.stdout


class BlackHole(Delivery):
    def setUp(self):
        super().setUp()
        self.server = Postgres(self, tcp=True)
        self.server.sql("CREATE DATABASE petrel")
        self.receivers = {"keyed": self.servers.receiver(),
                          "plain": self.servers.receiver(honours_key=False)}
        self.configure(self.receivers,
                       extra=f'[store]\nurl = "{self.server.url("petrel")}"\n')
        words_of("nft", "add table inet hole")
        self.addCleanup(words_of, "nft", "delete table inet hole")
        words_of("nft", "add chain inet hole in { type filter hook input priority 0; }")

    def begin_hole(self, *sides):
        for side in sides:
            words_of("nft", f"add rule inet hole in tcp {side} {self.server.port} counter drop")

    def end_hole(self):
        """How many packets vanished in it."""
        rules = words_of("nft", "list chain inet hole in")
        words_of("nft", "flush chain inet hole in")
        return sum(int(part.split()[0]) for part in rules.split("packets ")[1:])

    def sessions(self):
        """Process numbers of the server's sessions of petrel's."""
        return set(self.server.sql("SELECT pid FROM pg_stat_activity WHERE datname = 'petrel'"
                                   " AND application_name = 'petrel'").split())

    def spooled(self):
        spool = self.state / "store.spool"
        return spool.stat().st_size if spool.exists() else 0

    def hole_until_it_spools(self, *sides):
        before = self.sessions()
        self.assertTrue(before)
        size = self.spooled()
        self.begin_hole(*sides)
        wait_for("admissions go into the spool", lambda: self.spooled() > size + 20_000, seconds=30)
        self.assertGreater(self.end_hole(), 0, f"nothing vanished: {sides}")
        sent = len(self.receivers["keyed"].keys())
        wait_for("it goes on over a new session",
                 lambda: self.sessions() - before and
                 len(self.receivers["keyed"].keys()) > sent + PER_SECOND, seconds=30)

    def hole_that_tcp_makes_up_for(self):
        before = self.sessions()
        self.begin_hole("sport", "dport")
        time.sleep(0.5)  # the length of the hole
        self.assertGreater(self.end_hole(), 0)
        sent = len(self.receivers["keyed"].keys())
        wait_for("it goes on", lambda: len(self.receivers["keyed"].keys()) > sent + PER_SECOND)
        self.assertEqual(self.sessions(), before)

    def test_packets_that_vanish(self):
        times = self.folder / "times"
        self.admit(COUNT, "--per-second", PER_SECOND, "--times", times)
        wait_for("it sends", lambda: len(self.receivers["keyed"].keys()) > 20)
        self.hole_that_tcp_makes_up_for()  # before its last signal: then a second session asks
        for sides in (("dport",), ("sport",), ("sport", "dport")):
            with self.subTest(sides=sides):
                self.hole_until_it_spools(*sides)
        self.engine.wait(timeout=60)
        self.assertEqual(self.figures()["pending"], 0)
        self.expect_all_once()
        handed = [int(line.split()[1]) for line in times.read_text().splitlines()]
        longest = max(after - before for before, after in zip(handed, handed[1:]))
        self.assertLess(longest / 1e9, 2, "who hands signals over has waited for the store")

    def expect_all_once(self):
        wanted = {self.key(number) for number in range(COUNT)}
        for name, receiver in self.receivers.items():
            self.assertEqual(receiver.keys(), wanted, name)
            asked = collections.Counter(request.key for request in receiver.requests)
            self.assertEqual([key for key, times in asked.items() if times > 1], [], name)
        rows = self.server.sql("SELECT state, COUNT(*) FROM notifications WHERE signal_id LIKE"
                               " 'sig-%' GROUP BY state", "petrel")
        self.assertEqual(rows, f"delivered|{2 * COUNT}")
        # A write that is given up goes to the spool without a word; then it is the next connection.
        self.assertRegex(self.log.read_text(), "no answer within 4000 ms|timeout expired")


def enter_own_network():
    """Of this process and all that it starts; in a namespace of its own who is not root may, too."""
    if os.environ.get("PETREL_OWN_NETWORK") is None:
        os.environ["PETREL_OWN_NETWORK"] = "yes"
        users = ["--user", "--map-current-user", "--keep-caps"] if os.geteuid() != 0 else []
        os.execvp("unshare", ["unshare", "--net", *users, sys.executable, *sys.argv])
    words_of("ip", "link", "set", "lo", "up")


if __name__ == "__main__":
    enter_own_network()
    unittest.main()
