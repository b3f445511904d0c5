"""Reading a log: over real HTTP from a server that misbehaves, and from a folder."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from custody.audit import http_source
from custody.audit.http_source import HttpSource
from custody.audit.source import FolderSource, open_source, read_checkpoint, read_tile
from custody.audit.verify import verify
from custody.core.errors import Oversize, StorageFault, Unavailable
from tests.audit.logs import entries_of, judge_folder, publish
from tests.world import World


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """The URL of a server on a free port."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


class Quiet(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        pass

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def test_a_log_over_http_is_judged_as_the_same_log_in_a_folder(tmp_path: Path) -> None:
    world = World()
    entries = entries_of([*world.roster, *world.handovers(300)])
    config = publish(tmp_path / "log", entries, world.origin)

    class Files(SimpleHTTPRequestHandler):
        def __init__(self, *args: object) -> None:
            super().__init__(*args, directory=str(tmp_path))  # type: ignore[arg-type]

        def log_message(self, format: str, *args: object) -> None:
            pass

    with serving(Files) as url, open_source(f"{url}/log/") as source:
        assert (source.live, FolderSource(tmp_path / "log").live) == (True, False)
        over_http = verify(source, config)

    assert over_http.verdict == "holds"
    assert over_http == judge_folder(config)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_source, "PAUSES_S", (0.01, 0.01, 0.01))


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize(("failures", "served"), [(3, True), (4, False)])
def test_a_server_that_is_busy_is_asked_again_three_times(failures: int, served: bool) -> None:
    asked = []

    class Busy(Quiet):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.answer(*((503,) if len(asked) <= failures else (200, b"note")))

    with serving(Busy) as url, HttpSource(url) as source:
        if served:
            assert read_checkpoint(source) == b"note"
        else:
            with pytest.raises(Unavailable, match="503"):
                read_checkpoint(source)
    assert asked == ["/checkpoint"] * 4


@pytest.mark.usefixtures("hurried")
def test_a_server_that_is_not_there_is_unavailable() -> None:
    with serving(Quiet) as url:
        pass
    with HttpSource(url) as source, pytest.raises(Unavailable, match="cannot be reached"):
        read_checkpoint(source)


@pytest.mark.parametrize(
    ("status", "headers"),
    [(404, {}), (302, {"Location": "/elsewhere"}), (200, {"Content_Encoding": "gzip"}), (403, {})],
)
def test_what_is_not_served_as_it_is_is_refused_at_once(status: int, headers: dict[str, str]) -> None:
    asked = []

    class Odd(Quiet):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.answer(status, b"note", **headers)

    with serving(Odd) as url, HttpSource(url) as source, pytest.raises(StorageFault):
        read_checkpoint(source)
    assert len(asked) == 1


def test_one_connection_serves_many_reads() -> None:
    connections = set()

    class Counted(Quiet):
        def do_GET(self) -> None:
            connections.add(self.client_address)
            self.answer(200, b"note")

    with serving(Counted) as url, HttpSource(url) as source:
        assert [read_checkpoint(source) for _ in range(5)] == [b"note"] * 5
    assert len(connections) == 1


def test_a_log_is_read_through_the_proxy_that_the_environment_names(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    class Proxy(Quiet):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.answer(200, b"note")

    with serving(Proxy) as url:
        monkeypatch.setenv("http_proxy", url)
        monkeypatch.setenv("no_proxy", "near.test")
        with HttpSource("http://ledger.test/log") as source:
            assert read_checkpoint(source) == b"note"
    assert asked == ["http://ledger.test/log/checkpoint"]


def test_an_answer_that_is_cut_short_is_no_file() -> None:
    class Broken(Quiet):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "64")
            self.end_headers()
            self.wfile.write(bytes(32))
            self.close_connection = True

    with serving(Broken) as url, HttpSource(url) as source, pytest.raises(Unavailable):
        source._get("tile/0/000.p/2", 64)


def test_an_answer_without_end_is_cut_off() -> None:
    sent = []

    class Endless(Quiet):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.close_connection = True
            try:
                while len(sent) < 10_000:
                    self.wfile.write(bytes(65_536))
                    sent.append(65_536)
            except OSError:
                pass

    with serving(Endless) as url, HttpSource(url) as source, pytest.raises(Oversize):
        read_tile(source, 0, 0, 256)
    assert sum(sent) < 100 * 65_536


def test_a_file_that_is_too_large_is_not_read_whole(tmp_path: Path) -> None:
    (tmp_path / "tile/0/000.p").mkdir(parents=True)
    (tmp_path / "tile/0/000.p/2").write_bytes(bytes(65))

    with pytest.raises(Oversize, match="64 bytes"):
        read_tile(FolderSource(tmp_path), 0, 0, 2)
    (tmp_path / "tile/0/000.p/2").write_bytes(bytes(64))
    assert read_tile(FolderSource(tmp_path), 0, 0, 2) == bytes(64)


def test_a_missing_file_and_a_missing_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(StorageFault, match="tile/entries/000"):
        read_tile(FolderSource(tmp_path), -1, 0, 256)
    with pytest.raises(Unavailable, match="nowhere"):
        open_source(str(tmp_path / "nowhere"))
    (tmp_path / "checkpoint").mkdir()
    with pytest.raises(StorageFault, match="checkpoint"):
        read_checkpoint(FolderSource(tmp_path))


@pytest.mark.parametrize("linked", ["checkpoint", "tile", "tile/entries"])
def test_a_link_in_a_folder_of_tiles_is_not_followed(tmp_path: Path, linked: str) -> None:
    world = World()
    config = publish(tmp_path / "log", entries_of(world.roster), world.origin)
    (tmp_path / "elsewhere").symlink_to(tmp_path / "log")
    with open_source(str(tmp_path / "elsewhere")) as source:
        assert verify(source, config, workers=0).verdict == "holds"

    (tmp_path / "log" / linked).rename(tmp_path / "moved")
    (tmp_path / "log" / linked).symlink_to(tmp_path / "moved")

    path = "checkpoint" if linked == "checkpoint" else f"tile/entries/000.p/{len(world.roster)}"
    with open_source(str(tmp_path / "log")) as source, pytest.raises(StorageFault, match="cannot be read"):
        source.read(path, 1 << 20)
