"""An engine that is killed in a storm goes on in its next life as if nothing had happened."""

import collections
import json
import re
import shutil
import signal
import sqlite3
import unittest

from support import ROOT, World, wait_for


class Restart(World):
    def setUp(self):
        super().setUp()
        self.rules = self.folder / "rules"
        shutil.copytree(ROOT / "rules/default", self.rules)

    def begin(self):
        self.start_sim()
        self.write_config(rules=self.rules)
        self.start_engine()
        self.wait_healthy()

    def open_signals(self):
        return sum(lane["open_signals"] for lane in self.status()["shards"])

    def shares(self, kind="LIQ_STORM"):
        """Id of each signal of a kind with what it has grown to."""
        return {row["id"]: row["notional_usd"] for row in self.signals(kind)}

    def storm_in_the_journal(self):
        """A storm that was told, with all of it in the journal, so that no luck is in the kill."""
        sent = self.burst(usd=3_000_000, events=5)
        wait_for("a LIQ_STORM in the log", lambda: self.alert_lines("LIQ_STORM"))
        wait_for("the whole storm in the store", lambda: any(
            usd >= sent["usd"] * 0.999 for usd in self.shares().values()))
        wait_for("nothing pending", lambda: self.status()["delivery"]["pending"] == 0)
        # The journal counts what lies on disk; a kill takes nothing of that.
        seen = self.status()["accepted"]
        wait_for("all of it recorded", lambda: self.status()["journal"]["events"] >= seen)
        return sent

    def told_once(self, under_way):
        """All but what was being sent at the kill, which a receiver knows by its key."""
        lines = self.alert_lines()
        counts = collections.Counter(row["id"] for row in lines)
        twice = {one for one, count in counts.items() if count > 1}
        self.assertLessEqual(twice, under_way, lines)
        kept = [row["id"] for row in self.signals()]
        self.assertEqual(sorted(counts), sorted(kept))
        rows = self.store("SELECT signal_id, channel, state, attempts FROM notifications")
        self.assertEqual({row[2] for row in rows}, {"delivered"})
        self.assertEqual({row[3] for row in rows if row[0] not in under_way}, {1},
                         "an alert was sent more than once")

    def test_storm_goes_on_under_its_id_after_a_kill(self):
        self.begin()
        first = self.storm_in_the_journal()
        before = self.shares()
        self.assertEqual(len(before), 1)
        self.stop_engine(signal.SIGKILL)
        told = self.alert_lines()
        under_way = {row[0] for row in self.store(
            "SELECT signal_id FROM notifications WHERE state = 'pending'")}

        self.start_engine()
        rebuild = self.status()["rebuild"]
        self.assertGreater(rebuild["events"], 0)
        self.assertGreater(rebuild["last_ns"], rebuild["first_ns"])
        self.assertGreater(rebuild["blind_ns"], 0)
        self.assertGreater(rebuild["seconds"], 0)
        self.assertGreaterEqual(rebuild["open_signals"], 1)
        self.assertEqual(rebuild["trouble"], "")
        text = self.petrel("status", "--config", self.config).stdout
        self.assertRegex(text, r"rebuilt +[\d,]+ events of [\d.]+ s in [\d.]+ s, \d+ signals?")
        self.assertIn("rebuilt from", self.log.read_text(errors="replace"))
        again = collections.Counter(row["id"] for row in self.alert_lines())
        twice = {one for one, count in again.items() if count > 1} - under_way
        self.assertEqual(twice, set(), "a start tells nothing again")
        self.assertNotIn(next(iter(before)), under_way)
        self.assertLessEqual({row["id"] for row in told}, set(again))

        # The storm goes on: the signal grows, and no second one is made.
        self.wait_healthy()
        second = self.burst(usd=2_500_000, events=5)
        wait_for("the signal of before goes on", lambda: any(
            usd > before[one] for one, usd in self.shares().items() if one in before))
        self.assertEqual(self.stop_engine(), 0)
        self.assertEqual(list(self.shares()), list(before))
        self.assertEqual(len(self.alert_lines("LIQ_STORM")), 1)
        grown = next(iter(self.shares().values()))
        self.assertGreaterEqual(grown, second["usd"] * 0.999)
        self.assertGreater(first["usd"], 0)
        self.told_once(under_way)

        # The record of both lives makes the same signals as the lives did.
        again = [row["id"] for row in self.replayed()]
        self.assertEqual(sorted(again), sorted(row["id"] for row in self.signals()))

    def test_cooldown_holds_over_a_kill(self):
        self.begin()
        self.storm_in_the_journal()
        before = self.shares()
        self.stop_engine(signal.SIGKILL)
        self.start_engine()
        self.wait_healthy()
        # The other side is another story, and too soon after the first for the same type.
        self.burst(usd=4_000_000, events=5, side="short")
        wait_for("it is held for the cooldown", lambda: any(
            "cooldown" in reason for lane in self.status()["shards"] for reason in lane["held"]))
        self.assertEqual(self.stop_engine(), 0)
        self.assertEqual(list(self.shares()), list(before))
        self.assertEqual(len(self.alert_lines("LIQ_STORM")), 1)

    def test_kills_at_any_moment_tell_nothing_twice(self):
        self.start_sim("--symbols", "BTCUSDT,ETHUSDT", "--rate", "200")
        self.write_config(rules=self.rules, symbols=("BTCUSDT", "ETHUSDT"))
        for life in range(4):
            self.start_engine()
            self.wait_healthy()
            self.burst(usd=9_000_000, events=8, symbol="BTCUSDT" if life % 2 else "ETHUSDT")
            # Killed while it comes in: as soon as the first of it is told, or goes on.
            seen = len(self.alert_lines())
            wait_for("something is told, or goes on", lambda: len(self.alert_lines()) > seen or
                     self.open_signals() > 0)
            self.stop_engine(signal.SIGKILL)
        self.start_engine()
        wait_for("nothing pending", lambda: self.status()["delivery"]["pending"] == 0)
        self.assertEqual(self.stop_engine(), 0)
        rows = self.store("SELECT signal_id, channel FROM notifications WHERE signal_id LIKE 'sig-%'")
        self.assertEqual(len(rows), len(set(rows)))
        storms = self.signals("LIQ_STORM")
        self.assertTrue(storms)
        stories = [(row["symbol"], row["side"]) for row in storms]
        self.assertEqual(len(stories), len(set(stories)), "within one cooldown, told twice")

    def forget(self, *statements):
        """What a crash before the commit would have lost."""
        base = sqlite3.connect(self.state / "petrel.db")
        for statement in statements:
            base.execute(statement)
        base.commit()
        base.close()

    def followed(self):
        """Of the storm on the channel that is told of everything: phases and states."""
        return self.store("SELECT phase, state FROM notifications WHERE channel = 'follower' AND "
                          "signal_id IN (SELECT id FROM signals WHERE type = 'LIQ_STORM') "
                          "ORDER BY seq")

    def follow_a_storm(self, valid):
        """Told, and larger since; the engine is killed when all of it is on record."""
        self.start_sim("--no-storms")
        self.write_config(
            f'[notifiers.follower]\nplugin = "log"\npath = "{self.folder / "follower"}"\n'
            'updates = "all"\n[delivery]\nupdate_every = "1s"\n'
            f'[engine]\nsignal_valid = "{valid}"\n', rules=self.rules)
        self.start_engine()
        self.wait_healthy()
        self.burst(usd=3_000_000)
        wait_for("it is told", lambda: ("new", "delivered") in self.followed())
        self.burst(usd=9_000_000)
        wait_for("its growth is told", lambda: ("update", "delivered") in self.followed())

    def kill_with_all_recorded(self):
        seen = self.status()["accepted"]
        wait_for("all of it recorded", lambda: self.status()["journal"]["events"] >= seen)
        self.stop_engine(signal.SIGKILL)

    def test_an_update_that_the_crash_took_from_the_store_is_told(self):
        self.follow_a_storm("2h")
        self.kill_with_all_recorded()
        self.forget("DELETE FROM notifications WHERE phase = 'update'",
                    "UPDATE signals SET ts_ns = onset_ns, notional_usd = 1, document = '{}' "
                    "WHERE state = 'active'")
        self.start_engine()
        wait_for("it is told now", lambda: ("update", "delivered") in self.followed())
        self.assertIn("is not on record; it is told now", self.log.read_text())
        self.assertEqual([row[0] for row in self.followed()], ["new", "update"], "the newest alone")
        self.assertGreater(*self.shares().values(), 5_000_000, "and written")

    def test_an_end_that_the_crash_took_from_the_store_is_told(self):
        self.follow_a_storm("12s")
        wait_for("its end is told", lambda: ("end", "delivered") in self.followed(), 60)
        self.kill_with_all_recorded()
        before = self.followed()
        self.forget("DELETE FROM notifications WHERE phase = 'end'",
                    "UPDATE signals SET state = 'active' WHERE type = 'LIQ_STORM'")
        self.start_engine()
        wait_for("it is told now", lambda: ("end", "delivered") in self.followed())
        self.assertEqual(self.followed(), before)
        self.assertEqual(self.store("SELECT state FROM signals WHERE type = 'LIQ_STORM'"),
                         [("expired",)])

    def test_damaged_journal_is_no_reason_not_to_start(self):
        self.begin()
        self.storm_in_the_journal()
        self.stop_engine(signal.SIGKILL)
        for segment in (self.state / "journal").glob("*.ptj"):
            bytes_ = bytearray(segment.read_bytes())
            bytes_[:64] = b"\x5a" * 64
            segment.write_bytes(bytes_)
        self.start_engine()
        rebuild = self.status()["rebuild"]
        self.assertEqual(rebuild["events"], 0)
        self.assertIn("torn or damaged", rebuild["trouble"])
        self.assertRegex(self.log.read_text(errors="replace"), "begins empty: .*torn or damaged")
        self.wait_healthy()
        self.assertEqual(self.stop_engine(), 0)


class RulesOfThen(World):
    def test_replay_judges_each_part_by_the_rules_of_then(self):
        rules = self.folder / "rules"
        shutil.copytree(ROOT / "rules/default", rules)
        self.start_sim("--no-storms", "--rate", "100", "--symbols", "BTCUSDT,ETHUSDT")
        self.write_config(rules=rules, symbols=("BTCUSDT", "ETHUSDT"))
        self.start_engine()
        self.wait_healthy()
        first = self.status()["rule_version"]
        self.burst(usd=3_000_000, events=5)
        wait_for("a storm by the first rules", lambda: self.signals("LIQ_STORM"))

        path = rules / "pack.lua"
        text = path.read_text()
        old = re.search(r'number\("context_thin_hours", "", 0, 0\.2, [\d.]+', text)[0]
        written = path.with_suffix(".new")
        written.write_text(text.replace(old, 'number("context_thin_hours", "", 0, 0.2, 0.07'))
        written.replace(path)
        second = wait_for("other rules", lambda: next(
            (lane["rule_version"] for lane in self.status()["shards"]
             if lane["rule_version"] != first), None))
        self.burst(symbol="ETHUSDT", usd=9_000_000, events=3)
        wait_for("a storm by the second rules", lambda: any(
            row["symbol"] == "ETH-USDT-PERP" for row in self.signals("LIQ_STORM")))
        self.assertEqual(self.stop_engine(), 0)

        again = self.replayed()
        self.assertEqual(sorted(row["id"] for row in again),
                         sorted(row["id"] for row in self.signals()))
        storms = {row["symbol"]: row["rule_version"] for row in again
                  if row["type"] == "LIQ_STORM"}
        self.assertEqual(storms, {"BTC-USDT-PERP": first, "ETH-USDT-PERP": second})
        done = self.cli("replay", self.state / "journal", "--rules", rules)
        self.assertEqual({json.loads(line)["rule_version"]
                          for line in done.stdout.splitlines()}, {second})

        # Without the pack of then, it says so once and judges by what there is.
        shutil.rmtree(self.state / "journal/rules")
        done = self.cli("replay", self.state / "journal")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr.count("are not at hand"), 1, done.stderr)
        self.assertIn(first, done.stderr)
        self.assertEqual({json.loads(line)["rule_version"]
                          for line in done.stdout.splitlines()}, {second})


if __name__ == "__main__":
    unittest.main()
