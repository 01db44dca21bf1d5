"""What became of alerts: a receiver that refuses, its dead letters, gaps, proof, sending again, and
fire drills; with a running engine and without one."""

import http.server
import json
import sqlite3
import threading
import unittest

from support import World, wait_for

CHANNELS = """
[notifiers.hook]
plugin = "webhook"
url = {{ env = "IT_HOOK" }}
secret = {{ env = "IT_WHSEC" }}
drill = true
[delivery.drill]
every = "30d"
limit = "20s"
"""


class Receiver:
    """Answers every POST with `status`; keeps the bodies."""

    def __init__(self):
        self.status = 200
        self.bodies = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                outer.bodies.append((outer.status, json.loads(body), dict(self.headers.items())))
                self.send_response(outer.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class Tracking(World):
    sim_arguments = ("--no-storms", "--rate", "100", "--symbols", "BTCUSDT")

    def setUp(self):
        super().setUp()
        self.receiver = Receiver()
        self.addCleanup(self.receiver.close)
        self.environment["IT_HOOK"] = self.receiver.url
        self.environment["IT_WHSEC"] = "whsec_cmFkYXItdGVzdC1zZWNyZXQtMDEyMzQ1Njc4OWFiY2Q="
        self.start_sim()
        self.write_config(extra=CHANNELS.format())

    def notifications(self, *arguments):
        done = self.cli("notifications", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)["notifications"]

    def say(self, *words, code=0):
        done = self.petrel(*words, "--config", self.config)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout

    def start(self):
        """The drill that a new channel gets at once has come to its end."""
        self.start_engine()
        wait_for("the first drill", lambda: self.drills() and self.drills()[0]["state"] in
                 ("passed", "failed"))
        self.wait_healthy()

    def drills(self):
        return self.status().get("delivery", {}).get("drills", [])

    def refuse_a_storm(self):
        """One storm that the hook refused; its notification's key."""
        self.receiver.status = 400
        self.burst()
        dead = wait_for("a refused storm", lambda: [
            row for row in self.notifications("--dead", "--channel", "hook")
            if row["type"] == "LIQ_STORM"])
        return dead[0]["key"]

    def test_a_refused_alert_is_listed_sent_again_and_proved(self):
        self.start()
        key = self.refuse_a_storm()
        listed = self.say("notifications", "--dead", "--attempts")
        self.assertRegex(listed, key + r"  LIQ_STORM BTC-USDT-PERP  refused  1 try")
        self.assertRegex(listed, r"1\. .*  refused .*  HTTP 400")
        gaps = json.loads(self.petrel("notifications", "gaps", "--json", "--config",
                                      self.config).stdout)
        self.assertIn(key, [gap["key"] for gap in gaps["gaps"]])
        self.assertIn("refused", [total["kind"] for total in gaps["totals"]])
        self.assertIn("not on hook  refused", self.say("notifications", "gaps", code=1))
        self.assertIn("intact: ", self.say("notifications", "verify"))

        self.receiver.status = 200
        wrong = self.petrel("notify", "resend", "sig-0/hook", "--config", self.config)
        self.assertEqual(wrong.returncode, 1)
        self.assertIn("there is no notification 'sig-0/hook'", wrong.stderr)
        self.assertIn(key, self.say("notify", "resend", key))
        again = wait_for("the storm is delivered", lambda: [
            row for row in self.notifications("--state", "delivered", "--signal", key)])[0]
        self.assertEqual(again["attempts"], 1)
        tries = [body for body in self.receiver.bodies
                 if body[1]["data"]["id"] == key.split("/")[0]]
        self.assertEqual([status for status, _, _ in tries], [400, 200])
        ids = {headers["webhook-id"] for _, _, headers in tries}
        self.assertEqual(len(ids), 1, "the same idempotency key")
        attempts = self.notifications("--signal", key, "--attempts")[0]["tries"]
        self.assertEqual([attempt["http_status"] for attempt in attempts], [400, 200])
        self.assertIn("intact: ", self.say("notifications", "verify"))
        entries = self.store(f"SELECT state, reason FROM chain WHERE key = '{key}' ORDER BY seq")
        self.assertEqual([state for state, _ in entries], ["refused", "pending", "delivered"])
        self.assertRegex(entries[1][1], r"sent again by control socket, user \d+")
        self.say("notify", "resend", key, code=1)  # it is delivered

        # Without an engine the store answers; only sending needs one.
        self.assertEqual(self.stop_engine(), 0)
        self.assertEqual(len(self.notifications("--signal", key)), 1)
        self.assertEqual(self.petrel("notify", "resend", key, "--config",
                                     self.config).returncode, 3)
        self.assertIn("intact: ", self.say("notifications", "verify"))
        base = sqlite3.connect(self.state / "petrel.db")
        base.execute("UPDATE notifications SET provider_id = 'x' WHERE key = ?", (key,))
        base.commit()
        base.close()
        told = self.say("notifications", "verify", code=1)
        self.assertIn(f"NOT intact: notification {key} is not what its entry tells", told)

    def test_a_drill_arrives_or_the_other_channel_is_told(self):
        self.start()
        self.assertEqual(self.drills()[0]["state"], "passed", "the first one, by itself")
        self.assertIn("drill     hook passed", self.say("status"))
        self.assertIn("hook passed", self.say("notify", "drill", "hook"))
        canary = self.receiver.bodies[-1][1]
        self.assertEqual(canary["type"], "alert.test")
        self.assertTrue(canary["data"]["headline"].startswith("TEST: "))
        self.assertIn("allows no fire drills", self.petrel(
            "notify", "drill", "log", "--config", self.config).stderr)

        self.receiver.status = 400
        self.assertIn("hook failed", self.say("notify", "drill", code=1))
        told = wait_for("an alert on the other channel", lambda: [
            line for line in self.alert_lines("SYSTEM")
            if "fire drill of channel hook did not come through" in line["headline"]])
        self.assertEqual(len(told), 1)
        status = self.status()
        self.assertEqual(status["health"], "degraded")
        self.assertNotIn("TEST-USDT-PERP", {row["symbol"] for row in self.signals()})
        self.assertEqual({row["type"] for row in self.notifications("--type", "TEST")}, {"TEST"})
        self.assertEqual(self.notifications("--dead", "--type", "TEST"), [])
        sent = [row for row in self.notifications("--type", "SYSTEM")
                if "fire drill" in row["headline"]]
        self.assertEqual([row["channel"] for row in sent], ["log"])
        # A restart does not repeat a drill that is not due.
        count = len(self.notifications("--type", "TEST"))
        self.assertEqual(self.stop_engine(), 0)
        self.start()
        self.assertEqual(len(self.notifications("--type", "TEST")), count)


if __name__ == "__main__":
    unittest.main()
