"""kill -9 while stories go on: first messages, updates, ends, and digests that are edited."""

import random
import re
import unittest

from receivers import Telegram
from world import Delivery

KILLS = 8
PACE = ("--per-second", 50, "--stories", 5)
TURNS = 80  # steps from a first message to the end of its story
ALL = 'per_second = 100\nupdates = "all"\ndigests = false'
SOME = 'per_second = 10\nupdates = "all"'
RANK = {"": 0, "u": 1, "end": 2}


def token(key, channel):
    """What a receiver sees of a key."""
    return key.replace(f"/{channel}", "", 1).replace("/", "~2f")


class Stories(Delivery):
    def begin(self):
        """Two webhooks that hear all, one with a budget too small for that, and Telegram."""
        self.receivers = {"keyed": self.servers.receiver(), "tight": self.servers.receiver(),
                          "plain": self.servers.receiver(honours_key=False)}
        self.telegram = self.servers.receiver(Telegram)
        self.environment.update(D_TOKEN="123456:token", D_CHAT="42")
        self.configure(self.receivers, settings=ALL, extra=(
            '[delivery]\nupdate_every = "1s"\ndigest_ahead = "0s"\n'
            '[messages]\npicture_wait = "0s"\n'
            f'[notifiers.telegram]\napi = "{self.telegram.url}"\n'
            'token = { env = "D_TOKEN" }\nchat_id = { env = "D_CHAT" }\n'))
        text = self.config.read_text()
        part = '[notifiers.tight]\nplugin = "webhook"\n'
        self.assertIn(part, text)
        self.config.write_text(text.replace(part + ALL, part + SOME))

    def check_order(self, name, receiver):
        """No news before what it is news of, copies included. What a digest tells first is told
        whole when it has become stronger since, so that it may come first."""
        merged = {row["signal_id"] for row in self.rows(
            "SELECT * FROM notifications WHERE channel = ? AND state = 'merged'", name)}
        latest = {}
        for key in receiver.order:
            found = re.fullmatch(r"(sig-\d+)(?:~2f(u|end)\d*)?", key)
            if found is None:
                continue
            rank = RANK[found.group(2) or ""]
            self.assertGreaterEqual(rank, latest.get(found.group(1), 0), f"{key} on {name}")
            self.assertTrue(rank == 0 or found.group(1) in latest or found.group(1) in merged,
                            f"{key} is first on {name}")
            latest[found.group(1)] = rank

    def check_all_told(self, channel, count):
        """Each signal has its end on the channel; what was delivered there was taken there."""
        rows = self.rows("SELECT * FROM notifications WHERE channel = ?", channel)
        by_key = {row["key"]: row for row in rows}
        for number in range(count):
            row = by_key[f"{self.key(number)}/{channel}"]
            while row["state"] == "merged":
                row = by_key[row["merged_into"]]
            self.assertEqual(row["state"], "delivered", dict(row))
        for row in rows:
            self.assertNotEqual(row["state"], "pending", dict(row))
            self.assertTrue(row["state"] == "delivered" or row["reason"], dict(row))
        return rows

    def check_webhook(self, name, count):
        receiver = self.receivers[name]
        self.check_order(name, receiver)
        self.assertEqual(receiver.changed_bodies, [])
        rows = self.check_all_told(name, count)
        told = {"new": 0, "update": 0, "end": 0, "digest": 0}
        for row in rows:
            if row["state"] == "delivered" and row["signal_id"][:4] in ("sig-", "dig-"):
                self.assertIn(token(row["key"], name), receiver.accepted)
                told[row["phase"]] += 1
        if receiver.honours_key:
            self.assertEqual(receiver.repeats(), 0)
        return told

    def check_telegram(self, count):
        rows = self.check_all_told("telegram", count)
        first = [row["provider_id"] for row in rows
                 if row["state"] == "delivered" and row["seq"] == 0]
        self.assertEqual(len(first), len(set(first)), "two rows name one message")
        shown = {int(row["provider_id"]) for row in rows if row["state"] == "delivered"}
        self.assertLessEqual(shown, set(self.telegram.given))
        self.assertEqual(self.telegram.edits_of_nothing, [])
        self.assertGreater(self.telegram.edits, 0)
        self.assertEqual(len(self.telegram.given) - len(shown), sum(
            count - 1 for key, count in self.telegram.accepted.items() if key.startswith("send")))

    def test_stories_go_on_in_order_whatever_kills_their_teller(self):
        self.begin()
        dice = random.Random(1)
        useful = sum(self.live_and_die(dice, *PACE, most_s=1.2) for _ in range(KILLS))
        self.assertGreater(useful, KILLS // 2)
        over = len(range(0, self.promised() - TURNS, 5))
        figures, count = self.last_life(10, *PACE[:2])
        self.assertEqual((figures["pending"], figures["admissions_lost"]), (0, 0))
        [[ended]] = self.rows("SELECT COUNT(*) FROM signals WHERE state = 'expired'")
        self.assertGreaterEqual(ended, over)
        for name in ("keyed", "plain"):
            told = self.check_webhook(name, count)
            self.assertEqual((told["new"], told["end"]), (count, ended))
            self.assertGreater(told["update"], 3)
        told = self.check_webhook("tight", count)
        self.assertGreater(min(told["new"], told["digest"]), 0)
        self.check_telegram(count)
        for receiver in (self.receivers["plain"], self.telegram):
            for life, copies in receiver.copies.items():
                self.assertEqual(copies, 1, f"life {life} left more than one message in doubt")


if __name__ == "__main__":
    unittest.main()
