"""The chaos proxy itself: each fault does what its line in the menu says, and nothing else."""

import json
import pathlib
import socket
import subprocess
import sys
import threading
import time
import unittest

from faults import Faults, Way
from proxy import Proxy

PATIENCE = 20.0
SILENCE_S = 0.2  # so long nothing must come; a fault that failed would show at once
DATA = bytes(index * 7 % 256 for index in range(2_000))


def wait_for(what, look):
    deadline = time.monotonic() + PATIENCE
    while not look():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {PATIENCE} s: {what}")
        time.sleep(0.005)


class Ends(unittest.TestCase):
    """A server of the test's own on one side, a client on the other."""

    def setUp(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.server.settimeout(PATIENCE)
        self.addCleanup(self.server.close)

    def proxy(self, *arguments, **keywords):
        proxy = Proxy(self.server.getsockname(), *arguments, **keywords)
        self.addCleanup(proxy.close)
        proxy.__enter__()
        return proxy

    def held(self, end):
        end.settimeout(PATIENCE)
        self.addCleanup(end.close)
        return end

    def pair(self, proxy):
        """petrel's end and the venue's of a new connection, and the link between them."""
        near = self.held(socket.create_connection(proxy.address, PATIENCE))
        far = self.held(self.server.accept()[0])
        link = proxy.links[-1]
        wait_for("both directions are carried", lambda: len(link.tasks) >= 4)
        return near, far, link

    def faulty(self, seed=0, close_ms=0.0, down=None, up=None):
        return self.pair(self.proxy(Faults(down or Way(), up or Way(), close_ms), seed=seed))

    def take(self, end, count):
        """So many bytes; fewer when the end comes before."""
        data = b""
        while len(data) < count:
            more = end.recv(count - len(data))
            if not more:
                break
            data += more
        return data

    def seconds(self, work):
        began = time.monotonic()
        work()
        return time.monotonic() - began

    def assert_silent(self, end):
        end.settimeout(SILENCE_S)
        with self.assertRaises(TimeoutError):
            end.recv(1)
        end.settimeout(PATIENCE)

    def assert_reset(self, end):
        """What came before may be read; then a reset and no proper end."""
        with self.assertRaises(ConnectionResetError):
            while True:
                self.assertTrue(end.recv(4096), "a proper end")

    def assert_refused(self, proxy):
        try:
            end = self.held(socket.create_connection(proxy.address, PATIENCE))
        except ConnectionResetError:
            return  # even before it was told that it is connected
        self.assert_reset(end)


class ProxyTest(Ends):
    # ---- nothing wrong ----

    def test_without_faults_bytes_pass_unchanged_both_ways_and_an_end_is_an_end(self):
        near, far, link = self.faulty()
        big = DATA * 500
        for source, sink in ((near, far), (far, near)):
            threading.Thread(target=source.sendall, args=(big,)).start()
            self.assertEqual(self.take(sink, len(big)), big)
        near.shutdown(socket.SHUT_WR)
        self.assertEqual(far.recv(1), b"")
        far.sendall(b"more")  # the other direction is still open
        self.assertEqual(self.take(near, 4), b"more")
        far.close()
        self.assertEqual(near.recv(1), b"")
        wait_for("the link is over", lambda: not link.alive)
        self.assertEqual(link.passed, {"up": len(big), "down": len(big) + 4})

    def test_a_reset_of_one_side_is_a_reset_of_the_other(self):
        near, far, link = self.faulty()
        far.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        far.close()
        self.assert_reset(near)
        self.assertEqual(link.why, "reset by a peer")

    def test_a_target_that_is_not_there_is_a_reset(self):
        proxy = self.proxy()
        self.server.close()
        self.assert_refused(proxy)
        self.assertIn("the target", proxy.links[0].why)

    # ---- time ----

    def test_latency_is_of_its_direction_only(self):
        near, far, _ = self.faulty(down=Way(latency_ms=300))
        near.sendall(b"x")
        self.assertLess(self.seconds(lambda: self.take(far, 1)), 0.25)
        far.sendall(b"y")
        self.assertGreaterEqual(self.seconds(lambda: self.take(near, 1)), 0.29)

    def test_latency_costs_no_rate(self):
        near, far, _ = self.faulty(down=Way(latency_ms=200))

        def all_of_it():
            for at in range(0, 1_000, 100):
                far.sendall(DATA[at:at + 100])
                time.sleep(0.01)
            self.assertEqual(self.take(near, 1_000), DATA[:1_000])
        self.assertLess(self.seconds(all_of_it), 1.0)  # one after the other: two seconds

    def test_jitter_varies_by_the_seed_and_keeps_the_order(self):
        def delays(seed):
            near, far, _ = self.faulty(seed=seed, down=Way(jitter_ms=60))
            taken = []
            for index in range(8):
                far.sendall(bytes([index]))
                began = time.monotonic()
                self.assertEqual(self.take(near, 1), bytes([index]))
                taken.append(time.monotonic() - began)
            far.sendall(DATA)
            self.assertEqual(self.take(near, len(DATA)), DATA)
            return taken
        first, again, other = delays(1), delays(1), delays(2)
        self.assertGreater(max(first) - min(first), 0.02)
        # The machine adds to a delay, never the seed: what it adds at the least is little.
        self.assertLess(min(abs(a - b) for a, b in zip(first, again)), 0.01)
        self.assertGreater(max(abs(a - b) for a, b in zip(first, other)), 0.01)

    def test_rate_bounds_bytes_a_second(self):
        near, far, _ = self.faulty(up=Way(rate=4_000))
        near.sendall(DATA)
        taken = self.seconds(lambda: self.assertEqual(self.take(far, len(DATA)), DATA))
        self.assertGreater(taken, 0.4)  # half a second, less the first piece
        self.assertLess(taken, 5)

    def pieces(self, seed, way):
        """Sizes in which 400 bytes are handed on."""
        proxy = self.proxy(Faults(down=way), seed=seed)
        sizes = []
        send = proxy.loop.sock_sendall

        def counted(sink, data):
            sizes.append(len(data))
            return send(sink, data)
        proxy.loop.sock_sendall = counted
        near, far, _ = self.pair(proxy)
        far.sendall(DATA[:400])
        self.assertEqual(self.take(near, 400), DATA[:400])
        return sizes

    def test_slices_are_of_chance_and_of_the_seed(self):
        sizes = self.pieces(1, Way(slice=9))
        self.assertEqual(sum(sizes), 400)
        self.assertEqual({size for size in sizes if not 1 <= size <= 9}, set())
        self.assertGreater(len(set(sizes)), 4)
        self.assertEqual(self.pieces(1, Way(slice=9)), sizes)
        self.assertNotEqual(self.pieces(2, Way(slice=9)), sizes)

    def test_drip_is_a_byte_at_a_time(self):
        near, far, _ = self.faulty(down=Way(drip_ms=30))
        far.sendall(b"petrel")
        taken = self.seconds(lambda: [self.assertEqual(len(near.recv(99)), 1) for _ in range(6)])
        self.assertGreaterEqual(taken, 5 * 0.029)

    # ---- at a byte ----

    def test_reset_comes_after_exactly_so_many_bytes_and_at_both_ends(self):
        for at in (0, 1, 7, 1_999):
            near, far, link = self.faulty(down=Way(reset_at=at))
            far.sendall(DATA)
            self.assert_reset(near)
            self.assert_reset(far)
            self.assertEqual((link.passed["down"], link.why), (at, "reset"))

    def test_reset_upwards_counts_what_petrel_sends(self):
        near, far, link = self.faulty(up=Way(reset_at=100))
        far.sendall(DATA)
        self.assertEqual(self.take(near, len(DATA)), DATA)
        near.sendall(DATA)
        self.assert_reset(near)
        self.assertEqual(link.passed["up"], 100)

    def test_end_comes_after_exactly_so_many_bytes_and_is_no_reset(self):
        for at in (0, 5, 1_999):
            near, far, link = self.faulty(down=Way(end_at=at))
            far.sendall(DATA)
            self.assertEqual(self.take(near, len(DATA)), DATA[:at])
            self.assertEqual(far.recv(1), b"")
            far.sendall(b"more")
            self.assertEqual((link.passed["down"], link.why), (at, "end"))

    def test_stop_is_silence_in_one_direction(self):
        near, far, link = self.faulty(down=Way(stop_at=11))
        far.sendall(DATA)
        self.assertEqual(self.take(near, 11), DATA[:11])
        far.sendall(DATA)
        self.assert_silent(near)
        near.sendall(b"are you there?")
        self.assertEqual(self.take(far, 14), b"are you there?")
        self.assertTrue(link.alive)
        self.assertIsNotNone(link.struck)
        far.close()
        self.assert_silent(near)  # nor is the end told

    def test_half_open_resets_the_sender_and_leaves_the_receiver_alone(self):
        near, far, link = self.faulty(down=Way(half_open_at=5))
        far.sendall(DATA)
        self.assertEqual(self.take(near, 5), DATA[:5])
        self.assert_reset(far)
        near.sendall(b"hallo")
        self.assert_silent(near)
        self.assertTrue(link.alive)
        near.close()
        wait_for("the link is over", lambda: not link.alive)

    def test_flip_changes_one_byte_of_one_direction(self):
        near, far, link = self.faulty(down=Way(flip_at=1_234, flip_mask=0x41))
        far.sendall(DATA)
        seen = self.take(near, len(DATA))
        self.assertEqual([at for at in range(len(DATA)) if seen[at] != DATA[at]], [1_234])
        self.assertEqual(seen[1_234], DATA[1_234] ^ 0x41)
        near.sendall(DATA)
        self.assertEqual(self.take(far, len(DATA)), DATA)
        self.assertEqual(link.why, "flip")

    def test_flip_without_a_mask_is_one_bit_by_the_seed(self):
        def mask(seed):
            near, far, _ = self.faulty(seed=seed, down=Way(flip_at=3))
            far.sendall(DATA[:9])
            return self.take(near, 9)[3] ^ DATA[3]
        masks = [mask(seed) for seed in range(12)]
        self.assertEqual([bin(seen).count("1") for seen in masks], [1] * 12)
        self.assertGreater(len(set(masks)), 2)
        self.assertEqual(mask(0), masks[0])

    # ---- of connections ----

    def test_connections_beyond_the_limit_are_reset_until_one_has_ended(self):
        proxy = self.proxy(limit=2)
        (first, _, link), second = self.pair(proxy), self.pair(proxy)
        self.assert_refused(proxy)
        first.close()
        wait_for("the first is over", lambda: not link.alive)
        third, far, _ = self.pair(proxy)
        far.sendall(b"x")
        self.assertEqual(third.recv(1), b"x")
        self.assertEqual((len(proxy.refused), len(proxy.links)), (1, 3))
        second[1].sendall(b"y")
        self.assertEqual(second[0].recv(1), b"y")

    def test_slow_close_tells_an_end_late(self):
        near, far, _ = self.faulty(close_ms=300)
        far.sendall(b"last words")
        far.close()
        self.assertEqual(self.take(near, 10), b"last words")
        self.assertGreaterEqual(self.seconds(lambda: self.assertEqual(near.recv(1), b"")), 0.25)

    def test_faults_may_differ_for_each_connection_and_change_while_it_runs(self):
        proxy = self.proxy(lambda number: Faults(down=Way(end_at=number)))
        for number in range(3):
            near, far, _ = self.pair(proxy)
            far.sendall(DATA)
            self.assertEqual(self.take(near, 99), DATA[:number])
        proxy.faults = Faults()
        near, far, link = self.pair(proxy)
        far.sendall(DATA)
        self.assertEqual(self.take(near, len(DATA)), DATA)
        proxy.stop([link], ways=("down",))
        far.sendall(DATA)
        self.assert_silent(near)
        near.sendall(b"up")
        self.assertEqual(self.take(far, 2), b"up")
        proxy.cut([link])
        self.assert_reset(near)
        self.assert_reset(far)
        proxy.refusing = True
        self.assert_refused(proxy)

    def test_many_at_once_do_not_meet(self):
        proxy = self.proxy(lambda number: Faults(down=Way(slice=50), up=Way(jitter_ms=5)))
        pairs = [self.pair(proxy) for _ in range(40)]
        for index, (near, far, _) in enumerate(pairs):
            near.sendall(bytes([index]) * 500)
            far.sendall(bytes([255 - index]) * 500)
        for index, (near, far, _) in enumerate(pairs):
            self.assertEqual(self.take(near, 500), bytes([255 - index]) * 500)
            self.assertEqual(self.take(far, 500), bytes([index]) * 500)
            proxy.cut(proxy.alive()[:1])
        self.assertEqual(proxy.alive(), [])


class CommandLine(Ends):
    PROGRAM = pathlib.Path(__file__).with_name("proxy.py")

    def run_program(self, *arguments):
        process = subprocess.Popen([sys.executable, str(self.PROGRAM), *arguments], text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(lambda: (process.kill(), process.communicate()))
        return process

    def test_help_tells_every_fault(self):
        text, _ = self.run_program("--help").communicate(timeout=PATIENCE)
        for word in ("latency_ms", "jitter_ms", "rate", "slice", "drip_ms", "reset_at", "end_at",
                     "stop_at", "half_open_at", "flip_at", "--limit", "--close-ms", "--seed"):
            self.assertIn(word, text)

    def test_runs_by_hand_and_tells_of_each_connection(self):
        port = self.server.getsockname()[1]
        program = self.run_program("--to", f"127.0.0.1:{port}", "--first", "1", "--down",
                                   "reset_at=3")
        host, at = json.loads(program.stdout.readline())["listen"].split(":")
        for passes in (3, None):
            near = self.held(socket.create_connection((host, int(at)), PATIENCE))
            far = self.held(self.server.accept()[0])
            far.sendall(DATA)
            if passes is None:
                self.assertEqual(self.take(near, len(DATA)), DATA)
                return
            self.assert_reset(near)
            story = json.loads(program.stdout.readline())
            self.assertEqual((story["connection"], story["why"], story["down_bytes"]),
                             (0, "reset", passes))

    def test_a_fault_that_does_not_exist_is_a_mistake_with_the_choice(self):
        program = self.run_program("--to", "127.0.0.1:1", "--down", "delay=3")
        _, trouble = program.communicate(timeout=PATIENCE)
        self.assertEqual(program.returncode, 2)
        self.assertIn("no fault 'delay'; there are latency_ms", trouble)


if __name__ == "__main__":
    unittest.main()
