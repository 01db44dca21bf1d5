"""Starts petrel-sim and petrel in a temporary folder, asks them, and ends them whatever happens.

Every test of this folder is built on `World`: one folder, one simulator on free ports, any number
of lives of one engine. Waiting is polling with a deadline; a deadline that passes says what was
last seen and what the engine wrote.
"""

import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
import unittest
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("BIN", ROOT / "build/release/bin")).resolve()
PATIENCE = 30.0


def wait_for(what, look, seconds=PATIENCE):
    """Calls look() until it gives something true, which is returned."""
    deadline = time.monotonic() + seconds
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.03)


def json_lines(text):
    return [json.loads(line) for line in text.splitlines() if line.strip()]


class World(unittest.TestCase):
    """A folder, a simulator and an engine; all three end with the test."""

    program = BIN / "petrel"  # of the engine
    sim_arguments = ("--no-storms", "--rate", "100", "--symbols", "BTCUSDT")

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="petrel-it."))
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.config = self.folder / "petrel.toml"
        self.state = self.folder / "state"
        self.alerts = self.folder / "alerts.jsonl"
        self.lives = 0
        self.engine = None
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("PETREL")}

    def tearDown(self):
        # A test that went wrong shows what the engine wrote, before the folder goes.
        result = self._outcome.result
        if any(test is self for test, _ in result.failures + result.errors):
            for log in sorted(self.folder.glob("run*.log")):
                print(f"--- {log.name}\n{log.read_text(errors='replace')[-4000:]}")

    def spawn(self, command, log):
        with open(log, "wb") as out:
            process = subprocess.Popen([str(word) for word in command], stdout=out, stderr=out,
                                       stdin=subprocess.DEVNULL, cwd=self.folder,
                                       env=self.environment)
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        if process.poll() is None:
            process.kill()
        process.wait()

    def start_sim(self, *arguments):
        ready = self.folder / "sim.json"
        log = self.folder / "sim.log"
        self.sim = self.spawn([BIN / "petrel-sim", "--control", "0", "--ready-file", ready,
                               *(arguments or self.sim_arguments)], log)
        wait_for("petrel-sim is ready",
                 lambda: ready.exists() or self.sim.poll() is not None)
        self.assertIsNone(self.sim.poll(), log.read_text())
        self.ports = json.loads(ready.read_text())

    def control(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.ports["control"] + path, data=data, method=method)
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)

    def fault(self, **fields):
        return self.control("POST", "/fault", fields)

    def burst(self, venue="bybit", **fields):
        return self.control("POST", "/burst", {
            "kind": "liquidation", "venue": venue, "symbol": "BTCUSDT", "side": "long",
            "usd": 3_000_000, "events": 5, **fields})

    def write_config(self, extra="", rules=ROOT / "rules/default", symbols=("BTCUSDT",)):
        venues = "".join(
            f'[exchanges.{venue}]\nws = ["{at["ws"]}"]\nrest = ["{at["rest"]}"]\n'
            for venue, at in self.ports.items() if isinstance(at, dict))
        self.config.write_text(
            f'state_dir = "{self.state}"\nplugin_directories = ["{BIN.parent / "plugins"}"]\n'
            f'symbols = {json.dumps(symbols)}\n[rules]\ndirectory = "{rules}"\n'
            # One line a story, however it goes on.
            f'[notifiers.log]\npath = "{self.alerts}"\nupdates = "none"\n{venues}{extra}')

    def start_engine(self):
        """One more life of the engine; returns when its control socket answers."""
        self.lives += 1
        self.log = self.folder / f"run{self.lives}.log"
        self.engine = self.spawn([self.program, "run", "--config", self.config], self.log)
        wait_for("petrel answers", lambda: self.engine.poll() is not None or
                 self.cli("status").returncode in (0, 1))
        self.assertIsNone(self.engine.poll(), self.log.read_text(errors="replace"))

    def start_healthy(self):
        self.start_sim()
        self.write_config()
        self.start_engine()
        self.wait_healthy()

    def stop_engine(self, number=signal.SIGTERM):
        """Its exit code."""
        self.engine.send_signal(number)
        return self.engine.wait(timeout=PATIENCE)

    def petrel(self, *arguments, cwd=None):
        return subprocess.run([str(BIN / "petrel"), *map(str, arguments)], capture_output=True,
                              text=True, timeout=60, cwd=cwd or self.folder,
                              env=self.environment)

    def cli(self, command, *arguments):
        return self.petrel(command, *arguments, "--config", self.config, "--json")

    def status(self):
        done = self.cli("status")
        return json.loads(done.stdout) if done.returncode in (0, 1) else {}

    def feeds(self):
        return self.status().get("feeds", [])

    def wait_healthy(self):
        """Both venues connected, and every connection has shown data."""
        def healthy():
            feeds = self.feeds()
            return ({feed["venue"] for feed in feeds} == {"binance", "bybit"} and
                    all(feed["state"] == "healthy" for feed in feeds))
        wait_for("feeds of both venues are healthy", healthy)

    def signals(self, kind=None):
        """Signals as `petrel signals` lists them, of one type if asked."""
        done = self.cli("signals", "--limit", "1000")
        self.assertEqual(done.returncode, 0, done.stderr)
        return [row for row in json_lines(done.stdout) if kind in (None, row["type"])]

    def alert_lines(self, kind=None):
        text = self.alerts.read_text() if self.alerts.exists() else ""
        return [row for row in json_lines(text) if kind in (None, row["type"])]

    def replayed(self):
        """Signals that a replay of the journal makes."""
        done = self.cli("replay", self.state / "journal")
        self.assertEqual(done.returncode, 0, done.stderr)
        return [row for row in json_lines(done.stdout) if "id" in row]

    def store(self, query):
        base = sqlite3.connect(f"file:{self.state / 'petrel.db'}?mode=ro", uri=True, timeout=5)
        try:
            return base.execute(query).fetchall()
        finally:
            base.close()
