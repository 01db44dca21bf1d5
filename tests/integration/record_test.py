"""What was recorded beside a running engine is, replayed, what that engine saw."""

import signal
import subprocess
import unittest

from support import BIN, World, json_lines, wait_for


class Record(World):
    def begin_recording(self, *arguments):
        self.recording = self.folder / "storm.jsonl.zst"
        return self.spawn([BIN / "petrel", "record", self.recording, "--config", self.config,
                           *arguments], self.folder / "record.log")

    def size(self):
        return self.recording.stat().st_size if self.recording.exists() else 0

    def grow(self, what):
        """Waits until a later second lies on the disk."""
        before = self.size()
        wait_for(what, lambda: self.size() > before)

    def storms_of(self, *paths):
        done = self.cli("replay", *paths)
        self.assertEqual(done.returncode, 0, done.stderr)
        return {row["id"]: row for row in json_lines(done.stdout)
                if row.get("type") == "LIQ_STORM"}, done.stderr

    def storm_with_a_recorder(self, *arguments):
        self.start_healthy()
        recorder = self.begin_recording(*arguments)
        self.grow("the first frames are recorded")
        self.grow("frames of live sockets are recorded")
        self.burst(usd=3_000_000, events=5)
        wait_for("a LIQ_STORM in the log", lambda: self.alert_lines("LIQ_STORM"))
        self.grow("the storm is recorded")
        self.grow("and the second after it")
        return recorder

    def test_its_replay_makes_the_storm_that_the_engine_told(self):
        recorder = self.storm_with_a_recorder()
        recorder.send_signal(signal.SIGINT)
        self.assertEqual(recorder.wait(timeout=30), 0)
        closing = (self.folder / "record.log").read_text()
        self.assertRegex(closing, r"recorded [\d,]+ frames and \d+ replies, [\d.]+ MiB as ")
        self.assertIn("SIGINT", closing)
        storms, told = self.storms_of(self.recording)
        self.assertEqual(set(storms), {row["id"] for row in self.alert_lines("LIQ_STORM")})
        self.assertNotIn("skipped", told)
        again, _ = self.storms_of(self.recording)
        self.assertEqual(again, storms)

    def test_a_killed_recorder_leaves_all_but_the_last_second(self):
        recorder = self.storm_with_a_recorder()
        recorder.kill()
        recorder.wait()
        storms, told = self.storms_of(self.recording)
        self.assertEqual(set(storms), {row["id"] for row in self.alert_lines("LIQ_STORM")})
        self.assertIn("ends in the middle of a line", told)

    def test_it_ends_by_itself_and_never_replaces_a_file(self):
        self.start_sim()
        self.write_config()
        recorder = self.begin_recording("--for", "2s")
        self.assertEqual(recorder.wait(timeout=30), 0)
        before = self.recording.read_bytes()
        second = self.begin_recording("--for", "2s")
        self.assertEqual(second.wait(timeout=30), 2)
        self.assertIn("never replaces a file", (self.folder / "record.log").read_text())
        self.assertEqual(self.recording.read_bytes(), before)

    def test_without_an_exchange_it_says_what_to_do(self):
        done = subprocess.run([BIN / "petrel", "record", self.folder / "x.zst"],
                              capture_output=True, text=True, timeout=30, cwd=self.folder,
                              env=self.environment, check=False)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("Add [exchanges.<name>]", done.stderr)


if __name__ == "__main__":
    unittest.main()
