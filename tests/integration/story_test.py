"""A storm's story on each channel, a budget that is short, and a provider that refuses the channel."""

import collections
import json
import re
import unittest

from channels_support import TOKENS, Services, png_size
from support import World, wait_for

COINS = ("BTC", "ETH", "SOL", "XRP", "DOGE", "ADA", "AVAX", "LINK", "DOT", "LTC")
SYMBOLS = tuple(coin + "USDT" for coin in COINS)


class Story(World):
    sim_arguments = ("--no-storms", "--rate", "100", "--symbols", ",".join(SYMBOLS))

    def setUp(self):
        super().setUp()
        self.services = Services()
        self.addCleanup(self.services.close)
        self.environment.update(TOKENS)
        for name in ("IT_DISCORD", "IT_SLACK", "IT_WEBHOOK"):
            self.environment[name] = self.services.base + TOKENS[name]

    def start_world(self, config, symbols=SYMBOLS, valid="12s", pictures="0s"):
        self.start_sim()
        self.write_config(config, symbols=symbols)
        with self.config.open("a") as file:
            # Words alone: with a picture they would come as a form.
            file.write(f'[engine]\nsignal_valid = "{valid}"\n'
                       f'[messages]\npicture_wait = "{pictures}"\n')
        self.start_engine()
        self.wait_healthy()

    def channel(self, name, more=""):
        wanted = {
            "telegram": f'api = "{self.services.base}"\ntoken = {{ env = "IT_TELEGRAM" }}\n'
                        'chat_id = { env = "IT_CHAT" }\n',
            "discord": 'url = { env = "IT_DISCORD" }\n',
            "webhook": 'url = { env = "IT_WEBHOOK" }\nsecret = { env = "IT_WHSEC" }\n'}
        return f"[notifiers.{name}]\n{wanted[name]}{more}\n"

    def bodies(self, name):
        return [json.loads(body) for _, _, body, status in self.services.asked(name)
                if status < 300]

    def rows(self, where="1 = 1"):
        columns = ("key", "signal_id", "channel", "phase", "state", "reason", "finished_ns",
                   "merged_into")
        return [dict(zip(columns, row)) for row in self.store(
            f"SELECT {', '.join(columns)} FROM notifications WHERE {where}")]

    def explained(self, name):
        return self.petrel("explain", name, "--config", self.config).stdout

    def test_onset_updates_and_end_are_one_message_where_it_can_be_edited(self):
        self.start_world(self.channel("telegram") + self.channel("discord") +
                         self.channel("webhook", 'updates = "all"') +
                         '[delivery]\nupdate_every = "1s"\n', symbols=("BTCUSDT",))
        self.burst(usd=3_000_000)
        storm = wait_for("a storm", lambda: self.signals("LIQ_STORM"))[0]["id"]
        wait_for("it is told", lambda: {"telegram", "discord", "webhook"} <= {
            row["channel"] for row in self.rows(f"key LIKE '{storm}/%' AND state = 'delivered'")})
        self.burst(usd=9_000_000)  # the same story, larger
        wait_for("its updates are told", lambda: {"telegram", "discord", "webhook"} <= {
            row["channel"] for row in self.rows(
                f"signal_id = '{storm}' AND phase = 'update' AND state = 'delivered'")})
        wait_for("its end is told", lambda: {"telegram", "discord", "webhook"} <= {
            row["channel"] for row in self.rows(
                f"signal_id = '{storm}' AND phase = 'end' AND state = 'delivered'")}, 60)
        told = self.explained(storm)
        self.assertRegex(told, r"\n  telegram +delivered")
        self.assertRegex(told, r"\n  telegram update \d+ +delivered")
        self.assertRegex(told, r"\n  telegram end +delivered")
        self.assertEqual(self.stop_engine(), 0)

        about = [body for body in self.bodies("telegram") if storm in body["text"]]
        self.assertEqual(len(about), 1, "one message, and the rest are edits of it")
        edits = [body for body in self.bodies("telegram edit") if storm in body["text"]]
        self.assertGreaterEqual(len(edits), 2)
        self.assertTrue(all(body["message_id"] == 7 for body in edits))
        self.assertIn("ended · ", edits[-1]["text"])
        titles = [body["embeds"][0]["title"] for body in self.bodies("discord edit")
                  if storm in json.dumps(body)]
        self.assertIn("ended · ", titles[-1])
        hook = [(body["type"], body["data"]["id"]) for body in self.bodies("webhook")
                if body["data"]["story"] == storm]
        self.assertEqual(hook[0], ("alert.fired", storm))
        self.assertEqual(hook[-1], ("alert.ended", storm + "/end"))
        self.assertEqual(len(hook), len(set(hook)), "each key once")
        self.assertTrue(any(kind == "alert.updated" for kind, _ in hook))

    def test_a_story_that_outgrows_its_picture_gets_the_next_one_and_its_end_the_last(self):
        self.start_world(self.channel("telegram") + self.channel("discord") +
                         '[delivery]\nupdate_every = "1s"\n[routing]\nchannels = ["log"]\n'
                         '[[routing.routes]]\nname = "storms"\ntypes = ["LIQ_STORM"]\n'
                         'channels = ["telegram", "discord"]\n',
                         symbols=("BTCUSDT",), valid="30s", pictures="100ms")
        self.burst(usd=3_000_000)
        storm = wait_for("a storm", lambda: self.signals("LIQ_STORM"))[0]["id"]

        def shown(name):
            return {row["channel"] for row in self.rows(
                f"key LIKE '{storm}/%{name}/pic' AND state = 'delivered'")} == {
                    "telegram", "discord"}
        wait_for("it has its picture", lambda: shown(""))
        self.burst(usd=20_000_000)
        wait_for("it has the next one", lambda: shown("/u_"))
        wait_for("it has the last one", lambda: shown("/end"), 60)
        told = self.explained(storm)
        for words in ("", r"update \d+ ", "end "):
            self.assertRegex(told, rf"\n  telegram {words}picture +delivered")
        self.assertEqual(self.stop_engine(), 0)
        for name in ("telegram", "discord"):
            asked = [(kind, body) for kind, _, body, _ in self.services.requests
                     if kind.startswith(name) and storm.encode() in body]
            kinds = [kind for kind, _ in asked]
            self.assertEqual(kinds.count(name), 1, "one message")
            self.assertEqual(kinds[:2], [name, name + " picture"])
            self.assertEqual(kinds[-2:], [name + " edit", name + " picture"])
            drawn = [body for kind, body in asked if kind == name + " picture"]
            self.assertGreaterEqual(len(drawn), 3)
            self.assertTrue(all(png_size(body) == (800, 420) for body in drawn))
            self.assertEqual(len({body[body.find(b"\x89PNG"):] for body in drawn}), len(drawn))
            self.assertEqual([b"ended \xc2\xb7" in body for body in drawn],
                             [False] * (len(drawn) - 1) + [True])

    def test_storm_beyond_the_budget_is_a_digest_and_nothing_is_lost(self):
        self.start_world(self.channel("telegram", "per_minute = 4") +
                         self.channel("discord", "per_minute = 4\ndigests = true") +
                         self.channel("webhook", "per_second = 50"))
        for symbol in SYMBOLS:
            self.burst(symbol=symbol, usd=4_000_000)
        wait_for("signals of all coins", lambda: len(self.signals()) >= len(SYMBOLS))
        for name in ("telegram", "discord"):
            wait_for(f"a digest on {name}", lambda name=name: self.rows(
                f"channel = '{name}' AND phase = 'digest' AND state = 'delivered'"))
        status = self.petrel("status", "--config", self.config).stdout
        self.assertRegex(status, r"telegram +\d+ waiting, room for \d+, at most 1 a second and "
                                 r"4 a minute")
        wait_for("every first message has ended",
                 lambda: not self.rows("phase IN ('new', 'digest') AND finished_ns = 0"), 150)
        self.assertEqual(self.stop_engine(), 0)
        admitted = {row[0] for row in self.store("SELECT id FROM signals WHERE state <> 'held'")}
        for name in ("telegram", "discord"):
            rows = {row["signal_id"]: row for row in self.rows(
                f"channel = '{name}' AND phase = 'new'")}
            self.assertTrue(admitted <= set(rows), "each has a row")
            states = collections.Counter(row["state"] for row in rows.values())
            self.assertEqual(set(states), {"delivered", "merged"}, states)
            self.assertGreaterEqual(states["merged"], 3)
            self.every_merged_one_is_told(name, rows)
        told = [body["data"]["id"] for body in self.bodies("webhook")]
        self.assertEqual(sorted(set(told) & admitted), sorted(admitted))
        merged = self.rows("state = 'merged'")[0]
        self.assertRegex(self.explained(merged["signal_id"]), r"merged +in digest dig-[0-9a-f]{12}")

    def every_merged_one_is_told(self, name, rows):
        """By its headline, or in the count behind the twelve that are named."""
        texts = [json.dumps(body, ensure_ascii=False) for kind in (name, name + " edit")
                 for body in self.bodies(kind)]
        digests = [text for text in texts if "alerts together" in text]
        self.assertTrue(digests)
        payloads = dict(self.store("SELECT key, payload FROM notifications "
                                   "WHERE phase = 'digest'"))
        for story, row in rows.items():
            if row["state"] == "merged":
                self.assertIn(story, payloads[row["merged_into"]])
        for payload in (json.loads(text) for key, text in payloads.items()
                        if key.split("/")[1] == name):
            named = [value for field, value in payload["fields"] if field != "More"]
            more = sum(int(number) for field, value in payload["fields"] if field == "More"
                       for number in re.findall(r"(\d+) [A-Z_]+", value))
            count = int(payload["headline"].split()[0])
            self.assertEqual(len(named) + more, count, payload["headline"])

    def test_what_a_refused_channel_cannot_have_goes_to_its_fallback(self):
        self.services.fault = lambda name, count: (
            (403, b'{"message":"Missing Access"}', {}) if name == "discord" else None)
        self.start_world(self.channel("discord", 'fallback = "webhook"') +
                         self.channel("webhook") + self.channel("telegram") +
                         '[routing]\nchannels = ["discord"]\n'
                         '[[routing.routes]]\nname = "system"\ntypes = ["SYSTEM"]\n'
                         'channels = ["telegram"]\n', symbols=("BTCUSDT", "ETHUSDT"))
        self.burst()
        wait_for("the first is diverted", lambda: self.rows("state = 'diverted'"))
        self.burst(symbol="ETHUSDT")
        wait_for("both storms are", lambda: len(self.rows(
            "state = 'diverted' AND signal_id IN "
            "(SELECT id FROM signals WHERE type = 'LIQ_STORM')")) >= 2)
        wait_for("all have ended", lambda: not self.rows(
            "phase = 'new' AND finished_ns = 0"))
        status = self.status()["delivery"]
        discord = [one for one in status["channels"] if one["name"] == "discord"][0]
        self.assertTrue(discord["broken"])
        self.assertIn("403", discord["broken_why"])
        self.assertGreater(discord["retry_ms"], 0)
        self.assertRegex(self.petrel("status", "--config", self.config).stdout,
                         r"discord .*stopped: .*403.*goes to webhook, tried again in \d+ (s|min)")
        self.assertEqual(self.stop_engine(), 0)
        self.assertEqual(len(self.services.asked("discord")), 1, "nothing more is sent there")
        self.assertTrue(any("channel discord is refused by its provider" in body["text"]
                            for body in self.bodies("telegram")))
        told = collections.Counter(body["data"]["id"] for body in self.bodies("webhook"))
        for row in self.rows("state = 'diverted'"):
            self.assertEqual(told[row["signal_id"]], 1)
            self.assertIn("sent over webhook instead", row["reason"])


if __name__ == "__main__":
    unittest.main()
