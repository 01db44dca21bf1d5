"""What the commands say and how they end when something is wrong, or nothing runs."""

import json
import signal
import time
import unittest

from support import ROOT, World, wait_for


class Commands(World):
    def test_check_lists_every_mistake_with_its_line(self):
        self.config.write_text('symbols = ["BTCUSDT"]\n'
                               'state_dri = "x"\n'
                               '[engine]\n'
                               'shards = "many"\n'
                               '[exchanges.binnance]\n'
                               '[log]\n'
                               'level = "loud"\n')
        done = self.petrel("check", "--config", self.config)
        self.assertEqual(done.returncode, 2)
        for line, words in ((2, "state_dri"), (4, "engine.shards"), (5, "binnance"),
                            (7, "log.level")):
            self.assertIn(words, done.stdout + done.stderr)
            self.assertIn(f"petrel.toml:{line}:", done.stdout + done.stderr)
        listed = json.loads(self.cli("check").stdout)
        self.assertFalse(listed["ok"])
        self.assertEqual(sorted(row["line"] for row in listed["problems"]), [2, 4, 5, 7])

    def test_run_refuses_the_bad_file_too(self):
        self.config.write_text('state_dri = "x"\n')
        done = self.petrel("run", "--config", self.config)
        self.assertEqual(done.returncode, 2)
        self.assertIn("did you mean 'state_dir'?", done.stderr)

    def test_status_without_engine_is_unreachable(self):
        done = self.petrel("status", "--state-dir", self.state)
        self.assertEqual(done.returncode, 3)
        self.assertEqual(done.stdout, "")
        self.assertIn("petrel run", done.stderr)

    def test_unknown_command_names_the_nearest(self):
        done = self.petrel("statsu")
        self.assertEqual(done.returncode, 2)
        self.assertIn("did you mean 'status'?", done.stderr)

    def test_unknown_option_is_wrong_usage(self):
        done = self.petrel("signals", "--symbl", "BTCUSDT")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--symbl", done.stderr)

    def test_signals_and_explain_need_no_engine(self):
        self.start_healthy()
        self.burst()
        wait_for("a storm", lambda: self.signals("LIQ_STORM"))
        self.assertEqual(self.stop_engine(), 0)
        self.assertEqual(self.cli("status").returncode, 3)
        storm = self.signals("LIQ_STORM")[0]
        told = json.loads(self.cli("explain", storm["id"]).stdout)
        self.assertEqual((told["id"], told["score"]), (storm["id"], storm["score"]))
        self.assertEqual(self.signals("LIQ_STORM"), [
            row for row in json_lines_of(self.cli("signals", "--symbol", "BTCUSDT"))
            if row["type"] == "LIQ_STORM"])
        self.assertEqual(json_lines_of(self.cli("signals", "--symbol", "ETHUSDT")), [])
        none = self.cli("explain", "sig-000000000000")
        self.assertEqual(none.returncode, 1)
        self.assertIn("sig-000000000000", none.stderr)

    def test_near_misses_are_listed_when_asked_for(self):
        self.start_healthy()
        self.burst()
        wait_for("a storm", lambda: self.signals("LIQ_STORM"))
        # Again within the cooldown: the storm's own story goes on, a single one is held.
        held = wait_for("a near miss", lambda: [
            row for row in json_lines_of(self.cli("signals", "--held"))
            if row["verdict"] == "hold"])
        self.assertTrue(all(row["reasons"] for row in held))
        sent = json_lines_of(self.cli("signals"))
        self.assertEqual([row for row in sent if row["verdict"] == "hold"], [])
        self.assertEqual(self.stop_engine(), 0)

    def test_second_run_on_a_state_folder_is_refused(self):
        self.start_healthy()
        second = self.petrel("run", "--config", self.config)
        self.assertNotEqual(second.returncode, 0)
        self.assertIn(str(self.state), second.stderr)
        self.assertIn("another petrel", second.stderr)
        # The first goes on as if nothing had been.
        self.wait_healthy()
        self.burst()
        wait_for("a storm", lambda: self.signals("LIQ_STORM"))
        self.assertEqual(self.stop_engine(), 0)

    def test_status_tells_by_how_much_the_engine_was_late(self):
        self.start_healthy()
        # Stopped for longer than a second, it misses one of its seconds by the rest at least.
        self.engine.send_signal(signal.SIGSTOP)
        time.sleep(2.5)
        self.engine.send_signal(signal.SIGCONT)
        late_ms = wait_for("the second that came late is told", lambda: (
            self.status()["timer_late_ms_max"] > 1_000 and self.status()["timer_late_ms_max"]))
        self.assertLess(late_ms, 60_000)
        self.assertEqual(self.stop_engine(), 0)

    def test_rules_of_the_tree_pass_their_tests(self):
        for pack in ("rules/default", "examples/hello_rule"):
            checked = self.petrel("rules", "check", "--strict", ROOT / pack)
            self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)
        self.assertEqual(self.petrel("rules", "test", ROOT / "rules/default").returncode, 0)


def json_lines_of(done):
    return [json.loads(line) for line in done.stdout.splitlines() if line.strip()]


if __name__ == "__main__":
    unittest.main()
