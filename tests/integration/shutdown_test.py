"""However petrel ends, nothing that it admitted is lost, and nothing is told twice."""

import collections
import http.server
import json
import signal
import threading
import time
import unittest

from support import World, wait_for


class Telegram:
    """Stands in for the Bot API on a free port. `answer` decides what the next request gets. Edits,
    which tell how a story went on, are no messages of their own."""

    def __init__(self):
        self.lock = threading.Lock()
        self.requests = []  # (time, text, status), of new messages
        self.answer = lambda text: (200, {"ok": True, "result": {"message_id": 1}})
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                text = json.loads(body)["text"]
                with outer.lock:
                    status, reply = outer.answer(text)
                    if self.path.endswith("/sendMessage"):
                        outer.requests.append((time.monotonic(), text, status))
                self.send_response(status)
                data = json.dumps(reply).encode()
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def asked(self, status=None):
        with self.lock:
            return [entry for entry in self.requests if status in (None, entry[2])]


class Shutdown(World):
    def setUp(self):
        super().setUp()
        self.telegram = Telegram()
        self.addCleanup(self.telegram.close)
        self.environment.update(IT_TOKEN="123456:integration-test", IT_CHAT="42")

    def start_world(self, *sim, symbols=("BTCUSDT",)):
        self.start_sim(*sim)
        self.write_config('[messages]\npicture_wait = "0s"\n'  # a picture is no JSON
                          f'[notifiers.telegram]\n'
                          f'api = "http://127.0.0.1:{self.telegram.server.server_port}"\n'
                          f'token = {{ env = "IT_TOKEN" }}\nchat_id = {{ env = "IT_CHAT" }}\n',
                          symbols=symbols)
        self.start_engine()
        self.wait_healthy()

    def admitted(self):
        """Ids of the signals that were to be sent; the store keeps those held back, too."""
        return {row[0] for row in self.store("SELECT id FROM signals WHERE verdict <> 'hold'")}

    def unfinished(self):
        return self.store("SELECT key, state FROM notifications WHERE state <> 'delivered'")

    def all_delivered(self):
        """Every signal of the store has both of its notifications delivered."""
        rows = self.store("SELECT signal_id, channel FROM notifications "
                          "WHERE state = 'delivered'")
        wanted = {(name, channel) for name in self.admitted() for channel in ("log", "telegram")}
        return wanted and set(rows) == wanted

    def test_sigterm_under_load_ends_within_five_seconds(self):
        self.start_world("--rate", "4000", "--symbols", "BTCUSDT,ETHUSDT", "--storm-after", "1",
                         symbols=("BTCUSDT", "ETHUSDT"))
        wait_for("a storm under way", lambda: self.signals("LIQ_STORM"))
        began = time.monotonic()
        self.assertEqual(self.stop_engine(), 0)
        self.assertLess(time.monotonic() - began, 5.0)
        self.assertFalse((self.state / "petrel.sock").exists())
        # What was admitted live is what the journal makes again, to the last event.
        self.assertEqual({row["id"] for row in self.replayed()}, self.admitted())

    def test_second_sigterm_while_it_ends_does_no_harm(self):
        self.start_world()
        self.burst()
        wait_for("a storm", lambda: self.signals("LIQ_STORM"))
        self.engine.send_signal(signal.SIGTERM)
        self.engine.send_signal(signal.SIGTERM)
        # Ended in order, or by the second at once; either way the next life finds everything.
        self.assertIn(self.engine.wait(timeout=10), (0, -signal.SIGTERM))
        self.assertEqual(self.petrel("replay", self.state / "journal").returncode, 0)
        self.start_engine()
        wait_for("all notifications are delivered", self.all_delivered)
        self.assertEqual(self.stop_engine(), 0)

    def test_kill_at_any_moment_loses_no_signal(self):
        self.telegram.answer = lambda text: (500, {"ok": False})
        self.start_world()
        known = set()
        # Killed right at a burst, when the alert is in the log, and when a delivery has failed.
        moments = (
            lambda: None,
            lambda: wait_for("an alert in the log", self.alert_lines),
            lambda: wait_for("a failed delivery", lambda: self.telegram.asked(500)))
        for reached in moments:
            self.burst("bybit")
            reached()
            known |= {row["id"] for row in self.alert_lines()}
            self.stop_engine(signal.SIGKILL)
            self.assertEqual(self.petrel("replay", self.state / "journal").returncode, 0)
            self.assertLessEqual(known, self.admitted(), "told, but not in the store")
            self.start_engine()
            self.wait_healthy()
        self.assertTrue(self.unfinished(), "nothing was pending when it was killed")
        self.telegram.answer = lambda text: (200, {"ok": True, "result": {"message_id": 2}})
        wait_for("all notifications are delivered", self.all_delivered, seconds=40)
        self.assertEqual(self.stop_engine(), 0)
        self.arrived_once()

    def arrived_once(self):
        """Each signal was taken once by the receiver that refused it before."""
        taken = collections.Counter(
            name for _, text, _ in self.telegram.asked(200) for name in self.admitted()
            if name in text)
        self.assertEqual(taken, collections.Counter(self.admitted()))

    pause = 3

    def refuse_first(self):
        def too_many_once(_):
            if self.telegram.requests:
                return 200, {"ok": True, "result": {"message_id": 3}}
            return 429, {"ok": False, "error_code": 429,
                         "description": f"Too Many Requests: retry after {self.pause}",
                         "parameters": {"retry_after": self.pause}}
        self.telegram.answer = too_many_once

    def test_retry_after_of_the_provider_is_honoured(self):
        self.refuse_first()
        self.start_world()
        self.burst()
        wait_for("all notifications are delivered", self.all_delivered)
        self.assertEqual(self.stop_engine(), 0)
        [(refused_at, refused, _)] = self.telegram.asked(429)
        [again] = [at for at, text, _ in self.telegram.asked(200) if text == refused]
        self.assertGreaterEqual(again - refused_at, self.pause - 0.1)
        self.arrived_once()

    def test_retry_after_holds_the_whole_channel(self):
        self.refuse_first()
        self.start_world()
        self.burst()
        wait_for("two messages went out", lambda: len(self.telegram.asked(200)) >= 2)
        [(refused_at, _, _)] = self.telegram.asked(429)
        first = min(at for at, _, _ in self.telegram.asked(200))
        self.assertGreaterEqual(first - refused_at, self.pause - 0.1)

    def test_token_is_in_no_output(self):
        self.telegram.answer = lambda text: (401, {"ok": False, "description": "Unauthorized"})
        self.start_world()
        self.burst()
        wait_for("a refused delivery", lambda: self.telegram.asked(401))
        told = self.cli("status").stdout + self.cli("check").stdout
        self.assertEqual(self.stop_engine(), 0)
        told += self.log.read_text() + self.alerts.read_text()
        self.assertNotIn("integration-test", told)


if __name__ == "__main__":
    unittest.main()
