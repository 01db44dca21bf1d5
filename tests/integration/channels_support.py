"""Receivers for tests of channels: one HTTP server that speaks for six services, a mail server with
TLS of its own authority, and a real Alertmanager; all on free ports of the loopback."""

import asyncio
import email
import email.policy
import http.server
import json
import logging
import re
import ssl
import struct
import subprocess
import threading
import urllib.parse
import urllib.request
import warnings

from aiosmtpd.smtp import SMTP, AuthResult

from support import PATIENCE, World, wait_for

# A client that trusts no certificate hangs up; that is told as an error of the server.
logging.getLogger("mail.log").setLevel(logging.CRITICAL)
warnings.filterwarnings("ignore", module="aiosmtpd")

TOKENS = {
    "IT_TELEGRAM": "123456:canary-telegram", "IT_CHAT": "-10042424242",
    "IT_DISCORD": "/api/webhooks/112233445566/canary-discord",
    "IT_SLACK": "/services/T0AAA/B0BBB/canary-slack",
    "IT_WEBHOOK": "/canary-hook", "IT_WHSEC": "whsec_cmFkYXItdGVzdC1zZWNyZXQtMDEyMzQ1Njc4OWFiY2Q=",
    "IT_PAGERDUTY": "R0canary000000000000000000000000", "IT_TOPIC": "canary-topic",
    "IT_USER": "canary-user", "IT_PASSWORD": "canary-password",
}


class Services:
    """Takes requests for all HTTP services. `fault(name, count)` gives (status, body, headers) for
    the count-th request of a service, or nothing for its usual answer; `before(name, count, body)`
    comes before the answer."""

    def __init__(self):
        self.lock = threading.Lock()
        self.requests = []  # (service, headers, body bytes, status)
        self.fault = lambda name, count: None
        self.before = lambda name, count, body: None  # may hold an answer up
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                name, usual = outer.usual(self.path, body)
                with outer.lock:
                    count = sum(1 for request in outer.requests if request[0] == name)
                    status, reply, more = outer.fault(name, count) or (*usual, {})
                    outer.requests.append((name, dict(self.headers.items()), body, status))
                outer.before(name, count, body)
                self.send_response(status)
                for key, value in more.items():
                    self.send_header(key, value)
                self.send_header("Content-Length", str(len(reply)))
                self.end_headers()
                try:
                    self.wfile.write(reply)
                except (BrokenPipeError, ConnectionResetError):
                    pass  # whoever asked was killed, or has given it up

            do_PATCH = do_POST

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @staticmethod
    def usual(path, body):
        """The service that a path belongs to, and what it says to a good request."""
        def answer(status, value):
            return status, json.dumps(value).encode()
        at = urllib.parse.urlsplit(path)
        if at.path.endswith(("/sendMessage", "/sendPhoto")):
            return "telegram", answer(200, {"ok": True, "result": {"message_id": 7}})
        if at.path == TOKENS["IT_DISCORD"] and at.query == "wait=true":
            return "discord", answer(200, {"id": "778899"})
        if at.path.endswith(("/editMessageText", "/editMessageCaption")):
            number = json.loads(body)["message_id"]
            return "telegram edit", answer(200, {"ok": True, "result": {"message_id": number}})
        if at.path.endswith("/editMessageMedia"):
            return "telegram picture", answer(200, {"ok": True, "result": {"message_id": 7}})
        if at.path == TOKENS["IT_DISCORD"] + "/messages/778899":
            kind = "picture" if png_size(body) else "edit"
            return "discord " + kind, answer(200, {"id": "778899"})
        if at.path == TOKENS["IT_SLACK"]:
            return "slack", (200, b"ok")
        if at.path == "/v2/enqueue":
            key = json.loads(body)["dedup_key"]
            return "pagerduty", answer(202, {"status": "success", "message": "Event processed",
                                             "dedup_key": key})
        if at.path == "/":
            topic = json.loads(body)["topic"]
            return "ntfy", answer(200, {"id": "n1", "event": "message", "topic": topic})
        if at.path == TOKENS["IT_WEBHOOK"]:
            return "webhook", (200, b"")
        return "unknown " + path, (404, b"")

    def asked(self, name, status=None):
        with self.lock:
            return [request for request in self.requests
                    if request[0] == name and status in (None, request[3])]

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def png_size(content):
    """Width and height of the first PNG in the bytes."""
    at = content.find(b"\x89PNG\r\n\x1a\n")
    return None if at < 0 else struct.unpack(">II", content[at + 16:at + 24])


def make_authority(folder):
    """A certificate for 127.0.0.1 by an authority of its own; paths of (authority, chain, key)."""
    def openssl(*words):
        subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True,
                       timeout=PATIENCE)
    ca, ca_key = folder / "ca.pem", folder / "ca.key"
    chain, key, request = folder / "mail.pem", folder / "mail.key", folder / "mail.csr"
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    openssl("req", "-x509", *curve, "-keyout", ca_key, "-out", ca, "-days", 2,
            "-subj", "/CN=petrel test authority")
    openssl("req", *curve, "-keyout", key, "-out", request, "-subj", "/CN=127.0.0.1")
    names = folder / "names.ext"
    names.write_text("subjectAltName=IP:127.0.0.1\n")
    openssl("x509", "-req", "-in", request, "-CA", ca, "-CAkey", ca_key, "-CAcreateserial",
            "-out", chain, "-days", 2, "-extfile", names)
    return ca, chain, key


class MailServer:
    """aiosmtpd, which wants STARTTLS and a login, in a thread. `fault(address)` gives a reply to
    RCPT, or nothing; at HANG_UP it breaks the connection; with `silent_end` it says nothing to
    QUIT."""

    HANG_UP = "hang up"

    def __init__(self, chain=None, key=None):
        self.messages = []  # (recipients, parsed message)
        self.asked = []  # addresses, of all sessions
        self.fault = lambda address: None
        self.silent_end = False
        context = None
        if chain:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(chain, key)
        self.loop = asyncio.new_event_loop()

        def session():
            return SMTP(self, hostname="mail.test", tls_context=context, loop=self.loop,
                        require_starttls=context is not None, auth_required=context is not None,
                        authenticator=self.log_in)
        self.server = self.loop.run_until_complete(
            self.loop.create_server(session, "127.0.0.1", 0))
        self.port = self.server.sockets[0].getsockname()[1]
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    @staticmethod
    def log_in(_server, _session, _envelope, _mechanism, data):
        given = (data.login.decode(), data.password.decode())
        return AuthResult(success=given == (TOKENS["IT_USER"], TOKENS["IT_PASSWORD"]))

    async def handle_RCPT(self, server, _session, envelope, address, _options):
        self.asked.append(address)
        refusal = self.fault(address)
        if refusal == self.HANG_UP:
            server.transport.abort()
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):
        parsed = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.messages.append((list(envelope.rcpt_tos), parsed))
        return "250 taken"

    async def handle_QUIT(self, _server, _session, _envelope):
        while self.silent_end:
            await asyncio.sleep(0.03)
        return "221 bye"

    def close(self):
        self.silent_end = False
        self.loop.call_soon_threadsafe(self.server.close)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


class Alertmanager:
    """Debian's Alertmanager on a free port; it ends with the test."""

    def __init__(self, world):
        config = world.folder / "alertmanager.yml"
        config.write_text("route: {receiver: nobody}\nreceivers: [{name: nobody}]\n")
        log = world.folder / "alertmanager.log"
        world.spawn(["prometheus-alertmanager", f"--config.file={config}",
                     "--web.listen-address=127.0.0.1:0", "--cluster.listen-address=",
                     f"--storage.path={world.folder / 'alertmanager'}"], log)
        found = wait_for("Alertmanager listens", lambda: re.search(
            r"address=(127\.0\.0\.1:[1-9]\d*)", log.read_text(errors="replace")))
        self.base = "http://" + found.group(1)

    def alerts(self):
        with urllib.request.urlopen(self.base + "/api/v2/alerts", timeout=PATIENCE) as answer:
            return json.load(answer)


class ChannelWorld(World):
    """A world whose engine knows the secrets of channels, and what became of its notifications."""

    def setUp(self):
        super().setUp()
        self.environment.update(TOKENS)

    def mail_config(self, mail, ca=None):
        trusted = f'ca_file = "{ca}"\n' if ca else ""
        return f"""
[notifiers.email]
server = "127.0.0.1"
port = {mail.port}
encryption = "starttls"
from = "radar@example.test"
to = "first@example.test, second@example.test"
user = {{ env = "IT_USER" }}
password = {{ env = "IT_PASSWORD" }}
{trusted}"""

    def mail_server(self, *tls):
        mail = MailServer(*tls)
        self.addCleanup(mail.close)
        return mail

    def start_world(self, config):
        self.start_sim()
        self.write_config(config)
        self.start_engine()
        self.wait_healthy()

    def notifications(self, columns="channel, state"):
        return self.store(f"SELECT {columns} FROM notifications")

    def settled(self, channels, state="delivered"):
        """Every admitted signal has a notification in that state on each of these channels."""
        names = {row[0] for row in self.store("SELECT id FROM signals WHERE verdict <> 'hold'")}
        rows = set(self.store("SELECT signal_id, channel FROM notifications "
                              f"WHERE state = '{state}'"))
        wanted = {(name, channel) for name in names for channel in channels}
        return names if names and wanted <= rows else None
