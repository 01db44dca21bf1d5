"""Secrets in all places where they may lie: none of them is in anything that petrel writes or says.

Each is planted with a text that occurs nowhere else. A small proxy on loopback wants credentials,
once those that petrel has and once others; a channel gets its token from the encrypted store.
"""

import base64
import os
import pathlib
import select
import socket
import subprocess
import threading
import unittest

from support import BIN, PATIENCE, World, wait_for

PLANTED = {
    "proxy": "canary-proxy-4be1",
    "token": "424242:canary-token-90aa",
    "chat": "-100777000111",
    "passphrase": "canary passphrase e3f0",
}


class Proxy:
    """HTTP CONNECT with basic credentials. Keeps the heads that it was sent."""

    def __init__(self, credentials):
        self.wanted = "Basic " + base64.b64encode(credentials.encode()).decode()
        self.heads = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.guarded, args=(client,), daemon=True).start()

    def guarded(self, client):
        try:
            self.serve(client)
        except OSError:
            pass  # one of the two ends went away

    def serve(self, client):
        with client:
            head = b""
            while b"\r\n\r\n" not in head:
                more = client.recv(4096)
                if not more:
                    return
                head += more
            self.heads.append(head.decode())
            if f"Proxy-Authorization: {self.wanted}\r\n" not in self.heads[-1]:
                client.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
                return
            host, port = self.heads[-1].split()[1].rsplit(":", 1)
            with socket.create_connection((host, int(port))) as venue:
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                self.relay(client, venue)

    @staticmethod
    def relay(client, venue):
        other = {client: venue, venue: client}
        while True:
            for end in select.select([client, venue], [], [], PATIENCE)[0]:
                data = end.recv(65536)
                if not data:
                    return
                other[end].sendall(data)

    def close(self):
        self.listener.close()


class Secrets(World):
    def setUp(self):
        super().setUp()
        self.said = []
        self.environment["PETREL_SECRETS_PASSPHRASE"] = PLANTED["passphrase"]

    def ask(self, *words, given=""):
        done = subprocess.run([str(BIN / "petrel"), *words, "--config", str(self.config)],
                              input=given, capture_output=True, text=True, timeout=PATIENCE,
                              env=self.environment, cwd=self.folder)
        self.said.append(done.stdout + done.stderr)
        return done

    def plant(self, proxy_word):
        login = self.folder / "proxy-login"
        login.write_text(f"me:{proxy_word}\n")
        login.chmod(0o600)
        for name, value in (("token", PLANTED["token"]), ("chat", PLANTED["chat"])):
            done = self.ask("secrets", "set", name, given=value + "\n")
            self.assertEqual(done.returncode, 0, done.stderr)

    def start_world(self, proxy):
        self.start_sim()
        self.write_config('[notifiers.telegram]\napi = "http://127.0.0.1:9"\n'
                          'token = { store = "token" }\nchat_id = { store = "chat" }\n'
                          '[log]\nlevel = "debug"\nformat = "json"\n')
        text = self.config.read_text()
        via = (f'proxy = "http://127.0.0.1:{proxy.port}"\n'
               f'proxy_credentials = {{ file = "{self.folder}/proxy-login" }}\n')
        self.config.write_text(text.replace("[exchanges.bybit]\n", "[exchanges.bybit]\n" + via))

    def nothing_was_shown(self):
        shown = [text.encode() for text in self.said]
        for place, _, names in os.walk(self.folder):
            for name in names:
                path = pathlib.Path(place) / name
                if name != "proxy-login" and path.is_file():
                    shown.append(path.read_bytes())
        # What a process was started with can be read by everybody on the machine.
        shown.append(pathlib.Path(f"/proc/{self.engine.pid}/cmdline").read_bytes())
        coded = base64.b64encode(f"me:{PLANTED['proxy']}".encode()).decode()
        for secret in (*PLANTED.values(), coded):
            for text in shown:
                self.assertNotIn(secret.encode(), text)

    def look_everywhere(self):
        for words in (("check",), ("check", "--json"), ("status",), ("status", "--json"),
                      ("secrets", "list"), ("plugin", "list", "--json"), ("coverage",),
                      ("signals", "--held"), ("reload",)):
            self.ask(*words)

    def test_venue_behind_a_proxy_is_heard_and_no_secret_is_shown(self):
        proxy = Proxy(f"me:{PLANTED['proxy']}")
        self.addCleanup(proxy.close)
        self.start_world(proxy)
        self.plant(PLANTED["proxy"])
        self.start_engine()
        self.wait_healthy()
        self.burst()
        wait_for("a signal that the channel cannot deliver",
                 lambda: "telegram" in self.log.read_text(errors="replace")
                 and self.store("SELECT key FROM notifications WHERE channel = 'telegram'"))
        self.assertTrue(any(head.startswith("CONNECT 127.0.0.1:") for head in proxy.heads))
        self.look_everywhere()
        self.nothing_was_shown()

    def test_refused_credentials_are_told_without_them(self):
        proxy = Proxy("me:another word")
        self.addCleanup(proxy.close)
        self.start_world(proxy)
        self.plant(PLANTED["proxy"])
        self.start_engine()
        sentence = f"the proxy http://127.0.0.1:{proxy.port} refuses the credentials (HTTP 407)"
        wait_for("the proxy's refusal is logged",
                 lambda: sentence in self.log.read_text(errors="replace"))
        wait_for("status tells it, too", lambda: sentence in self.ask("status", "--json").stdout)
        self.look_everywhere()
        self.nothing_was_shown()


if __name__ == "__main__":
    unittest.main()
