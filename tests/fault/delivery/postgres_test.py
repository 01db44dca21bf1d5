"""PostgreSQL is stopped, started and failed over while signals are admitted and their sender is
killed; two nodes share it: nothing lost, nothing twice."""

import random
import signal
import unittest

from postgres import Postgres
from receivers import Slow
from world import Delivery, wait_for

PACE = ("--per-second", 50)


class Stores(Delivery):
    def setUp(self):
        super().setUp()
        self.server = Postgres(self)
        self.server.sql("CREATE DATABASE petrel")
        self.receivers = {"keyed": self.servers.receiver(),
                          "plain": self.servers.receiver(honours_key=False)}

    def use(self, url):
        self.configure(self.receivers, settings="per_second = 100",
                       extra=f'[store]\nurl = "{url}"\n')

    def expect_all(self, server, count, crashes, of_a_life=1):
        wanted = {self.key(number) for number in range(count)}
        for name, receiver in self.receivers.items():
            self.assertEqual(receiver.keys(), wanted, name)
            self.assertEqual(receiver.changed_bodies, [], name)
        self.assertEqual(self.receivers["keyed"].repeats(), 0)
        copies = self.receivers["plain"].copies
        self.assertLessEqual(max(copies.values(), default=0), of_a_life, f"by life: {copies}")
        self.assertLessEqual(sum(copies.values()), crashes)
        rows = server.sql("SELECT state, COUNT(*) FROM notifications WHERE signal_id LIKE 'sig-%'"
                          " GROUP BY state", "petrel")
        self.assertEqual(rows, f"delivered|{2 * count}")

    def spool_grows(self):
        spool = self.state / "store.spool"
        before = spool.stat().st_size
        wait_for("admissions go into the spool", lambda: spool.stat().st_size > before + 5_000)

    def test_a_server_that_is_stopped_and_started_while_its_client_is_killed(self):
        self.use(self.server.url("petrel"))
        dice = random.Random(3)
        kills = 0
        for life in range(2):
            self.live_and_die(dice, *PACE)
            before = self.promised()
            self.admit(1_000_000, "--first", before, "--promises", self.promises, *PACE)
            wait_for("it sends", lambda before=before: self.promised() > before)
            self.server.stop()
            self.spool_grows()
            if life % 2 == 0:  # what the spool holds outlives it
                self.engine.kill()
                self.engine.wait()
                self.server.start()
                kills += 2
                continue
            self.server.start()
            now = self.promised()
            wait_for("it has caught up", lambda now=now: self.promised() > now + 10)
            self.engine.kill()
            self.engine.wait()
            kills += 2
        _, count = self.last_life(20, *PACE)
        self.expect_all(self.server, count, kills)

    def test_a_standby_takes_over_in_mid_stream(self):
        standby = Postgres(self, self.server)
        self.use(self.server.url("petrel", standby))
        self.admit(150, "--promises", self.promises, *PACE)
        wait_for("it sends", lambda: self.promised() > 30)
        self.server.stop()
        self.spool_grows()
        standby.promote()
        self.engine.wait(timeout=60)
        self.assertEqual(self.figures()["pending"], 0)
        self.expect_all(standby, 150, 0)

    def test_two_nodes_that_admit_the_same_tell_it_once(self):
        self.use(self.server.url("petrel"))
        others = self.config.with_name("other.toml")
        others.write_text(self.config.read_text().replace(
            str(self.state), str(self.folder / "other")))
        (self.folder / "other").mkdir()
        here = self.config
        dice = random.Random(4)
        kills = 3
        for _ in range(kills):
            first = self.promised()
            self.config = others
            self.admit(1_000_000, "--first", first, *PACE)
            other = self.engine
            self.config = here
            self.live_and_die(dice, *PACE, alone=False)
            other.send_signal(signal.SIGKILL)
            other.wait()
        first = self.promised()
        self.config = others
        self.admit(40, "--first", first, *PACE)
        other = self.engine
        self.config = here
        _, count = self.last_life(40, *PACE)
        other.wait(timeout=60)
        self.expect_all(self.server, count, 2 * kills, of_a_life=2)

    def test_a_node_leaves_channels_that_it_does_not_have_to_others(self):
        slow = self.receivers["slow"] = self.servers.receiver()
        slow.answer = lambda request, count: Slow(0.05)
        self.use(self.server.url("petrel"))
        text = self.config.read_text()
        few = self.config.with_name("few.toml")
        few.write_text(text.partition("[notifiers.slow]")[0].replace(
            str(self.state), str(self.folder / "other")))
        (self.folder / "other").mkdir()
        self.admit(100, *PACE)
        other = self.engine
        self.config = few
        self.admit(100, "--first", 1_000, *PACE)
        wanted = {self.key(number) for number in range(100)}
        wait_for("what waits for long is sent", lambda: slow.keys() >= wanted)
        rows = self.server.sql("SELECT DISTINCT state FROM notifications WHERE channel = 'slow'"
                               " AND state <> 'pending'", "petrel")
        self.assertEqual(rows, "delivered")
        for engine in (other, self.engine):
            engine.kill()
            engine.wait()


if __name__ == "__main__":
    unittest.main()
