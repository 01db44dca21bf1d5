"""What an operator does while petrel runs: silences, acknowledgements by command and by button,
escalations over a restart, tests of channels, and the question where an alert would go."""

import http.server
import json
import signal
import threading
import unittest

from support import World, json_lines, wait_for

TOKEN = "123456:canary-telegram"
CHAT = -10042424242


class Telegram:
    """A Bot API on the loopback: messages, long polls, answers to presses. `press` lets somebody
    press the button under a message; `polls` fail as told, once each."""

    def __init__(self):
        self.changed = threading.Condition()
        self.sent = []      # bodies of sendMessage, the index + 1 is the message's id
        self.edits = []     # bodies of editMessageText
        self.answers = []   # bodies of answerCallbackQuery
        self.updates = []
        self.offsets = []   # of getUpdates
        self.faults = []    # (status, body) for the next polls
        self.refuse = None  # (status, body) for messages
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
                status, reply = outer.answer(self.path, body)
                data = json.dumps(reply).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                try:
                    self.wfile.write(data)
                except BrokenPipeError:
                    pass  # a long poll whose engine has stopped

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def answer(self, path, body):
        method = path.removeprefix(f"/bot{TOKEN}/")
        with self.changed:
            if method == "getUpdates":
                return self.poll(body)
            if method == "answerCallbackQuery":
                self.answers.append(body)
                return 200, {"ok": True, "result": True}
            if self.refuse:
                return self.refuse
            if method == "sendMessage":
                self.sent.append(body)
                return 200, {"ok": True, "result": {"message_id": len(self.sent)}}
            self.edits.append(body)
            return 200, {"ok": True, "result": {"message_id": body["message_id"]}}

    def poll(self, body):
        """A long poll, as short as a test needs it."""
        if self.faults:
            return self.faults.pop(0)
        offset = body.get("offset", 0)
        self.offsets.append(offset)
        self.updates = [update for update in self.updates if update["update_id"] >= offset]
        self.changed.wait_for(lambda: self.updates or self.faults, 1.0)
        return 200, {"ok": True, "result": list(self.updates)}

    def press(self, number, who, message=1, chat=CHAT):
        button = self.sent[message - 1]["reply_markup"]["inline_keyboard"][0][0]
        with self.changed:
            self.updates.append({"update_id": number, "callback_query": {
                "id": f"cb{number}", "from": who, "data": button["callback_data"],
                "message": {"message_id": message, "chat": {"id": chat}}}})
            self.changed.notify_all()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


CONFIG = """
[messages]
picture_wait = "0s"
[notifiers.pager]
plugin = "log"
path = "{pager}"
[notifiers.chat]
plugin = "telegram"
token = {{ env = "IT_TOKEN" }}
chat_id = {{ env = "IT_CHAT" }}
api = "{api}"
buttons = true
ack_users = "@ann"
[routing]
channels = ["log"]
[[routing.routes]]
name = "storms"
types = ["LIQ_STORM"]
channels = ["log", "chat"]
escalate_after = "{after}"
escalate_to = ["pager"]
"""
ANN = {"id": 4711, "username": "ann", "first_name": "Ann"}
EVE = {"id": 666, "username": "eve", "first_name": "Eve"}


class Operator(World):
    def setUp(self):
        super().setUp()
        self.telegram = Telegram()
        self.addCleanup(self.telegram.close)
        self.environment |= {"IT_TOKEN": TOKEN, "IT_CHAT": str(CHAT)}
        self.pager = self.folder / "pager.jsonl"
        self.start_sim()

    def start(self, after="3s"):
        self.write_config(extra=CONFIG.format(pager=self.pager, api=self.telegram.base,
                                              after=after))
        self.start_engine()
        self.wait_healthy()

    def paged(self):
        return json_lines(self.pager.read_text()) if self.pager.exists() else []

    def notify(self, *words, code=0):
        done = self.petrel("notify", *words, "--config", self.config, "--json")
        self.assertEqual(done.returncode, code, done.stderr + done.stdout)
        return json.loads(done.stdout) if done.stdout else done.stderr

    def told(self, *words):
        done = self.petrel("notify", *words, "--config", self.config)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def storm(self):
        """A storm that has reached the chat."""
        self.burst()
        wait_for("the storm in the chat", lambda: self.telegram.sent)
        return self.signals("LIQ_STORM")[0]["id"]

    def explained(self, ident):
        return json.loads(self.petrel("explain", ident, "--json", "--config", self.config).stdout)

    def rows(self, ident):
        return {row["key"].removeprefix(ident + "/"): row
                for row in self.explained(ident)["notifications"]}

    def chat_figures(self):
        return next(channel for channel in self.status()["delivery"]["channels"]
                    if channel["name"] == "chat")["buttons"]

    def test_a_silence_holds_counts_outlives_a_restart_and_ends(self):
        self.start()
        made = self.notify("silence", "add", "symbol=BTC-* type=LIQ_STORM", "--for", "2h",
                           "--comment", "maintenance")["silence"]
        self.assertEqual((made["kept"], made["comment"]), ("store", "maintenance"))
        self.burst()
        ident = wait_for("the storm", lambda: self.signals("LIQ_STORM"))[0]["id"]
        self.assertEqual({row["state"] for row in self.rows(ident).values()}, {"held"})
        self.assertIn(f"silenced by {made['id']}: maintenance", str(self.rows(ident)))
        self.assertEqual(self.stop_engine(signal.SIGKILL), -9)
        self.start_engine()
        listed = self.notify("silence", "list")["silences"]
        self.assertEqual([(row["id"], row["held"], row["by"]) for row in listed],
                         [(made["id"], 1, made["by"])])
        self.assertRegex(self.told("silence", "list"), rf"{made['id']} +1h.*left +held 1 +type=")
        seen = self.notify("silence", "preview", "symbol=ETH-*", "--since", "1h")
        self.assertEqual(seen["held"], 0)
        seen = self.notify("silence", "preview", "type=LIQ_STORM")
        self.assertEqual((seen["held"], seen["newest"][0]["id"]), (1, ident))
        asked = self.notify("route", "LIQ_STORM BTCUSDT extreme")
        self.assertEqual(asked["silenced_by"], made["id"])
        self.assertEqual(self.notify("silence", "end", made["id"])["silence"]["held"], 1)
        self.assertEqual(self.notify("silence", "list")["silences"], [])
        self.assertIn("PTL-A019", self.notify("silence", "end", made["id"], code=1))
        self.assertEqual(self.telegram.sent, [])

    def test_everything_is_silenced_only_by_the_word(self):
        self.start()
        done = self.petrel("notify", "silence", "add", "symbol=*", "--for", "1h",
                           "--config", self.config)
        self.assertEqual(done.returncode, 2)
        self.assertIn("write all if that is meant", done.stderr)
        self.assertEqual(self.notify("silence", "add", "all", "--for", "1h")["silence"]["match"],
                         "all")

    def test_an_escalation_happens_once_over_a_restart(self):
        self.start(after="6s")
        ident = self.storm()
        self.assertEqual(self.rows(ident)["pager/esc1"]["state"], "pending")
        self.assertEqual(self.stop_engine(signal.SIGKILL), -9)
        self.start_engine()
        wait_for("the escalation", self.paged)
        row = wait_for("its record", lambda: [
            row for row in [self.rows(ident)["pager/esc1"]] if row["state"] == "delivered"])[0]
        self.assertRegex(row["reason"], "escalation 1 of route storms: nobody acknowledged it")
        self.assertEqual(self.stop_engine(), 0)
        self.start_engine()
        self.assertEqual(self.stop_engine(), 0)
        self.assertEqual(len(self.paged()), 1)

    def test_an_acknowledgement_by_command_stops_it_and_tells_the_chat(self):
        self.start(after="1h")
        ident = self.storm()
        done = self.notify("ack", ident[:12], "--comment", "mine")
        self.assertEqual((done["signal"], done["first"], done["told"]), (ident, True, 1))
        edit = wait_for("the message is edited", lambda: self.telegram.edits)[0]
        self.assertEqual(edit["message_id"], 1)
        self.assertRegex(edit["text"], rf"Acknowledged: by {done['by']} at .* UTC: mine")
        self.assertNotIn("reply_markup", edit)
        rows = self.rows(ident)
        self.assertEqual((rows["pager/esc1"]["state"], rows["pager/esc1"]["reason"]),
                         ("held", f"acknowledged by {done['by']}"))
        self.assertEqual(self.explained(ident)["acknowledged"]["comment"], "mine")
        text = self.petrel("explain", ident, "--config", self.config).stdout
        self.assertRegex(text, rf"acknowledged by {done['by']} at .*\(petrel notify ack\): mine")
        self.assertFalse(self.notify("ack", ident)["first"])
        self.assertIn("no signal's id begins with", self.notify("ack", "sig-none", code=1))

    def test_an_acknowledgement_by_button_counts_once_and_for_those_who_may(self):
        self.telegram.faults = [(409, {"ok": False, "description": "Conflict"}),
                                (502, {}), (429, {"ok": False, "parameters": {"retry_after": 1}})]
        self.start(after="1h")
        ident = self.storm()
        self.telegram.press(10, EVE)
        self.telegram.press(11, ANN, chat=-1)
        self.telegram.press(12, ANN)
        wait_for("all three are answered", lambda: len(self.telegram.answers) == 3)
        words = {row["callback_query_id"]: row["text"] for row in self.telegram.answers}
        self.assertEqual(words, {"cb10": "You may not acknowledge alerts here",
                                 "cb11": "You may not acknowledge alerts here",
                                 "cb12": "Acknowledged"})
        taken = self.explained(ident)["acknowledged"]
        self.assertEqual((taken["by"], taken["via"]), ("@ann", "chat"))
        self.assertEqual(self.rows(ident)["pager/esc1"]["reason"], "acknowledged by @ann")
        wait_for("the message is edited", lambda: self.telegram.edits)
        figures = self.chat_figures()
        self.assertEqual((figures["presses"], figures["ignored"], figures["failures"],
                          figures["trouble"]), (1, 2, 3, ""))
        wait_for("the presses are confirmed", lambda: 13 in self.telegram.offsets)
        self.telegram.press(20, ANN)
        wait_for("a second press is answered", lambda: len(self.telegram.answers) == 4)
        self.assertEqual(self.telegram.answers[3]["text"], "Acknowledged before, by @ann")
        self.assertEqual(self.stop_engine(), 0)
        self.assertEqual(self.store("SELECT COUNT(*) FROM acknowledgements"), [(1,)])
        self.assertEqual(len(self.telegram.edits), 1)

    def test_a_test_goes_through_the_real_channel_and_leaves_nothing_behind(self):
        self.start()
        done = self.notify("test", "chat")
        self.assertEqual(done["channels"][0]["provider_id"], "1")
        self.assertTrue(self.telegram.sent[0]["text"].startswith("<b>TEST "))
        self.assertNotIn("reply_markup", self.telegram.sent[0])
        self.assertRegex(self.told("test", "storms"), r"(?s)log +delivered in.*chat +delivered in")
        self.telegram.refuse = (400, {"ok": False, "description": "Bad Request: chat not found"})
        done = self.petrel("notify", "test", "chat", "--config", self.config)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, "chat +not delivered: Telegram answered 400.*chat not found")
        self.assertIn("there is no channel and no route 'nobody'",
                      self.notify("test", "nobody", code=1))
        self.assertEqual(self.store("SELECT COUNT(*) FROM notifications WHERE key LIKE 'test%'"),
                         [(0,)])
        self.assertEqual(self.store("SELECT COUNT(*) FROM attempts WHERE key LIKE 'test%'"),
                         [(0,)])

    def test_where_an_alert_would_go_and_why_not_elsewhere(self):
        self.start(after="5m")
        text = self.told("route", "LIQ_STORM BTCUSDT extreme")
        self.assertRegex(text, r"(?s)Routes\n  root +takes it\n    storms +takes it.*"
                               r"chat +gets it by route storms\n  log +gets it by route storms\n"
                               r"  pager +no: no route that takes it names this channel\n"
                               r"  pager +unless it is acknowledged, after 5m by route storms")
        asked = self.notify("route", "WHALE_TRADE ETHUSDT")
        self.assertEqual(asked["routes"][1]["why_not"], "type is WHALE_TRADE, not LIQ_STORM")
        self.assertTrue(asked["alert"]["group"])
        ident = self.storm()
        asked = self.notify("explain", ident)
        self.assertEqual({row["channel"]: row["send"] for row in asked["channels"]},
                         {"chat": True, "log": True, "pager": False})
        done = self.petrel("notify", "route", "BTCUSDT", "--config", self.config)
        self.assertEqual(done.returncode, 2)
        self.assertIn("begins with its type", done.stderr)


if __name__ == "__main__":
    unittest.main()
