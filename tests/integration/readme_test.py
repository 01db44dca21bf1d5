"""The README's commands do what it says: each one that can end on its own is run."""

import os
import re
import shlex
import shutil
import subprocess
import tempfile
import unittest

from support import BIN, ROOT

# Why a command is not run here; one that is neither excluded nor runnable fails the test.
EXCLUDED = {
    "./dev demo": "runs for a minute",
    "./dev help": "builds",
    "./dev test": "runs this test",
    "build/release/bin/petrel check": "names the exchanges of the reader's own petrel.toml",
    "build/release/bin/petrel run": "talks to real exchanges and does not end",
    "build/release/bin/petrel status": "needs a running petrel",
    "build/release/bin/petrel signals": "needs a store",
    "build/release/bin/petrel explain last": "needs a store",
    "build/release/bin/petrel notifications gaps": "needs a store",
    "build/release/bin/petrel reload": "needs a running petrel",
    "build/release/bin/petrel coverage": "needs a running petrel",
}


def commands():
    """(line number, command) of every ```sh block, without what follows a #."""
    found = []
    inside = False
    for number, line in enumerate((ROOT / "README.md").read_text().splitlines(), start=1):
        if line.startswith("```"):
            inside = not inside and line[3:].strip() == "sh"
        elif inside and line.split("#")[0].strip():
            found.append((number, re.sub(r"\s#.*", "", line).strip()))
    return found


class Readme(unittest.TestCase):
    def setUp(self):
        # The tree as the reader sees it, but with this build's programs; nothing is written to it.
        self.folder = tempfile.mkdtemp(prefix="petrel-it.")
        self.addCleanup(shutil.rmtree, self.folder, True)

    def test_every_command_that_can_be_run_works(self):
        done = 0
        for number, command in commands():
            if command in EXCLUDED:
                continue
            with self.subTest(line=number, command=command):
                words = shlex.split(command)
                self.assertTrue(words[0].startswith("build/release/bin/"),
                                "not a program of the build: run it here or exclude it")
                words[0] = str(BIN / words[0].removeprefix("build/release/bin/"))
                ran = subprocess.run(
                    words, cwd=ROOT, capture_output=True, text=True, timeout=60,
                    env={**os.environ, "XDG_STATE_HOME": self.folder})
                self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
                self.assertTrue(ran.stdout.strip(), "it says nothing")
                done += 1
        self.assertGreaterEqual(done, 4, "the README has lost its commands")

    def test_two_replays_give_the_same_bytes(self):
        lines = [command for _, command in commands()
                 if " replay " in command and "--json" in command]
        self.assertTrue(lines, "the README shows no replay with --json")
        words = shlex.split(lines[0])
        words[0] = str(BIN / "petrel")
        first, second = (subprocess.run(words, cwd=ROOT, capture_output=True, timeout=60,
                                        check=True).stdout for _ in range(2))
        self.assertEqual(first, second)

    def test_programs_named_outside_of_blocks_exist(self):
        text = (ROOT / "README.md").read_text()
        for name in sorted(set(re.findall(r"build/release/bin/([\w-]+)", text))):
            self.assertTrue(os.access(BIN / name, os.X_OK), name)


if __name__ == "__main__":
    unittest.main()
