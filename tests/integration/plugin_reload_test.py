"""A detector's library is replaced while petrel runs: stories go on, a bad file changes nothing."""

import json
import os
import pathlib
import shutil
import unittest

from support import BIN, World, wait_for

STORM = "liquidation_storm"
RETIRED_MAX = 50


class PluginReload(World):
    def setUp(self):
        super().setUp()
        # The program looks for plugins beside itself: these may be replaced.
        (self.folder / "bin").mkdir()
        self.program = self.folder / "bin/petrel"
        shutil.copy(BIN / "petrel", self.program)
        self.plugins = self.folder / "plugins"
        shutil.copytree(BIN.parent / "plugins", self.plugins)
        self.file = self.plugins / f"lib{STORM}.so"
        self.built = self.file.read_bytes()
        self.versions = 0

    def run_engine(self, shards=1):
        self.start_sim()
        self.write_config(f"[engine]\nshards = {shards}\n")
        # The folder of the build would bring the same plugins a second time.
        self.config.write_text(self.config.read_text().replace(str(BIN.parent / "plugins"),
                                                               str(self.plugins)))
        self.start_engine()
        self.wait_healthy()

    def install(self, content):
        fresh = self.file.with_suffix(".new")
        fresh.write_bytes(content)
        fresh.replace(self.file)

    def install_next(self):
        """The same code in another file: bytes behind it that no loader reads."""
        self.versions += 1
        self.install(self.built + b"x" * self.versions)

    def reload(self, name=STORM):
        return self.petrel("plugin", "reload", name, "--config", self.config, "--json")

    def on_record(self):
        done = self.petrel("rules", "log", "--config", self.config, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def reloaded(self):
        done = self.reload()
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def storm_goes_on(self, shards):
        self.run_engine(shards)
        self.burst()
        first = wait_for("the storm began", lambda: self.signals("LIQ_STORM"))
        self.install_next()
        answer = self.reloaded()
        self.assertTrue(answer["changed"])
        self.assertEqual(answer["instances"], shards)
        self.assertEqual(answer["empty"], {})
        self.assertGreater(answer["state_bytes"], 0)
        sent = self.burst()
        wait_for("it has grown by what came after the reload", lambda: [
            row for row in self.signals("LIQ_STORM")
            if row["notional_usd"] >= 1.9 * sent["usd"]])
        status = self.status()
        self.assertEqual(status["retired_libraries"], 1)
        running = {row["name"]: row for row in status["detectors"]}
        self.assertEqual(running[STORM]["reloads"], 1)
        self.assertEqual(sum(lane["detectors"][STORM]["faults"] for lane in status["shards"]), 0)
        self.assertEqual(self.stop_engine(), 0)
        self.assertEqual([row["id"] for row in self.signals("LIQ_STORM")], [first[0]["id"]])
        self.assertEqual(len(self.alert_lines("LIQ_STORM")), 1)
        done = self.cli("replay", self.state / "journal")
        self.assertIn(f"the detector {STORM} was 1.0.0 (", done.stderr)
        live = sorted(row["id"] for row in self.signals())
        self.assertEqual(sorted(row["id"] for row in self.replayed()), live)

    def test_storm_goes_on_over_a_reload(self):
        self.storm_goes_on(shards=1)

    def test_storm_goes_on_over_a_reload_with_two_shards(self):
        self.storm_goes_on(shards=2)

    def test_broken_file_is_refused_and_the_detector_goes_on(self):
        self.run_engine()
        self.install(self.built[:len(self.built) // 2])
        done = self.reload()
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("PTL-P003", done.stderr)
        self.assertIn(f"lib{STORM}.so", done.stderr)
        self.assertIn("PTL-P003", self.log.read_text())
        wait_for("an alert says so", lambda: [
            row for row in self.alert_lines("SYSTEM") if STORM in json.dumps(row)])
        self.assertEqual(self.status()["retired_libraries"], 0)
        self.burst()
        wait_for("a storm", lambda: self.signals("LIQ_STORM"))
        # Mended: the file that runs is no change.
        self.install(self.built)
        self.assertFalse(self.reloaded()["changed"])
        self.assertEqual(self.stop_engine(), 0)

    def test_who_reloaded_what_is_on_record_and_refusals_too(self):
        self.run_engine()
        self.install_next()
        self.reloaded()
        before = self.on_record()[-1]
        self.assertEqual((before["what"], before["good"]), ("plugin_reload", True))
        self.assertRegex(before["who"], r"^control socket, user \d+$")
        self.assertRegex(before["from"], rf"^{STORM} 1\.0\.0 \([0-9a-f]{{8}}\)$")
        self.assertNotEqual(before["from"], before["to"])
        self.assertRegex(before["changed"][0], r"^library [0-9a-f]{16,} -> [0-9a-f]{16,}$")
        self.assertIn("plugin_reload by control socket", self.petrel(
            "rules", "log", "--config", self.config).stdout)
        self.install(self.built[:len(self.built) // 2])
        self.assertEqual(self.reload().returncode, 1)
        entry = self.on_record()[-1]
        self.assertFalse(entry["good"])
        self.assertIn("PTL-P003", entry["result"])
        self.assertEqual((entry["from"], entry["to"]), (before["to"], before["to"]))
        self.assertEqual(self.stop_engine(), 0)

    def test_what_is_no_detector_is_refused_by_name(self):
        self.run_engine()
        done = self.reload("bybit")
        self.assertEqual(done.returncode, 1)
        self.assertIn("only detectors are reloaded", done.stderr)
        done = self.reload("strom/../x")
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"There are: large_liquidation, {STORM}", done.stderr)
        self.assertEqual(self.stop_engine(), 0)

    def test_fifty_reloads_leak_a_mapped_library_each_and_no_more(self):
        self.run_engine()
        process = pathlib.Path("/proc") / str(self.engine.pid)

        def threads_and_files():
            return (len(os.listdir(process / "task")), len(os.listdir(process / "fd")))

        def resident():
            return int((process / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

        self.install_next()
        self.reloaded()
        threads, files = threads_and_files()
        before = resident()
        for number in range(2, RETIRED_MAX + 1):
            self.install_next()
            self.assertEqual(self.reloaded()["retired_libraries"], number)
        # At most: when the first was counted, its request may not have been closed yet.
        wait_for("one file and no thread more for each", lambda: all(
            now <= most for now, most in zip(threads_and_files(),
                                             (threads, files + RETIRED_MAX - 1))), seconds=5)
        # Its pages, those it wrote to, and what the loader keeps of it; nothing that adds up.
        each = (resident() - before) / (RETIRED_MAX - 1)
        self.assertLess(each, len(self.built) + 300_000)
        self.install_next()
        done = self.reload()
        self.assertEqual(done.returncode, 1)
        self.assertIn("Restart petrel", done.stderr)
        self.burst()
        wait_for("a storm", lambda: self.signals("LIQ_STORM"))
        self.assertEqual(self.stop_engine(), 0)


if __name__ == "__main__":
    unittest.main()
