"""Providers that limit, fail, hang, reset, answer slowly or lie hold up nobody but themselves."""

import json
import time
import unittest

from receivers import Hang, Reset, Slow, Telegram, reply
from world import Delivery, wait_for

COUNT = 20
BAD = {
    "wait0": lambda request, count: reply(429, Retry_After="0"),
    "waitneg": lambda request, count: reply(429, Retry_After="-1"),
    "waitbig": lambda request, count: reply(429, Retry_After="1000000000"),
    "waittext": lambda request, count: reply(429, Retry_After="as soon as you like"),
    "fails": lambda request, count: reply(500, b"out of order"),
    "hangs": lambda request, count: Hang(),
    "resets": lambda request, count: Reset(b"HTTP/1.1 200 OK\r\ncontent-length: 90\r\n\r\nhal"),
    "slow": lambda request, count: Slow(3),
}
# A status of success with an error in the body, as each service words it, or what a box between us
# and the service says. Answers by service: what to configure is below.
LIES = {
    "telegram": (200, b'{"ok":false,"error_code":500,"description":"Internal"}'),
    "discord": (200, b'{"message":"Internal","code":0}'),
    "slack": (200, b"invalid_payload"),
    "slack2": (200, b'{"ok":false,"error":"internal_error"}'),
    "pagerduty": (202, b'{"status":"invalid event","errors":["queue is full"]}'),
    "ntfy": (200, b'{"code":50001,"http":500,"error":"internal server error"}'),
    "alertmanager": (200, b'{"status":"error","error":"not now"}'),
    "portal": (200, b"<html>log in first</html>"),
}
# {0} is the port of the receiver, {1} its name in capitals.
LIARS = {
    "telegram": 'api = "http://127.0.0.1:{0}"\ntoken = {{ env = "D_TOKEN" }}\n'
                'chat_id = {{ env = "D_CHAT" }}\n',
    "discord": 'url = {{ env = "D_URL_{1}" }}\n',
    "slack": 'url = {{ env = "D_URL_{1}" }}\n',
    "slack2": 'plugin = "slack"\nurl = {{ env = "D_URL_{1}" }}\n',
    "pagerduty": 'api = "http://127.0.0.1:{0}"\nrouting_key = {{ env = "D_ROUTING" }}\n',
    "ntfy": 'server = "http://127.0.0.1:{0}"\ntopic = {{ env = "D_TOPIC" }}\n',
    "alertmanager": 'url = {{ env = "D_URL_{1}" }}\n',
    "portal": 'plugin = "ntfy"\nserver = "http://127.0.0.1:{0}"\n'
              'topic = {{ env = "D_TOPIC" }}\n',
}


class Chat(Telegram):
    """Keeps the words that it got."""

    def __init__(self, servers):
        super().__init__(servers)
        self.texts = []

    def take(self, transport, path, fields, body):
        self.texts.append(json.loads(body)["text"])
        super().take(transport, path, fields, body)

    def doubted(self):
        return [text for text in self.texts if "MAY REPEAT" in text]


class Providers(Delivery):
    def notifications(self, channel):
        return self.rows("SELECT * FROM notifications WHERE channel = ? AND signal_id LIKE 'sig-%'",
                         channel)

    def states(self, channel):
        return {row["state"] for row in self.notifications(channel)}

    def start(self, bad, extra="", count=COUNT, settings="per_second = 100"):
        """One good receiver and the bad ones; signals are admitted to all."""
        self.good = self.servers.receiver()
        self.bad = {}
        for name, answer in bad.items():
            self.bad[name] = self.servers.receiver()
            self.bad[name].answer = answer
        self.configure({"good": self.good, **self.bad}, extra=extra, settings=settings)
        return count

    def go(self, count=COUNT):
        self.admit(count, "--per-second", 50)
        self.wanted = {self.key(number) for number in range(count)}

    def wait_good(self):
        wait_for("the good one has all", lambda: self.good.keys() >= self.wanted or
                 self.engine.poll() is not None)
        self.assertIsNone(self.engine.poll(), self.log.read_text(errors="replace"))

    def heal(self, *names):
        for name in names:
            self.bad[name].answer = lambda request, count: None

    def test_each_bad_one_holds_up_itself_alone(self):
        self.start(BAD)
        self.go()
        self.wait_good()
        for name, receiver in self.bad.items():
            self.assertLess(len(receiver.keys()), COUNT, name)
            self.assertIn("pending", self.states(name), name)
        # A wait is for all that goes there, and an hour at most.
        wait_for("a wait is on record", lambda: any(
            row["attempts"] == 1 for row in self.notifications("waitbig")))
        self.assertEqual(len(self.bad["waitbig"].requests), 1)
        [row] = [row for row in self.notifications("waitbig") if row["attempts"]]
        self.assertLessEqual(row["next_try_ns"], time.time_ns() + 3_600 * 10**9)
        self.assertGreater(row["next_try_ns"], time.time_ns() + 3_000 * 10**9)
        # What names no wait that could be kept is tried again by the host's own.
        for name in ("wait0", "waitneg", "waittext", "fails", "resets"):
            wait_for(f"{name} is asked again", lambda name=name: any(
                row["attempts"] >= 2 for row in self.notifications(name)))
            for row in self.notifications(name):
                self.assertLess(row["next_try_ns"], time.time_ns() + 70 * 10**9, name)
        healed = [name for name in BAD if name != "waitbig"]
        self.heal(*healed)
        for name in healed:
            wait_for(f"{name} has all after it was mended",
                     lambda name=name: self.bad[name].keys() >= self.wanted, seconds=100)
            self.assertEqual(self.bad[name].changed_bodies, [], name)
        self.assertEqual(len(self.bad["waitbig"].requests), 1, "an hour is an hour")
        self.assertEqual(self.good.changed_bodies, [])
        self.assertEqual(len(self.good.requests), len({r.key for r in self.good.requests}))

    def test_a_success_that_holds_an_error_is_no_delivery(self):
        self.start({})
        text = "[messages]\npicture_wait = \"0s\"\n"
        for name, (status, body) in LIES.items():
            self.bad[name] = self.servers.receiver()
            self.bad[name].answer = lambda request, count, lie=(status, body): reply(*lie)
            self.environment[f"D_URL_{name.upper()}"] = self.bad[name].url
            text += (f"[notifiers.{name}]\n" +
                     LIARS[name].format(self.bad[name].port, name.upper()))
        self.environment.update(D_TOKEN="123456:lies", D_CHAT="42", D_TOPIC="a-topic",
                                D_ROUTING="R0lies00000000000000000000000000")
        with self.config.open("a") as config:
            config.write(text)
        self.go(5)
        self.wait_good()
        for name in LIES:
            wait_for(f"{name} was asked again", lambda name=name: any(
                row["attempts"] > 1 for row in self.notifications(name)))
            self.assertNotIn("delivered", self.states(name), name)
        self.assertEqual(len(self.good.requests), 5)

    def test_a_reply_that_is_lost_repeats_the_same_message_once(self):
        seen = set()

        def lose_first(request, _):
            if request.key in seen:
                return None
            seen.add(request.key)
            return Reset(taken=True)
        self.start({"loses": lose_first})
        self.go(10)
        self.engine.wait(timeout=90)
        self.figures()
        loses = self.bad["loses"]
        self.assertEqual(loses.keys(), self.wanted)
        self.assertEqual(loses.repeats(), 0, "it honours the key")
        self.assertEqual(loses.changed_bodies, [])
        for key in self.wanted:
            self.assertEqual(sum(request.key == key for request in loses.requests), 2, key)

    def test_readers_are_told_what_may_repeat_where_no_key_helps(self):
        self.start({})
        chat = self.servers.receiver(Chat)
        with self.config.open("a") as config:
            config.write("[messages]\npicture_wait = \"0s\"\n[notifiers.telegram]\n" +
                         LIARS["telegram"].format(chat.port, ""))
        self.environment.update(D_TOKEN="123456:chat", D_CHAT="42")
        # Its answer is lost.
        chat.answer = lambda request, count: Reset(taken=True) if count == 0 else None
        self.go(3)
        self.engine.wait(timeout=90)
        self.figures()
        self.assertEqual(len(chat.texts), 4)
        [again] = chat.doubted()
        self.assertEqual(again.replace("MAY REPEAT \u00b7 ", ""), chat.texts[0])
        # Petrel ends before the answer comes.
        chat.answer = lambda request, count: Hang()
        self.admit(5, "--first", 3, "--per-second", 50)
        wait_for("one is under way", lambda: len(chat.texts) == 5)
        wait_for("all are kept", lambda: len(self.notifications("telegram")) == 8)
        self.engine.kill()
        self.engine.wait()
        chat.answer = lambda request, count: None
        self.last_life_behind(8)
        self.assertEqual(len(chat.texts), 11)
        self.assertEqual([text.replace("MAY REPEAT \u00b7 ", "") for text in chat.doubted()],
                         [chat.texts[0], chat.texts[4]])

    def last_life_behind(self, first):
        """Sends what is there, and one more."""
        self.admit(1, "--first", first, "--per-second", 50)
        self.engine.wait(timeout=90)
        self.figures()

    def test_permanent_answers_stop_the_channel_and_are_told_over_another(self):
        codes = {"unauthorised": 401, "nowhere": 404, "gone": 410}
        self.start({name: lambda request, count, code=code: reply(code, b"no")
                    for name, code in codes.items()})
        self.go()
        self.wait_good()
        for name in codes:
            told = f"channel {name} is refused by its provider"
            wait_for(told, lambda told=told: any(told in body for body in self.good.others))
            wait_for(f"{name} is done with", lambda name=name:
                     self.states(name) == {"refused"})
            self.assertEqual(len(self.bad[name].requests), 1, name)

    def test_what_is_too_old_is_recorded_and_not_sent(self):
        self.start({"fails": lambda request, count: reply(500),
                    "waits": lambda request, count: reply(429, Retry_After="3600")},
                   extra='[delivery]\nuse_by = "10s"\n')
        self.go()
        self.wait_good()
        for name in self.bad:
            wait_for(f"all of {name} has ended", lambda name=name:
                     self.states(name) == {"expired"}, seconds=90)
        self.heal("fails", "waits")
        self.engine.wait(timeout=90)
        self.assertEqual(self.figures()["pending"], 0)
        for name in self.bad:
            self.assertEqual(self.bad[name].keys(), set(), name)


if __name__ == "__main__":
    unittest.main()
