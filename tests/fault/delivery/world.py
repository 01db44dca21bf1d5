"""A folder, receivers, and `petrel_admit` between them."""

import json
import pathlib
import signal
import sqlite3
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "integration"))

from receivers import Servers  # noqa: E402
from support import BIN, World, wait_for  # noqa: E402, F401

SECRET = "whsec_cmFkYXItdGVzdC1zZWNyZXQtMDEyMzQ1Njc4OWFiY2Q="


class Delivery(World):
    """Channels are webhooks, because no budget of a provider slows those down."""

    def setUp(self):
        super().setUp()
        self.servers = Servers()
        self.addCleanup(self.servers.close)
        self.environment.update(D_SECRET=SECRET)
        self.state.mkdir(exist_ok=True)
        self.promises = self.folder / "promises"

    def configure(self, receivers, extra="", settings="per_second = 10000"):
        """`receivers` by the name of their channel."""
        text = (f'state_dir = "{self.state}"\n'
                f'plugin_directories = ["{BIN.parent / "plugins"}"]\n')
        text += extra
        text += "[notifiers.log]\nenabled = false\n[notifiers.console]\nenabled = false\n"
        for name, receiver in receivers.items():
            self.environment[f"D_URL_{name.upper()}"] = receiver.url
            text += (f'[notifiers.{name}]\nplugin = "webhook"\n{settings}\n'
                     f'url = {{ env = "D_URL_{name.upper()}" }}\n'
                     'secret = { env = "D_SECRET" }\n')
        self.config.write_text(text)

    def admit(self, count, *words, prefix=()):
        """Starts petrel_admit; its output goes to self.log."""
        self.lives += 1
        self.servers.life = self.lives
        self.log = self.folder / f"run{self.lives}.log"
        self.engine = self.spawn([*prefix, BIN / "petrel_admit", self.config, "--count", count,
                                  *words], self.log)
        return self.engine

    def promised(self):
        """One more than the last number that was found in the store."""
        text = self.promises.read_text() if self.promises.exists() else ""
        lines = text.splitlines() if text.endswith("\n") else text.splitlines()[:-1]
        return int(lines[-1]) + 1 if lines else 0

    def live_and_die(self, dice, *words, most_s=0.5, alone=True):
        """One life behind the last durable step, and its end by SIGKILL: nine times in ten at most
        so long behind its first durable step. True when it had one. `alone`: nobody else sends."""
        before = self.promised()
        self.admit(1_000_000, "--first", before, "--promises", self.promises, *words)
        if dice.random() < 0.9:
            wait_for("a step is in the store", lambda: self.promised() > before or
                     self.engine.poll() is not None)
        time.sleep(dice.uniform(0, most_s))  # the random moment itself
        self.assertIsNone(self.engine.poll(), self.log.read_text(errors="replace"))
        self.engine.send_signal(signal.SIGKILL)
        self.engine.wait()
        if alone:
            self.servers.read_all()
        self.log.unlink()
        return self.promised() > before

    def last_life(self, steps, *words, seconds=120):
        """One more life, which sends everything. Its figures, and how many signals there are."""
        first = self.promised()
        self.admit(steps, "--first", first, "--promises", self.promises, *words)
        self.engine.wait(timeout=seconds)
        figures = self.figures()
        # The one before may have brought more into the store than it lived to promise.
        return figures, max(first + steps, figures["signals"])

    def rows(self, query, *values):
        base = sqlite3.connect(f"file:{self.state / 'petrel.db'}?mode=ro", uri=True, timeout=5)
        try:
            base.row_factory = sqlite3.Row
            return base.execute(query, values).fetchall()
        finally:
            base.close()

    def figures(self):
        """The last line of petrel_admit, once it has ended well."""
        text = self.log.read_text(errors="replace")
        assert self.engine.returncode == 0, text
        return json.loads(text.splitlines()[-1])

    @staticmethod
    def key(number):
        return f"sig-{number:012d}"


__all__ = ["BIN", "Delivery", "World", "wait_for"]
