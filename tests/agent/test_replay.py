from pathlib import Path

import cv2
import pytest

from custody.core.errors import ConfigFault, Malformed, Oversize
from scanner_agent.sources.picture_settings import ReplayConfig
from scanner_agent.sources.replay import Replay
from scanner_agent.sources.source import Output, Read, Refused
from tests.agent.pictures import code128, on_table, qr


def replay(path: Path, **settings: object) -> list[Output]:
    return list(Replay(ReplayConfig(path=str(path), **settings)).reads())


def shown(outputs: list[Output]) -> list[tuple[str | None, str] | type]:
    return [
        (output.symbology, output.text) if isinstance(output, Read) else type(output.error)
        for output in outputs
        if isinstance(output, Read | Refused)
    ]


def test_pictures_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name, text in [("b.png", "2"), ("a.jpg", "1"), ("c.PNG", "3")]:
        cv2.imwrite(str(tmp_path / name), on_table(qr(text)))
    (tmp_path / "notes.txt").write_text("not a picture")
    assert shown(replay(tmp_path)) == [("]Q1", "1"), ("]Q1", "2"), ("]Q1", "3")]


def test_every_label_of_a_picture_is_read(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), on_table(qr("1"), qr("2"), qr("3")))
    assert sorted(shown(replay(tmp_path)), key=str) == [("]Q1", "1"), ("]Q1", "2"), ("]Q1", "3")]


def test_a_picture_without_a_label_and_a_file_that_is_no_picture_are_refused_by_name(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), on_table())
    (tmp_path / "b.png").write_bytes(b"no picture")
    cv2.imwrite(str(tmp_path / "c.png"), on_table(qr("1")))
    outputs = replay(tmp_path)
    assert shown(outputs) == [Malformed, Malformed, ("]Q1", "1")]
    assert [name in str(output.error) for name, output in zip(("a.png", "b.png"), outputs, strict=False)] == [
        True,
        True,
    ]


def test_only_configured_formats_are_read(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), on_table(code128("952-1")))
    assert shown(replay(tmp_path)) == [Malformed]
    assert shown(replay(tmp_path, formats=("qr", "code128"))) == [("]C0", "952-1")]


def test_a_text_file_is_one_read_a_line_with_or_without_symbology(tmp_path: Path) -> None:
    path = tmp_path / "reads.txt"
    path.write_bytes(b"]Q1https://custody.example/\r\nplain text\n\n]C0952\nlast\tline")
    assert shown(replay(path)) == [
        ("]Q1", "https://custody.example/"),
        (None, "plain text"),
        ("]C0", "952"),
        (None, "last\tline"),
    ]


def test_lines_that_no_reader_could_give_are_refused_and_the_others_read(tmp_path: Path) -> None:
    path = tmp_path / "reads.txt"
    path.write_bytes(b"A\n\xff\xfe\n" + b"x" * 8000 + b"\nB\n")
    assert shown(replay(path)) == [(None, "A"), Malformed, Oversize, (None, "B")]


def test_a_closed_replay_ends(tmp_path: Path) -> None:
    path = tmp_path / "reads.txt"
    path.write_text("A\nB\nC\n")
    source = Replay(ReplayConfig(path=str(path)))
    reads = source.reads()
    next(reads)
    source.close()
    assert list(reads) == []


def test_what_is_not_there_is_a_fault_of_the_settings(tmp_path: Path) -> None:
    with pytest.raises(ConfigFault, match="nothing to replay"):
        Replay(ReplayConfig(path=str(tmp_path / "none")))
