"""Mail through a real server: who gets it, what is asked again, and what is never sent."""

import unittest

from channels_support import ChannelWorld, make_authority
from support import wait_for


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
        self.assertIn("1 of 2 recipients were refused", self.log.read_text())
        for (why,) in self.store("SELECT reason FROM notifications WHERE channel = 'email'"):
            self.assertIn("1 of 2 recipients were refused", why)

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
