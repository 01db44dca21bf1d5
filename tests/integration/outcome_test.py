"""What came of a signal: followed through a crash, kept once, told by explain and rules score."""

import json
import shutil
import signal
import unittest

from support import ROOT, World, wait_for

HORIZON_MS = 10_000


class Outcomes(World):
    def outcomes(self, signal_id):
        done = self.cli("explain", signal_id)
        return json.loads(done.stdout)["outcomes"] if done.returncode == 0 else []

    def score(self, *arguments):
        done = self.cli("rules", "score", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_a_signal_is_followed_through_a_crash_and_counted_once(self):
        self.start_sim()
        self.write_config(extra='[outcomes]\nhorizons = ["10s"]\n')
        self.start_engine()
        self.wait_healthy()
        self.burst(usd=3_000_000, events=5)
        storm = wait_for("a LIQ_STORM", lambda: self.signals("LIQ_STORM"))[0]
        self.assertEqual(self.outcomes(storm["id"]), [], "nothing is known yet")
        self.stop_engine(signal.SIGKILL)
        self.start_engine()
        outcome = wait_for("its outcome", lambda: self.outcomes(storm["id"]))[0]

        self.assertEqual(outcome["horizon_ms"], HORIZON_MS)
        late_ns = outcome["at_ns"] - storm["ts_ns"] - HORIZON_MS * 1_000_000
        self.assertGreaterEqual(late_ns, 0)
        # A slow machine may have started too late to look: then it says so.
        if outcome["reason"] not in ("not_watched", "price_not_seen"):
            self.assertIn(outcome["reason"], ("", "volatility_not_known"))
            self.assertAlmostEqual(
                outcome["return_pct"],
                (outcome["price_after"] / outcome["price_before"] - 1) * 100, places=9)
            self.assertGreaterEqual(outcome["with_pct"], 0)
        told = self.petrel("explain", storm["id"], "--config", self.config).stdout
        self.assertIn("What came of it, after\n  10 s", told)

        by_engine = self.score("--by", "type", "--each")
        self.assertEqual(self.stop_engine(), 0)
        self.assertEqual(self.outcomes(storm["id"]), [outcome])
        by_store = self.score("--by", "type", "--each")
        self.assertEqual(by_engine["horizon_ms"], HORIZON_MS)
        rows = {row["name"]: row for row in by_store["rows"]}
        self.assertEqual(rows["LIQ_STORM"]["signals"], 1, "and not once more after the crash")
        self.assertEqual([one["id"] for one in by_store["outcomes"]].count(storm["id"]), 1)
        self.assertEqual({row["name"]: row for row in by_engine["rows"]}["LIQ_STORM"],
                         rows["LIQ_STORM"])

    def test_what_was_held_is_followed_too_and_told_apart(self):
        self.start_sim()
        rules = self.folder / "rules"
        shutil.copytree(ROOT / "rules/default", rules)
        shutil.rmtree(rules / "tests")
        parameter = 'number("min_score_liq_storm", "", 0, 10, '
        manifest = (rules / "pack.lua").read_text()
        self.assertIn(parameter + "0,", manifest)
        (rules / "pack.lua").write_text(manifest.replace(parameter + "0,", parameter + "5,"))
        self.write_config(extra='[outcomes]\nhorizons = ["10s"]\n', rules=rules)
        self.start_engine()
        self.wait_healthy()
        self.burst(usd=3_000_000, events=5)

        def storms():
            return [one for one in self.score("--near-misses", "--each")["outcomes"]
                    if one["type"] == "LIQ_STORM"]

        held = wait_for("what came of it", storms)[0]
        self.assertEqual(held["held_for"], "score_below_minimum")
        by_engine = self.score("--near-misses")
        self.assertEqual((by_engine["of"], by_engine["by"]), ("near_misses", "reason"))
        self.assertEqual(self.stop_engine(), 0)
        rows = {row["name"]: row for row in self.score("--near-misses")["rows"]}
        self.assertEqual(rows["score_below_minimum"]["signals"], 1)
        sent = self.score("--by", "type")["rows"]
        self.assertNotIn("LIQ_STORM", [row["name"] for row in sent], "it was never sent")
        outcome = self.outcomes(held["id"])[0]
        self.assertEqual(outcome["held_for"], "score_below_minimum")
        self.assertEqual(outcome["held_ns"], held["signal_ns"])
        told = self.petrel("explain", held["id"], "--config", self.config).stdout
        self.assertIn("What would have come of it, after\n  held for score_below_minimum at", told)
        done = self.petrel("rules", "score", "--by", "reason", "--config", self.config)
        self.assertEqual(done.returncode, 2)
        self.assertIn("--near-misses", done.stderr)

    def test_a_horizon_that_nobody_looked_at_is_named(self):
        self.start_sim()
        self.write_config(extra='[outcomes]\nhorizons = ["10s"]\n')
        self.start_engine()
        self.wait_healthy()
        self.assertEqual(self.score("--horizon", "5m")["total"]["signals"], 0, "none so far")
        self.burst(usd=3_000_000, events=5)
        wait_for("an outcome", lambda: self.score()["total"]["signals"])
        for _ in ("engine", "store"):
            done = self.petrel("rules", "score", "--horizon", "5m", "--config", self.config)
            self.assertEqual(done.returncode, 1)
            self.assertIn("no signal was followed to 5m", done.stderr)
            self.assertIn("10s", done.stderr)
            if self.engine.poll() is None:
                self.stop_engine()


if __name__ == "__main__":
    unittest.main()
