"""How a reader checks a report, and the signed checkpoint as a QR code."""

from shlex import quote

from custody.audit.report.faces.page import Block, Code, Section, Step, Steps
from custody.audit.report.faces.voice import Voice
from custody.audit.report.model import Report, SignedCheckpoint
from custody.core.errors import legible
from custody.core.note import split_note
from custody.core.words import Pair
from custody.typesetting import qr_code

_STEPS: list[tuple[Pair, str | None]] = [
    (
        (
            "Ambil kunci log (vkey) dan SHA-256 entri 0 dari sumber yang tidak dikuasai pengelola server, misalnya"
            " pengumuman resmi, dan cocokkan dengan bagian Cakupan dan pembuktian. Tulis keduanya, beserta alamat log,"
            " di berkas auditor.toml:",
            "Get the log's key (vkey) and the SHA-256 of entry 0 from where the server's operator has no hand, as from"
            " an official publication, and compare them with the part What this covers. Write both, and the log's"
            " address, into the file auditor.toml:",
        ),
        """printf 'vkey = "%s"\\nentry0 = "%s"\\nurl = "%s"\\n' '<VKEY>' '<SHA-256>' '<URL>' > auditor.toml""",
    ),
    (
        (
            "Periksa log itu sendiri, dari server atau dari arsipnya; tanpa jaringan pun bisa:",
            "Verify the log yourself, from the server or from its archive, also without a network:",
        ),
        "custody audit verify --config auditor.toml",
    ),
    (
        (
            "Pindai kode QR di bawah ini dan simpan isinya sebagai berkas checkpoint.txt. Lalu buktikan bahwa log yang"
            " ditunjukkan kepada Anda adalah log yang dilaporkan di sini:",
            "Scan the QR code below and keep what it says as the file checkpoint.txt. Then prove that the log that you"
            " are shown is the one reported here:",
        ),
        "custody audit compare checkpoint.txt <URL> --config auditor.toml",
    ),
    (
        (
            "Buat lagi laporan ini. Log dan waktu yang sama selalu memberi angka yang sama:",
            "Make this report again. The same log and instant always give the same figures:",
        ),
        "custody audit report {options} --config auditor.toml --out report.json",
    ),
    (
        (
            "Jika PDF-nya ditandatangani, panel tanda tangan di pembaca PDF menunjukkan siapa yang menandatangani dan"
            " apakah berkasnya berubah sesudah itu. Tanda tangan itu menjamin berkasnya; yang membuktikan isinya adalah"
            " log.",
            "If the PDF is signed, the signature panel of a PDF reader shows who signed, and whether the file changed"
            " since. That signature stands for the file; what it says is proved by the log.",
        ),
        None,
    ),
]


def checking(report: Report, voice: Voice) -> Section:
    steps = [Step(voice(text), command and command.format(options=_options(report, voice))) for text, command in _STEPS]
    blocks: list[Block] = [Steps(steps)]
    note = log_signed(report.checkpoint) if report.checkpoint is not None else None
    if note is not None:
        blocks.append(_code(note, voice))
    return Section(
        "check",
        voice(("Periksa sendiri laporan ini", "Check this report yourself")),
        voice(
            (
                "Jangan percaya begitu saja. Siapa pun dapat memeriksa laporan ini dengan perangkat lunak yang sama,"
                " atau dengan program apa pun yang dapat menghitung SHA-256 dan memeriksa tanda tangan Ed25519.",
                "Take nothing on trust. Anybody can check this report with the same software, or with any program that"
                " computes SHA-256 and verifies Ed25519 signatures.",
            )
        ),
        blocks,
    )


def log_signed(checkpoint: SignedCheckpoint) -> str | None:
    """The checkpoint as the log's key alone signed it: a note without the lines of others, of which there may be many.

    None if that key did not sign it.
    """
    text, signatures = split_note(checkpoint.note.encode())
    of_log = {(one.name, one.key_id) for one in checkpoint.signatures if one.signer == "log"}
    lines = checkpoint.note.rpartition("\n\n")[2].splitlines()
    for line, signature in zip(lines, signatures, strict=True):
        if (signature.name, signature.key_id.hex()) in of_log:
            return f"{text}\n{line}\n"
    return None


def _code(note: str, voice: Voice) -> Code:
    return Code(
        svg=qr_code(note, "utf-8").svg,
        said=voice(("Kode QR berisi checkpoint yang ditandatangani", "QR code that holds the signed checkpoint")),
        title=voice(("Checkpoint yang ditandatangani kunci log", "The checkpoint that the log's key signed")),
        text=voice(
            (
                "Simpan atau foto kode ini. Dengan kode ini, siapa pun yang kelak menunjukkan log lain dapat dibuktikan"
                " berbohong.",
                "Keep or photograph this code: whoever shows another log later can be proved wrong by it.",
            )
        ),
        lines=[legible(line) for line in note.rstrip("\n").split("\n")],
    )


def _options(report: Report, voice: Voice) -> str:
    """What makes the same report again, as a shell reads it: an id may have characters that mean something to that."""
    cover = report.cover
    values = {
        "site": cover.site,
        "from": cover.begins,
        "to": cover.ends,
        "item": cover.item,
        "handover": cover.handover,
        "levels": cover.levels,
        "as-of": cover.as_of,
        "lang": voice.language,
    }
    return " ".join(f"--{name} {quote(legible(str(value)))}" for name, value in values.items() if value is not None)
