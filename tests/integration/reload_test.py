"""Rules change while petrel runs: a good pack within a second, a bad one never."""

import os
import re
import shutil
import signal
import time
import unittest

from support import ROOT, World, wait_for


class Reload(World):
    def setUp(self):
        super().setUp()
        self.rules = self.folder / "rules"
        shutil.copytree(ROOT / "rules/default", self.rules)
        self.start_sim()
        self.write_config(rules=self.rules)
        self.start_engine()
        self.wait_healthy()
        self.first = self.status()["rule_version"]

    def edit(self, name, old, new):
        path = self.rules / name
        text = path.read_text()
        self.assertIn(old, text)
        written = path.with_suffix(".new")
        written.write_text(text.replace(old, new, 1))
        written.replace(path)

    def weigh(self, weight):
        """Another weight, one that the pack's own tests do not look at."""
        path = self.rules / "pack.lua"
        old = re.search(r'number\("context_thin_hours", "", 0, 0\.2, [\d.]+', path.read_text())[0]
        self.edit("pack.lua", old, f'number("context_thin_hours", "", 0, 0.2, {weight}')

    def version_other_than(self, version, seconds):
        def look():
            now = self.status().get("rule_version")
            return now if now and now != version else None
        return wait_for(f"a rule version other than {version}", look, seconds)

    def still(self, version):
        status = self.status()
        self.assertEqual(status["rule_version"], version)
        self.assertEqual([lane["rule_version"] for lane in status["shards"]],
                         [version] * len(status["shards"]))
        self.assertEqual({feed["state"] for feed in status["feeds"]}, {"healthy"})

    def test_saved_weight_decides_within_a_second(self):
        took = []
        second = self.first
        # The fastest of a few, as another program may hold the processor for one of them.
        while len(took) < 4 and not (took and min(took) < 1.0):
            began = time.monotonic()
            self.weigh(0.01 + 0.01 * len(took))
            second = self.version_other_than(second, seconds=10)
            took.append(time.monotonic() - began)
        self.assertLess(min(took), 1.0)
        wait_for("every shard decides by it", lambda: {
            lane["rule_version"] for lane in self.status()["shards"]} == {second})
        self.burst()
        made = wait_for("a storm", lambda: self.signals("LIQ_STORM"))
        self.assertEqual(made[0]["rule_version"], second)
        self.assertEqual(self.stop_engine(), 0)

    def test_syntax_error_keeps_the_version_and_reload_names_its_line(self):
        self.edit("score.lua", "local function part(finding)", "local function part(finding")
        line = next(number for number, text in enumerate(
            (self.rules / "score.lua").read_text().splitlines(), start=1)
            if text == "local function part(finding")
        done = self.petrel("reload", "--config", self.config)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertRegex(done.stderr, rf"score\.lua:({line}|{line + 1})\b")
        self.still(self.first)
        wait_for("the log names it too", lambda: "score.lua:" in self.log.read_text())
        self.burst()
        made = wait_for("a storm by the old rules", lambda: self.signals("LIQ_STORM"))
        self.assertEqual(made[0]["rule_version"], self.first)
        # Mended, it is the first version again: a version is what the files say.
        self.edit("score.lua", "local function part(finding", "local function part(finding)")
        self.assertEqual(self.petrel("reload", "--config", self.config).returncode, 0)
        self.still(self.first)
        self.assertEqual(self.stop_engine(), 0)

    def test_pack_whose_tests_fail_keeps_the_version(self):
        self.edit("tests/patterns.lua", "score = 0.5, tolerance = 0,", "score = 7, tolerance = 0,")
        done = self.petrel("reload", "rules", "--config", self.config)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("storm_alone_reaches_the_cap_of_one_part", done.stderr)
        self.still(self.first)
        self.assertEqual(self.stop_engine(), 0)

    def test_hangup_loads_the_rules_again(self):
        # An edit that the watch cannot see: same file, same size, same time of change.
        path = self.rules / "pack.lua"
        before = path.stat()
        text = path.read_text()
        path.write_text(text.replace('"context_spread_from_bps", "bp", 0, 1000, 5,',
                                     '"context_spread_from_bps", "bp", 0, 1000, 6,'))
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        self.assertNotEqual(path.read_text(), text)
        self.assertEqual(path.stat().st_size, before.st_size)
        self.still(self.first)
        self.engine.send_signal(signal.SIGHUP)
        self.version_other_than(self.first, seconds=10)
        self.assertEqual(self.stop_engine(), 0)


if __name__ == "__main__":
    unittest.main()
