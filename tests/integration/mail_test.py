"""Mail through a real server: who gets it, what is asked again, and what is never sent."""

import unittest

from channels_support import ChannelWorld, MailServer, make_authority
from support import wait_for


FIRST, SECOND = "first@example.test", "second@example.test"
ONE_STORM = """updates = "none"
[routing]
channels = ["log"]
[[routing.routes]]
types = ["LIQ_STORM"]
channels = ["email"]
"""


class Mail(ChannelWorld):
    def test_mail_goes_to_nobody_whose_certificate_is_not_known(self):
        _, chain, key = make_authority(self.folder)
        mail = self.mail_server(chain, key)
        self.start_world(self.mail_config(mail))
        self.burst()
        reason = wait_for("a failed mail", lambda: [
            why for (why,) in self.notifications("reason") if "certificate" in why])
        self.assertIn("not to be trusted", reason[0])
        self.assertEqual(mail.messages, [])

    def test_mail_is_never_sent_in_clear(self):
        mail = self.mail_server()  # offers no STARTTLS
        self.start_world(self.mail_config(mail))
        self.burst()
        wait_for("a refused mail", lambda: self.settled(("email",), "refused"))
        reasons = self.notifications("reason")
        self.assertTrue(any("offers no STARTTLS" in why for (why,) in reasons), reasons)
        self.assertEqual(mail.messages, [])

    def test_mail_reaches_the_others_when_one_address_is_refused(self):
        ca, chain, key = make_authority(self.folder)
        mail = self.mail_server(chain, key)
        mail.fault = lambda address: ("550 no such user" if address.startswith("first") else None)
        self.start_world(self.mail_config(mail, ca))
        self.burst()
        wait_for("mail is delivered", lambda: self.settled(("email",)))
        self.assertEqual(self.stop_engine(), 0)
        self.assertEqual({tuple(to) for to, _ in mail.messages}, {("second@example.test",)})
        self.assertIn("1 of 2 recipients was refused", self.log.read_text())
        for (why,) in self.store("SELECT reason FROM notifications WHERE channel = 'email'"):
            self.assertIn("1 of 2 recipients was refused", why)

    def deliver_one(self, replies):
        """A storm goes to two recipients, of whom each is answered with its replies in turn, then
        with yes. Gives the server, and state, tries and reason of the one notification."""
        ca, chain, key = make_authority(self.folder)
        mail = self.mail_server(chain, key)
        replies = {address: iter(those) for address, those in replies.items()}
        mail.fault = lambda address: next(replies.get(address, iter(())), None)
        self.start_world(self.mail_config(mail, ca) + ONE_STORM)
        self.burst()
        wait_for("mail has ended", lambda: self.store(
            "SELECT key FROM notifications WHERE channel = 'email' AND state <> 'pending'"))
        self.assertEqual(self.stop_engine(), 0)
        [row] = self.store("SELECT state, attempts, reason FROM notifications "
                           "WHERE channel = 'email'")
        for (_, message) in mail.messages:
            self.assertEqual(message["To"], FIRST + ", " + SECOND)
        self.assertEqual(len({message["Message-ID"] for _, message in mail.messages}), 1)
        return mail, row

    def reasons(self):
        return [why for (why,) in self.store(
            "SELECT reason FROM attempts WHERE channel = 'email' ORDER BY number")]

    def test_only_a_recipient_who_was_refused_for_now_is_asked_again(self):
        full = "452 4.2.2 <second@example.test> is full"
        mail, row = self.deliver_one({SECOND: ["452-4.2.2 soon\r\n" + full, full]})
        self.assertEqual(row, ("delivered", 3, ""))
        self.assertEqual(mail.asked, [FIRST, SECOND, SECOND, SECOND])
        self.assertEqual([to for to, _ in mail.messages], [[FIRST], [SECOND]])
        waits = ("1 of 2 recipients has it; 1 was refused for now: "
                 "452 4.2.2 <[hidden]> is full")
        self.assertEqual(self.reasons(), [waits, waits, ""])

    def test_a_recipient_who_stays_refused_is_given_up_after_three_further_tries(self):
        mail, row = self.deliver_one({SECOND: ["452 full", "452"] * 5})  # both are replies
        why = "1 of 2 recipients was refused by the server; the others got the message"
        self.assertEqual(row, ("delivered", 4, why))
        self.assertEqual(mail.asked, [FIRST] + [SECOND] * 4)
        self.assertEqual([to for to, _ in mail.messages], [[FIRST]])
        self.assertIn("email: " + why, self.log.read_text())

    def test_one_who_is_refused_for_good_does_not_end_it_for_one_who_is_refused_for_now(self):
        mail, row = self.deliver_one({FIRST: ["452 full"], SECOND: ["550 no such user"] * 2})
        why = "1 of 2 recipients was refused by the server; the others got the message"
        self.assertEqual(row, ("delivered", 2, why))
        self.assertEqual(mail.asked, [FIRST, SECOND, FIRST])
        self.assertEqual(self.reasons()[0], "the mail server answered 452: 452 full")

    def test_a_connection_that_breaks_behind_a_refusal_is_not_refused_itself(self):
        mail, row = self.deliver_one({FIRST: ["550 no such user"],
                                      SECOND: [MailServer.HANG_UP]})
        self.assertEqual(row[:2], ("delivered", 2))
        self.assertEqual(mail.asked, [FIRST, SECOND, SECOND])
        self.assertEqual(self.reasons()[0], "the connection to the mail server broke")

    def test_mail_that_is_taken_does_not_wait_for_a_server_that_says_no_farewell(self):
        ca, chain, key = make_authority(self.folder)
        mail = self.mail_server(chain, key)
        mail.silent_end = True
        self.start_world(self.mail_config(mail, ca))
        self.burst()
        wait_for("mail is on record", lambda: self.settled(("email",)))
        self.assertEqual(self.stop_engine(), 0)
        [[told]] = self.store("SELECT COUNT(*) FROM notifications WHERE channel = 'email' "
                              "AND state = 'delivered'")
        self.assertEqual(len(mail.messages), told)


if __name__ == "__main__":
    unittest.main()
