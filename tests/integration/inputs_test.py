"""What people feed in, and what a model makes of it: mood and a voter's figures reach a signal, its
explanation and a replay."""

import json
import shutil
import unittest

from support import BIN, World, wait_for

MODEL = "bias = 0\nmarket.sentiment = 2 mean 0.5\nfinding.dominance = 0 optional\n"


class Inputs(World):
    def start(self, shards=1):
        plugins = self.folder / "mine"
        plugins.mkdir()
        shutil.copy(BIN.parent / "example_plugins/liblogistic_voter.so", plugins)
        (self.folder / "mood.model").write_text(MODEL)
        self.start_sim()
        self.write_config(extra='[voters.mood]\nplugin = "logistic_voter"\n'
                                'model = "mood.model"\n[journal]\nsync_interval = "100ms"\n'
                                f'[engine]\nshards = {shards}\n')
        text = self.config.read_text().replace(
            'plugin_directories = [', f'plugin_directories = ["{plugins}", ')
        self.config.write_text(text)
        self.start_engine()
        self.wait_healthy()

    def feed(self, *words):
        return self.petrel("input", "sentiment", *words, "--config", self.config)

    def storm(self):
        self.burst()
        return wait_for("a storm", lambda: self.signals("LIQ_STORM"))[0]

    def test_mood_that_was_fed_is_in_the_signal_the_explanation_and_a_replay(self):
        self.start()
        done = self.feed("BTCUSDT", "-0.5", "--impact", "0.8", "--source", "newsdesk")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout, "taken for BTC-USDT-PERP; it counts for 30m\n")
        signal = self.storm()
        given = signal["inputs"]
        self.assertEqual((given["market.sentiment"], given["market.news_impact"]), (-0.5, 0.8))
        self.assertGreaterEqual(given["market.sentiment_age_s"], 0)
        # 2 * (-0.5 - 0.5) = -2, and 1 / (1 + e^2).
        self.assertAlmostEqual(given["votes.mood"], 0.11920292202211755, places=12)
        self.assertEqual(signal["input_texts"]["votes.mood.reason"], "market.sentiment")
        told = self.petrel("explain", signal["id"], "--config", self.config).stdout
        self.assertRegex(told, r"market\.sentiment +-0\.5\n")
        self.assertRegex(told, r"What plugins voted\n  mood +0\.1192 +market\.sentiment\n")
        again = self.petrel("explain", signal["id"], "--again", "--config", self.config)
        self.assertIn("the same, to the last bit", again.stdout + again.stderr)
        voters = self.status()["shards"][0]["voters"]
        self.assertEqual((voters["mood"]["faults"], voters["mood"]["abstained"]), (0, 0))
        self.assertEqual(self.stop_engine(), 0)
        replayed = self.replayed()
        self.assertEqual(replayed, self.replayed())
        first = next(row for row in replayed if row["id"] == signal["id"])
        for name in first.keys() & signal.keys() - {"state"}:
            self.assertEqual(first[name], signal[name], name)

    def test_mood_is_there_after_a_restart(self):
        self.start(shards=2)
        self.assertEqual(self.feed("*", "-0.5").returncode, 0)
        self.assertEqual(self.stop_engine(), 0)
        self.start_engine()
        self.wait_healthy()
        given = self.storm()["inputs"]
        self.assertEqual(given["market.sentiment"], -0.5)
        self.assertAlmostEqual(given["votes.mood"], 0.11920292202211755, places=12)
        self.assertEqual(self.stop_engine(), 0)

    def test_what_cannot_be_taken_is_refused_with_a_sentence(self):
        self.start()
        done = self.feed("ETHUSDT", "0.5")
        self.assertEqual(done.returncode, 1)
        self.assertIn("ETH-USDT-PERP is not followed", done.stderr)
        done = self.feed("BTCUSDT", "1.5")
        self.assertEqual(done.returncode, 2, done.stdout)
        self.assertIn("PTL-U003", done.stderr)
        given = self.storm()["inputs"]
        self.assertEqual(given["market.sentiment_age_s"], -1)
        self.assertEqual(given["votes.mood"], -1, "it abstains while nothing is fed")
        self.assertEqual(self.stop_engine(), 0)

    def test_model_that_is_wrong_stops_the_start_and_check_says_why(self):
        self.start()
        self.assertEqual(self.stop_engine(), 0)
        listed = json.loads(self.petrel("plugin", "list", "--config", self.config,
                                        "--json").stdout)["plugins"]
        voter = next(row for row in listed if row["name"] == "logistic_voter")
        self.assertEqual((voter["kind"], voter["state"]), ("voter", "used"))
        for model, told in (
                ("bias = 0\nmarket.sentimnet = 1\n", "did you mean 'market.sentiment'?"),
                ("bias = 0\n\nmarket.sentiment\n", "line 3 of the model")):
            (self.folder / "mood.model").write_text(model)
            for command in ("check", "run"):
                done = self.petrel(command, "--config", self.config)
                self.assertEqual(done.returncode, 5, done.stdout + done.stderr)
                self.assertIn(told, done.stdout + done.stderr)
        verify = self.petrel("plugin", "verify", self.folder / "mine/liblogistic_voter.so")
        self.assertIn("is a voter, the contract is for exchanges", verify.stderr)


if __name__ == "__main__":
    unittest.main()
