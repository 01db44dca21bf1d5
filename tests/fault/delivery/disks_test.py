"""Disks that fill up, fail or are slow under the outbox: strace spoils system calls, space is taken
away on a tmpfs of the process's own."""

import os
import pathlib
import re
import shlex
import signal
import sqlite3
import unittest

from world import BIN, Delivery, World, wait_for

# Which calls of a thread the store is killed at.
CALLS = {"pwrite64": (1, 5, 21, 55), "fdatasync": (1, 3, 5), "ftruncate": (1,)}


class Disks(Delivery):
    def setUp(self):
        super().setUp()
        self.good = self.servers.receiver()
        self.configure({"good": self.good}, settings="per_second = 100")
        self.trace = self.folder / "trace"

    def strace(self, injection, *options):
        call = injection.partition(":")[0]
        # Its filter makes it quick, but with the filter it sends no signals.
        filtered = () if ":signal=" in injection else ("--seccomp-bpf",)
        return ("strace", "-f", *filtered, "-o", self.trace, *options, "-e",
                f"trace={call}", "-e", f"inject={injection}")

    def store_file(self, name):
        return self.state / name

    def spoilt(self):
        """How many calls strace has spoilt."""
        return self.trace.read_text(errors="replace").count("(INJECTED)") if (
            self.trace.exists()) else 0

    def end_traced(self):
        """SIGTERM to what strace runs: strace keeps its own to itself."""
        pid = self.engine.pid
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        os.kill(int(children[0]), signal.SIGTERM)
        self.engine.wait(timeout=120)

    def make_store(self):
        self.admit(1, "--promises", self.promises)
        self.engine.wait(timeout=60)
        self.figures()

    def expect_all(self, count):
        wanted = {self.key(number) for number in range(count)}
        self.assertEqual(self.good.keys(), wanted)
        self.assertEqual(self.good.changed_bodies, [])
        base = sqlite3.connect(self.state / "petrel.db")
        self.assertEqual(base.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
        rows = base.execute("SELECT state, COUNT(*) FROM notifications WHERE signal_id LIKE "
                            "'sig-%' GROUP BY state").fetchall()
        base.close()
        self.assertEqual(rows, [("delivered", count)])

    def finish(self, count):
        """One more life without faults, which ends when nothing waits."""
        first = min(self.promised(), count - 1)
        self.admit(count - first, "--first", first, "--promises", self.promises)
        self.engine.wait(timeout=120)
        self.figures()
        self.expect_all(count)

    def test_a_kill_in_any_system_call_of_the_store_loses_nothing(self):
        """R-J1: killed at the n-th write, sync or cut, which is after the one before it."""
        self.make_store()
        kills = 0
        for call, numbers in CALLS.items():
            for number in numbers:
                self.admit(8, "--first", self.promised(), "--promises", self.promises,
                           prefix=self.strace(f"{call}:signal=SIGKILL:when={number}"))
                self.engine.wait(timeout=60)
                kills += self.engine.returncode == -signal.SIGKILL
        self.assertEqual(kills, sum(map(len, CALLS.values())))
        self.finish(self.last_on_disk() + 9)
        self.assertEqual(self.good.repeats(), 0)

    def test_a_failed_sync_is_the_last_write_until_a_restart(self):
        """R-J3: nothing is sent for which there is no record, and a restart goes on."""
        self.make_store()
        wal = self.store_file("petrel.db-wal")
        self.admit(1_000_000, "--first", 1, "--promises", self.promises,
                   prefix=self.strace("fdatasync:error=EIO:when=20", "-P", wal))
        self.engine.wait(timeout=60)
        self.assertEqual(self.engine.returncode, 1, "the store is no place to write to any more")
        calls = [line for line in self.trace.read_text(errors="replace").splitlines()
                 if "fdatasync(" in line]
        [failed] = [at for at, line in enumerate(calls) if "(INJECTED)" in line]
        self.assertEqual(calls[failed + 1:], [], "that file is synced again")
        told = self.log.read_text(errors="replace")
        self.assertIn("until petrel is restarted", told)
        self.assertNotIn("tried again by itself", told)
        unrecorded = self.good.keys() - self.delivered()
        self.assertLessEqual(len(unrecorded), 1, f"sent without a record: {sorted(unrecorded)}")
        self.finish(self.last_on_disk() + 1)

    def delivered(self):
        """The signals that have a record of it: in the store, or in the spool behind it, where a row
        has its key, signal, channel and state one after the other, each behind its length."""
        rows = self.rows("SELECT signal_id FROM notifications WHERE state = 'delivered'")
        spool = self.store_file("store.spool")
        kept = re.findall(rb"(sig-\d{12})/good.{4}\1.{4}good.{4}delivered",
                          spool.read_bytes() if spool.exists() else b"", re.DOTALL)
        return {row["signal_id"] for row in rows} | {signal.decode() for signal in kept}

    def last_on_disk(self):
        """The highest number that the files hold, as their bytes tell it."""
        numbers = [0]
        for name in ("petrel.db", "petrel.db-wal", "store.spool"):
            path = self.store_file(name)
            if path.exists():
                numbers += [int(found) for found in
                            re.findall(rb"sig-(\d{12})", path.read_bytes())]
        return max(numbers)

    def test_a_full_disk_sends_nothing_without_a_record_and_goes_on_when_there_is_room(self):
        """R-J2: store and spool on a disk that something else has nearly filled."""
        room = self.folder / "room"
        words = " ".join(shlex.quote(str(word)) for word in (
            BIN / "petrel_admit", self.config, "--count", 300, "--per-second", 100))
        script = (f"mount -t tmpfs -o size=24m none {self.state} || exit 9\n"
                  f"head -c 23400000 /dev/zero > {self.state}/filler\n"
                  f"(while [ ! -e {room} ]; do sleep 0.05; done; rm {self.state}/filler) &\n"
                  f"{words}\n")
        self.lives += 1
        self.log = self.folder / f"run{self.lives}.log"
        self.engine = self.spawn(["unshare", "-Urm", "sh", "-c", script], self.log)
        wait_for("the store is full", lambda: "cannot" in self.log.read_text(errors="replace"))
        wait_for("all is admitted", lambda: "admitted 300" in self.log.read_text())
        self.assertLess(len(self.good.keys()), 300, "nothing was held back")
        room.write_text("")
        self.engine.wait(timeout=120)
        figures = self.figures()
        self.assertEqual(self.good.keys(), {self.key(number) for number in range(300)})
        self.assertEqual(len(self.good.requests), len({r.key for r in self.good.requests}))
        self.assertEqual((figures["pending"], figures["admissions_lost"]), (0, 0))
        self.assertTrue(any("the store cannot be written" in body for body in self.good.others))

    def test_writes_that_fail_now_and_then_lose_nothing(self):
        """R-J2: EIO from one write in seven for a while, short of a sync."""
        self.make_store()
        self.admit(60, "--first", 1, "--promises", self.promises,
                   prefix=self.strace("pwrite64:error=EIO:when=9..100+7"))
        self.engine.wait(timeout=120)
        self.assertGreater(self.spoilt(), 5)
        self.finish(61)

    def test_syncs_of_two_seconds_delay_what_waits_for_them_and_lose_nothing(self):
        """R-J5, the outbox's part: a message goes out behind its record, however late that is."""
        self.make_store()
        self.admit(12, "--first", 1, "--promises", self.promises,
                   prefix=self.strace("fdatasync:delay_exit=2s", "-P",
                                      self.store_file("petrel.db-wal")))
        wait_for("all was handed over", lambda: "admitted 12" in self.log.read_text())
        self.assertLess(len(self.good.keys()), 6, "sent before it was synced")
        self.end_traced()
        self.finish(13)


class Engine(World):
    def test_decisions_do_not_wait_for_syncs_of_two_seconds(self):
        """R-J5: every sync of journal, store and spool takes two seconds; trades are taken and a
        storm is decided meanwhile, and it is told when its record is there."""
        self.start_healthy()  # a store is made by many syncs, so they are slow from here on
        trace = self.folder / "trace"
        tracer = self.spawn(["strace", "-f", "-o", trace, "-e", "trace=fsync,fdatasync", "-e",
                             "inject=fsync,fdatasync:delay_exit=2s", "-p", self.engine.pid],
                            self.folder / "tracer.log")
        wait_for("syncs are slow", lambda: trace.exists() and "(DELAYED)" in trace.read_text())
        before = self.figure("accepted")
        self.burst()
        [row] = wait_for("the storm was told", self.told)
        self.assertGreater(row[0], 1_500_000_000, "ns from admission to its record")
        wait_for("events are taken", lambda: self.figure("accepted") > before + 100)
        # The thread that takes trades and decides has never stood still for one of them.
        self.assertLess(self.figure("timer_late_ms_max"), 1_000)
        tracer.terminate()
        tracer.wait(timeout=30)
        self.assertEqual(self.stop_engine(), 0)

    def figure(self, name):
        """Of the status, which waits for the store, too, and may have to be asked again."""
        return wait_for(name, lambda: self.status().get(name))

    def told(self):
        return self.store("SELECT finished_ns - created_ns FROM notifications WHERE "
                          "state = 'delivered' LIMIT 1")


if __name__ == "__main__":
    unittest.main()
