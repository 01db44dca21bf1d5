"""Providers that limit, fail, hang, reset, answer slowly or lie hold up nobody but themselves."""

import sqlite3
import time
import unittest

from receivers import Hang, Reset, Slow, reply
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
# 200 with an error in the body, as each service words it.
LIES = {"telegram": b'{"ok":false,"error_code":500,"description":"Internal"}',
        "slack": b"internal_error", "discord": b'{"message":"Internal"}'}


class Providers(Delivery):
    def notifications(self, channel):
        base = sqlite3.connect(f"file:{self.state / 'petrel.db'}?mode=ro", uri=True, timeout=5)
        try:
            base.row_factory = sqlite3.Row
            return base.execute("SELECT * FROM notifications WHERE channel = ? AND signal_id "
                                "LIKE 'sig-%'", (channel,)).fetchall()
        finally:
            base.close()

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

    def test_a_200_that_holds_an_error_is_no_delivery(self):
        self.start({})
        text = ""
        for name, lie in LIES.items():
            self.bad[name] = self.servers.receiver()
            self.bad[name].answer = lambda request, count, lie=lie: reply(200, lie)
            self.environment[f"D_{name.upper()}"] = self.bad[name].url
        text += (f'[notifiers.telegram]\napi = "http://127.0.0.1:{self.bad["telegram"].port}"\n'
                 'token = { env = "D_TOKEN" }\nchat_id = { env = "D_CHAT" }\n'
                 '[notifiers.slack]\nurl = { env = "D_SLACK" }\n'
                 '[notifiers.discord]\nurl = { env = "D_DISCORD" }\n')
        self.environment.update(D_TOKEN="123456:lies", D_CHAT="42")
        with self.config.open("a") as config:
            config.write(text)
        self.go(5)
        self.wait_good()
        for name in LIES:
            wait_for(f"{name} was asked", lambda name=name: any(
                row["attempts"] for row in self.notifications(name)))
            self.assertNotIn("delivered", self.states(name), name)

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
