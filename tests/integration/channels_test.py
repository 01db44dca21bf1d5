"""A storm reaches every channel once, as its provider wants it, whatever the provider does first."""

import base64
import collections
import hashlib
import hmac
import json
import signal
import threading
import time
import unittest

from channels_support import (TOKENS, Alertmanager, ChannelWorld, Services, make_authority,
                              png_size)
from support import PATIENCE, wait_for

# What each service was told in confidence, and may repeat.
OWN = {"telegram": ("IT_TELEGRAM", "IT_CHAT"), "discord": ("IT_DISCORD",),
       "slack": ("IT_SLACK",), "webhook": ("IT_WEBHOOK", "IT_WHSEC"),
       "pagerduty": ("IT_PAGERDUTY",), "ntfy": ("IT_TOPIC",)}
HTTP = tuple(OWN)


class Channels(ChannelWorld):
    def setUp(self):
        super().setUp()
        self.services = Services()
        self.addCleanup(self.services.close)
        for name in ("IT_DISCORD", "IT_SLACK", "IT_WEBHOOK"):
            self.environment[name] = self.services.base + TOKENS[name]

    def http_config(self):
        base = self.services.base
        return f"""
[delivery]
update_every = "1h"  # first messages are what is counted here
[notifiers.telegram]
api = "{base}"
token = {{ env = "IT_TELEGRAM" }}
chat_id = {{ env = "IT_CHAT" }}
[notifiers.discord]
url = {{ env = "IT_DISCORD" }}
[notifiers.slack]
url = {{ env = "IT_SLACK" }}
[notifiers.webhook]
url = {{ env = "IT_WEBHOOK" }}
secret = {{ env = "IT_WHSEC" }}
[notifiers.pagerduty]
api = "{base}"
routing_key = {{ env = "IT_PAGERDUTY" }}
[notifiers.ntfy]
server = "{base}"
topic = {{ env = "IT_TOPIC" }}
"""

    def ids_taken(self, service, ids):
        """How often a service took each of the signals."""
        return collections.Counter(
            name for _, _, body, status in self.services.asked(service) if status < 300
            for name in ids if name.encode() in body)

    def check_signature(self, headers, body):
        sent = {key.lower(): value for key, value in headers.items()}
        key = base64.b64decode(TOKENS["IT_WHSEC"][len("whsec_"):])
        signed = f"{sent['webhook-id']}.{sent['webhook-timestamp']}.".encode() + body
        wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        self.assertEqual(sent["webhook-signature"], "v1," + wanted)
        self.assertLess(abs(time.time() - int(sent["webhook-timestamp"])), 300)
        return sent["webhook-id"]

    def test_storm_reaches_every_channel_once(self):
        ca, chain, key = make_authority(self.folder)
        mail = self.mail_server(chain, key)
        manager = Alertmanager(self)
        self.start_world(self.http_config() + self.mail_config(mail, ca) +
                         f'[notifiers.alertmanager]\nurl = "{manager.base}"\n')
        self.burst()
        everywhere = (*HTTP, "alertmanager", "email", "log")
        ids = wait_for("every channel has delivered", lambda: self.settled(everywhere))
        self.assertEqual(self.stop_engine(), 0)
        for service in HTTP:
            self.assertEqual(self.ids_taken(service, ids), collections.Counter(ids), service)
        for _, headers, body, _ in self.services.asked("webhook"):
            name = self.check_signature(headers, body)
            self.assertEqual(json.loads(body)["data"]["id"], name)
        self.check_mail(mail, ids)
        told = [alert["labels"]["story"] for alert in manager.alerts()
                if alert["status"]["state"] != "suppressed"]
        self.assertEqual(sorted(told), sorted(ids))
        storm = [alert for alert in manager.alerts()
                 if alert["labels"]["alertname"] == "LIQ_STORM"][0]
        self.assertEqual(storm["labels"]["side"], "long")
        self.assertIn("storm", storm["annotations"]["summary"])

    def check_mail(self, mail, ids):
        taken = collections.Counter()
        for recipients, message in mail.messages:
            self.assertEqual(recipients, ["first@example.test", "second@example.test"])
            self.assertTrue(message["Subject"].startswith("[petrel] "), message["Subject"])
            text = message.get_body(("plain",)).get_content()
            page = message.get_body(("html",)).get_content()
            name = message["Message-ID"].removeprefix("<petrel.").removesuffix("@example.test>")
            self.assertIn(name, text)
            self.assertIn(name, page)
            taken[name] += 1
        self.assertEqual(taken, collections.Counter(ids))

    PICTURES = ('[messages]\npicture_wait = "2s"\nzone = "Asia/Kolkata"\n'
                '[messages.LIQ_STORM]\nheadline = "{coin} IN A STORM {notional}"\n'
                '[messages.other]\nfooter = "{time:utc} {time:zone} · {id}"\n')

    def storms(self):
        return {row[0] for row in self.store(
            "SELECT id FROM signals WHERE verdict <> 'hold' AND type = 'LIQ_STORM'")}

    def pictures_drawn(self):
        return self.status()["delivery"]["pictures"]["drawn"]

    def test_a_storm_goes_in_words_before_its_picture_is_drawn_and_gets_it_added(self):
        # The first storm's words are kept waiting for their answer on both channels: as long as
        # they are, nobody has drawn anything.
        held, go = threading.Event(), threading.Event()
        self.addCleanup(go.set)
        first = collections.Counter()

        def hold(name, _count, body):
            if name in ("telegram", "discord") and b"IN A STORM" in body:
                first[name] += 1
                if len(first) == 2:
                    held.set()
                go.wait(PATIENCE)
        self.services.before = hold
        self.start_world(self.http_config() + self.PICTURES)
        self.burst()
        self.assertTrue(held.wait(PATIENCE), "no words of a storm came")
        self.assertEqual(self.pictures_drawn(), 0)
        self.assertEqual(self.store("SELECT COUNT(*) FROM notifications "
                                    "WHERE phase = 'picture'"), [(0,)])
        go.set()
        wait_for("every channel has delivered", lambda: self.settled(HTTP))
        storms = self.storms()
        wait_for("the pictures have followed", lambda: self.store(
            "SELECT COUNT(*) FROM notifications WHERE phase = 'picture' AND state = 'delivered'"
        ) == [(2 * len(storms),)])
        for service in ("telegram", "discord"):
            words = [body for _, _, body, _ in self.services.asked(service)]
            pictures = [body for _, _, body, _ in self.services.asked(service + " picture")]
            self.assertEqual([png_size(body) for body in words], [None] * len(words))
            self.assertEqual([png_size(body) for body in pictures], [(800, 420)] * len(storms))
            for name in storms:
                self.assertEqual(sum(name.encode() in body for body in words), 1, service)
                self.assertEqual(sum(name.encode() in body for body in pictures), 1, service)
            for body in pictures:  # with the words that are shown already
                self.assertIn(b"IN A STORM", body)
                self.assertIn(b" IST", body)
        self.check_what_is_told(sorted(storms)[0])
        self.assertEqual(self.stop_engine(), 0)
        # The picture's row was made in one transaction with the record of its message.
        self.assertEqual(self.store(
            "SELECT COUNT(*) FROM notifications AS p JOIN notifications AS m "
            "ON p.key = m.key || '/pic' WHERE m.state = 'delivered' AND m.attempts = 1 "
            "AND p.created_ns >= m.finished_ns"), [(2 * len(storms),)])

    def check_what_is_told(self, name):
        listed = self.petrel("notifications", "--config", self.config, "--signal", name)
        self.assertRegex(listed.stdout, name + r"/telegram/pic  LIQ_STORM \S+  delivered in ")
        self.assertIn("id 7p", listed.stdout)
        shown = self.petrel("explain", name, "--config", self.config)
        self.assertRegex(shown.stdout, r"telegram picture +delivered")
        checked = self.petrel("notifications", "verify", "--config", self.config)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)
        gaps = self.petrel("notifications", "gaps", "--config", self.config)
        self.assertNotIn("/pic", gaps.stdout)
        shown = self.petrel("notify", "preview", name, "--config", self.config,
                            "--card", self.folder / "card.png")
        self.assertEqual(shown.returncode, 0, shown.stderr)
        for words in ("== telegram · LIQ_STORM\n", "/bot***/sendMessage", "IN A STORM",
                      "== telegram · LIQ_STORM picture", "/bot***/editMessageMedia", "image/png"):
            self.assertIn(words, shown.stdout)
        for secret in TOKENS.values():
            self.assertNotIn(secret, shown.stdout + shown.stderr)
        self.assertEqual(png_size((self.folder / "card.png").read_bytes()), (800, 420))

    def test_a_picture_that_is_refused_leaves_its_words_alone(self):
        refusals = {"telegram picture": (400, b'{"ok":false,"description":"IMAGE_BAD"}', {}),
                    "discord picture": (413, b'{"message":"too large"}', {})}
        self.services.fault = lambda name, count: refusals.get(name)
        self.start_world(self.http_config() + self.PICTURES)
        self.burst()
        wait_for("every channel has delivered", lambda: self.settled(HTTP))
        wait_for("the pictures are refused", lambda: self.store(
            "SELECT COUNT(*) FROM notifications WHERE phase = 'picture' AND state = 'refused'"
        ) == [(2 * len(self.storms()),)])
        self.assertEqual(self.stop_engine(), 0)
        for name in self.storms():
            for service in ("telegram", "discord"):
                self.assertEqual(sum(name.encode() in body
                                     for _, _, body, _ in self.services.asked(service)), 1)
        reasons = {why for (why,) in self.store(
            "SELECT reason FROM notifications WHERE phase = 'picture'")}
        self.assertEqual(reasons, {"Telegram refused the picture: IMAGE_BAD",
                                   "Discord refused the picture: too large"})

    def test_a_kill_while_a_picture_is_under_way_repeats_no_message(self):
        asked, go = threading.Event(), threading.Event()
        self.addCleanup(go.set)

        def hold(name, _count, _body):
            if name.endswith(" picture") and not go.is_set():
                asked.set()
                go.wait(PATIENCE)
        self.services.before = hold
        self.start_world(self.http_config() + self.PICTURES)
        self.burst()
        self.assertTrue(asked.wait(PATIENCE), "no picture came")
        wait_for("every channel has delivered", lambda: self.settled(HTTP))
        self.stop_engine(signal.SIGKILL)
        go.set()
        self.start_engine()
        storms = self.storms()
        wait_for("the pictures have followed", lambda: self.store(
            "SELECT COUNT(*) FROM notifications WHERE phase = 'picture' AND state = 'delivered'"
        ) == [(2 * len(storms),)])
        for name in storms:
            for service in ("telegram", "discord"):
                self.assertEqual(sum(name.encode() in body
                                     for _, _, body, _ in self.services.asked(service)), 1)
        self.assertEqual(self.petrel("notifications", "verify", "--config",
                                     self.config).returncode, 0)
        self.assertEqual(self.stop_engine(), 0)

    def test_mail_waits_for_its_picture_because_it_cannot_be_added(self):
        ca, chain, key = make_authority(self.folder)
        mail = self.mail_server(chain, key)
        # However busy the machine is: the picture is worth two seconds here.
        self.start_world(self.http_config() + self.mail_config(mail, ca) + self.PICTURES)
        self.burst()
        wait_for("every channel has delivered", lambda: self.settled((*HTTP, "email")))
        pictures = 0
        for _, message in mail.messages:
            files = [part for part in message.walk() if part.get_content_type() == "image/png"]
            if "IN A STORM" in message["Subject"]:
                self.assertEqual([png_size(part.get_content()) for part in files], [(800, 420)])
                page = message.get_body(("related",)).get_body(("html",)).get_content()
                self.assertIn('src="cid:' + files[0]["Content-ID"].strip("<>"), page)
                self.assertIn("positions liquidated", page.split('alt="')[1])
                pictures += 1
        self.assertEqual(pictures, len(self.storms()))
        slack = b"".join(body for _, _, body, _ in self.services.asked("slack"))
        self.assertIn("`\u2581".encode(), slack)
        self.assertEqual(self.store("SELECT COUNT(*) FROM notifications WHERE channel = 'email' "
                                    "AND phase = 'picture'"), [(0,)])
        self.assertEqual(self.stop_engine(), 0)

    def test_without_a_wait_for_pictures_the_words_go_alone(self):
        self.start_world(self.http_config() + '[messages]\npicture_wait = "0s"\n')
        self.burst()
        wait_for("telegram has delivered", lambda: self.settled(("telegram", "discord")))
        for service in ("telegram", "discord"):
            for _, _, body, _ in self.services.asked(service):
                self.assertIsNone(png_size(body))
        self.assertEqual(self.status()["delivery"]["pictures"],
                         {"drawn": 0, "failed": 0, "late": 0})

    def test_provider_that_fails_first_gets_the_same_message_again(self):
        faults = {"telegram": (429, b'{"ok":false,"parameters":{"retry_after":1}}', {}),
                  "discord": (429, b'{"retry_after":0.5}', {}),
                  "slack": (200, b"invalid_payload", {}),
                  "webhook": (503, b"", {"Retry-After": "1"}),
                  "pagerduty": (202, b'{"status":"invalid event"}', {}),
                  "ntfy": (200, b"<html>log in</html>", {})}
        self.services.fault = lambda name, count: faults.get(name) if count == 0 else None
        self.start_world(self.http_config())
        self.burst()
        ids = wait_for("every channel has delivered", lambda: self.settled(HTTP))
        self.assertEqual(self.stop_engine(), 0)
        for service in HTTP:
            first, *others = self.services.asked(service)
            # The messages are the same to the byte, whichever alert was the first.
            again = [request for request in others if request[2] == first[2]]
            self.assertEqual(len(again), 1, service)
        calls = [request for request in self.services.asked("webhook")]
        repeated = [self.check_signature(headers, body) for _, headers, body, _ in calls
                    if body == calls[0][2]]
        self.assertEqual(len(repeated), 2)
        self.assertEqual(len(set(repeated)), 1, "the key changed from one attempt to the next")
        self.assertEqual(collections.Counter(ids), self.ids_taken("pagerduty", ids) -
                         collections.Counter([name for name in ids
                                              if name.encode() in
                                              self.services.asked("pagerduty")[0][2]]))

    def test_no_secret_is_in_any_output(self):
        def echo(name, _count):
            words = " ".join(TOKENS[one] for one in OWN[name])
            return (401, json.dumps({"message": words, "error": words, "errors": [words],
                                     "description": words}).encode(), {})
        self.services.fault = echo
        self.start_world(self.http_config())
        self.burst()
        wait_for("every channel was refused", lambda: self.settled(HTTP, "refused"))
        told = self.cli("status").stdout + self.cli("check").stdout
        self.assertEqual(self.stop_engine(), 0)
        told += self.log.read_text() + self.alerts.read_text()
        told += repr(self.notifications("channel, reason, payload, provider_id"))
        for name, secret in TOKENS.items():
            self.assertFalse(secret in told, name)
        for words in ("canary", "T0AAA", "112233445566"):
            self.assertFalse(words in told, words)


if __name__ == "__main__":
    unittest.main()
