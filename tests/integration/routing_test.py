"""Routes of a running engine: who gets what, and the record of what was held back."""

import json
import unittest

from support import World, json_lines, wait_for

ROUTES = """
[notifiers.pager]
plugin = "log"
path = "{pager}"
[routing]
channels = ["log"]
[[routing.routes]]
name = "storms"
types = ["LIQ_STORM"]
channels = ["log", "pager"]
throttle = {{ max = 1, per = "1h" }}
by = "type"
[[inhibitions]]
source = {{ types = ["LIQ_STORM"] }}
target = {{ types = ["LIQUIDATION_LARGE"] }}
"""


class Routing(World):
    sim_arguments = ("--no-storms", "--rate", "100", "--symbols", "BTCUSDT,ETHUSDT")

    def setUp(self):
        super().setUp()
        self.pager = self.folder / "pager.jsonl"
        self.start_sim()
        self.write_config(extra=ROUTES.format(pager=self.pager), symbols=("BTCUSDT", "ETHUSDT"))
        self.start_engine()
        self.wait_healthy()

    def paged(self):
        return json_lines(self.pager.read_text()) if self.pager.exists() else []

    def test_a_storm_goes_where_its_route_says_and_the_rest_does_not(self):
        self.burst()
        wait_for("the storm on both channels", lambda: self.alert_lines("LIQ_STORM") and
                 self.paged())
        storm = self.signals("LIQ_STORM")[0]
        done = self.petrel("explain", storm["id"], "--json", "--config", self.config)
        rows = {row["channel"]: row for row in json.loads(done.stdout)["notifications"]}
        self.assertEqual({name: row["state"] for name, row in rows.items()},
                         {"log": "delivered", "pager": "delivered"})
        self.assertEqual(self.stop_engine(), 0)
        self.assertEqual({row["type"] for row in self.paged()}, {"LIQ_STORM"})

    def test_what_is_held_back_has_its_reason_on_record(self):
        self.burst()
        wait_for("the first storm", self.paged)
        self.burst(symbol="ETHUSDT")
        second = wait_for("a second storm", lambda: [
            row for row in self.signals("LIQ_STORM") if row["symbol"] == "ETH-USDT-PERP"])[0]
        told = self.petrel("explain", second["id"], "--config", self.config).stdout
        self.assertRegex(told, r"Delivery\n  log +held +throttled: 1 in the last 3600 s, the most "
                               r"of route storms is 1\n  pager +held +throttled")
        self.assertEqual(self.stop_engine(), 0)
        self.assertEqual(len(self.paged()), 1)

    def test_a_zone_that_nobody_knows_is_told_before_anything_starts(self):
        self.assertEqual(self.stop_engine(), 0)
        with self.config.open("a") as config:
            config.write('[mute_windows.nights]\ntime_zone = "Mars/Olympus"\n')
        done = self.petrel("check", "--config", self.config)
        self.assertEqual(done.returncode, 2)
        self.assertIn("PTL-C029", done.stderr)
        self.assertIn("'Mars/Olympus' is no time zone", done.stderr)


if __name__ == "__main__":
    unittest.main()
