"""Runs tests that wait most of the time at once, in one place of ctest.

    python3 tests/fault/proxy/side_by_side.py feeds_test.py quiet_test.py

A silence takes up to 40 s to be noticed, whatever the machine does meanwhile. Prints what those say
that fail, and how long each took; leaves with 1 when one of them failed.
"""

import pathlib
import subprocess
import sys
import tempfile
import threading
import time


def run(name, outcomes):
    began = time.monotonic()
    with tempfile.TemporaryFile() as out:
        code = subprocess.call([sys.executable, str(pathlib.Path(__file__).with_name(name))],
                               stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        out.seek(0)
        text = out.read().decode(errors="replace")
    outcomes[name] = code
    print(f"{name}: {'failed' if code else 'passed'} in {time.monotonic() - began:.0f} s\n" +
          (text if code else ""), end="", flush=True)


def main():
    outcomes = {}
    threads = [threading.Thread(target=run, args=(name, outcomes)) for name in sys.argv[1:]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return 1 if any(outcomes.values()) or not outcomes else 0


if __name__ == "__main__":
    sys.exit(main())
