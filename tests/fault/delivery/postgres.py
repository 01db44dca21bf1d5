"""PostgreSQL servers of a test's own in temporary folders, reached over sockets in them, or over
TCP on loopback where a test wants to cut that."""

import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile

from world import wait_for


def tools():
    """Where the newest server of Debian's packages has its programs."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    assert found, "initdb is not there: install Debian's postgresql"
    return found[-1].parent


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class Postgres:
    """One server. With `primary` a standby of it, whose commits wait for it from here on. With
    `tcp` its clients may come over `port` of loopback, too."""

    def __init__(self, world, primary=None, tcp=False):
        self.world = world
        self.port = free_port() if tcp else None
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="petrel-pg."))  # short, for sockets
        self.data = self.folder / "data"
        world.addCleanup(shutil.rmtree, self.folder, True)
        self.user = None  # it refuses to run as root
        if os.geteuid() == 0:
            self.user = "postgres"
            os.chown(self.folder, pwd.getpwnam(self.user).pw_uid, -1)
        if primary is None:
            self.run("initdb", "-D", self.data, "-A", "trust", "-U", "petrel", "--no-sync",
                     "--no-locale", "-E", "UTF8")
        else:
            self.run("pg_basebackup", "-h", primary.folder, "-U", "petrel", "-D", self.data, "-R",
                     "-X", "stream", "-c", "fast", "--no-sync")
        self.start()
        if primary is not None:
            primary.sql("ALTER SYSTEM SET synchronous_standby_names = '*'")
            primary.sql("SELECT pg_reload_conf()")
            wait_for("the standby follows", lambda: primary.sql(
                "SELECT sync_state FROM pg_stat_replication") == "sync")

    def run(self, tool, *words, check=True):
        # Wherever the test runs from, the server's user may not be allowed there.
        return subprocess.run([str(tools() / tool), *map(str, words)], check=check, cwd="/",
                              user=self.user, capture_output=True, text=True, timeout=60)

    def start(self):
        network = (["-c", "listen_addresses="] if self.port is None else
                   ["-c", "listen_addresses=127.0.0.1", "-p", str(self.port)])
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(tools() / "postgres"), "-D", str(self.data), "-k", str(self.folder), *network,
                 "-c", "fsync=off", "-c", "max_connections=40", "-c", "shared_buffers=8MB"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", user=self.user)
        self.world.addCleanup(self.stop)
        wait_for("PostgreSQL answers", lambda: self.run(
            "pg_isready", *self.here(), check=False).returncode == 0)

    def here(self):
        """Where its tools find it: over the socket in its folder."""
        port = [] if self.port is None else ["-p", self.port]
        return ["-h", self.folder, *port, "-U", "petrel"]

    def stop(self):
        """As pg_ctl stop -m immediate: nobody is asked, and the next start recovers."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
        self.process.wait(timeout=30)

    def promote(self):
        self.sql("ALTER SYSTEM SET synchronous_standby_names = ''")
        self.sql("SELECT pg_promote()")

    def sql(self, text, database="postgres"):
        """What psql prints, without alignment."""
        return self.run("psql", "-X", "-q", "-A", "-t", *self.here(), "-d", database, "-c",
                        text).stdout.strip()

    def url(self, database, *others):
        """An address; with others that of whichever of them may be written."""
        if self.port is not None:
            return f"postgresql://petrel@127.0.0.1:{self.port}/{database}?sslmode=disable"
        hosts = ",".join(str(server.folder) for server in (self, *others))
        return f"postgresql:///{database}?host={hosts}&user=petrel"
