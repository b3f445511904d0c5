"""What a verification proved, and what it did not: codes and numbers, and what they mean, Bahasa Indonesia first."""

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from custody.audit.fault_words import indonesian
from custody.audit.result import Archive, Result
from custody.readable import instant

INSTANTS = ("first_received", "last_received", "last_cosigned")
"""Facts that are instants where they are numbers."""

_TEXTS = {
    "entries-hashed": (
        "Semua {size} entri dihitung ulang: akar dan ubin cocok dengan yang ditandatangani kunci log",
        "All {size} entries hashed again: root and tiles are what the log's key signed",
    ),
    "later-entries-hashed": (
        "{new} entri mulai {resumed_from} dihitung ulang: bersama yang dinilai sebelumnya, akar dan ubin cocok dengan"
        " yang ditandatangani kunci log; log ini melanjutkan yang dinilai itu",
        "{new} entries from {resumed_from} on hashed again: with those judged before, root and tiles are what the log's"
        " key signed; the log goes on from what was judged",
    ),
    "entry-0": ("Entri 0 adalah yang ada di pengaturan auditor", "Entry 0 is the one in the auditor's settings"),
    "admissible": (
        "{events} peristiwa dan {roster_statements} pernyataan daftar memenuhi syarat saat dicatat",
        "{events} events and {roster_statements} roster statements were admissible when logged",
    ),
    "signatures": ("{signatures} tanda tangan sah", "{signatures} signatures verify"),
    "received-in-order": (
        "Waktu terima tidak pernah mundur: {first_received} – {last_received}",
        "Received never goes back: {first_received} – {last_received}",
    ),
    "chains": (
        "Rantai {issuers} penerbit diperiksa per mata rantai; tidak ada pernyataan yang tercatat dua kali",
        "The chains of {issuers} issuers checked link by link; no statement is logged twice",
    ),
    "named-checkpoints": (
        "{named_checkpoints} checkpoint yang disebut peristiwa memang milik log ini",
        "{named_checkpoints} checkpoints that events name are this log's",
    ),
    "part-hashed": (
        "Sebagian dari log: {here} dari {size} entri, milik {site}; masing-masing tercatat di tempatnya, di bawah akar"
        " yang ditandatangani kunci log",
        "A part of the log: {here} of {size} entries, of {site}; each is logged in its place, under the root that the"
        " log's key signed",
    ),
    "archive-files": (
        "Semua berkas arsip sesuai manifesnya; yang diturunkan dari log diturunkan ulang dan sama, bita demi bita",
        "Every file of the archive is as its manifests say; what is derived from the log was derived again, and is the"
        " same byte for byte",
    ),
    "photographs": (
        "{photographs} foto adalah yang disebut peristiwa",
        "{photographs} photographs are those that events name",
    ),
    "own-vkey": (
        "Log siapa ini: kunci log diambil dari arsip itu sendiri; bandingkan dengan yang diumumkan otoritas",
        "Whose log this is: the log's key was taken from the archive itself; compare it with what the authority"
        " published",
    ),
    "own-entry0": (
        "Bahwa log bermula dari entri 0 yang diumumkan: hash-nya diambil dari arsip itu sendiri; bandingkan",
        "That the log begins with the published entry 0: its hash was taken from the archive itself; compare it",
    ),
    "nothing-left-out": (
        "Bahwa tidak ada yang ditinggalkan, baik peristiwa lokasi ini maupun pernyataan daftar: di tengah rantai"
        " perangkatnya dan rantai otoritas hal itu tampak, tetapi yang terakhir (misalnya pencabutan kunci), dan"
        " peristiwa oleh perangkat lokasi lain, tidak; pemegang seluruh log dapat membuat arsip yang sama dan"
        " membandingkan",
        "That nothing was left out, neither an event of this site nor a roster statement: within the chains of its"
        " devices and of authorities it shows, but the last ones (a revoked key, for one), and events by devices of"
        " other sites, do not; whoever has the whole log can make the same archive and compare",
    ),
    "unfound": (
        "{unfound} pernyataan yang dirujuk peristiwa di sini tidak ada: belum sampai ke log, atau ditinggalkan",
        "{unfound} statements that events here refer to are not here: they never reached the log, or were left out",
    ),
    "told-from-all": (
        "findings.csv, deliveries.csv, dan sites.csv: dinilai dari seluruh log; dari sebagian tidak dapat diulang",
        "findings.csv, deliveries.csv and sites.csv: judged from the whole log; from a part nobody can do so again",
    ),
    "absent-photographs": (
        "{absent} foto yang disebut peristiwa tidak ada di arsip",
        "{absent} photographs that events name are not in the archive",
    ),
    "report": (
        "Laporan di folder report: isinya tidak dinilai, dan siapa pun dapat menaruh laporan lain di situ; hanya PDF"
        " yang ditandatangani menunjukkan siapa penanggung jawabnya, dan `custody audit report` membuatnya lagi"
        " dari log",
        "The report in the folder report: what it says was not judged, and anybody can put another there; only a PDF"
        " that is signed shows who answers for it, and `custody audit report` makes it again from the log",
    ),
    "entries-not-judged": (
        "Entri mulai {judged}: tidak dinilai",
        "Entries from {judged} on: not judged",
    ),
    "still-served": (
        "Bahwa {resumed_from} entri pertama, yang dinilai sebelumnya, masih disajikan seperti waktu itu: untuk itu"
        " `--from-start`",
        "That the first {resumed_from} entries, which were judged before, are still served as they were then: that is"
        " `--from-start`",
    ),
    "not-held-against": (
        "Bahwa ini awal dari log yang Anda verifikasi sebelumnya: waktu itu {unheld} entri, di sini {size}, dan yang"
        " lebih pendek tidak menunjukkannya; `custody audit compare` dengan log itu sekarang membuktikannya",
        "That this is the beginning of the log that you verified before: it had {unheld} entries then, here are {size},"
        " and the shorter one cannot show it; `custody audit compare` with the log as it is now can",
    ),
    "not-kept": (
        "Bagi pemeriksaan berikutnya: hasil ini tidak dapat disimpan, {state_fault}",
        "To the next verification: this could not be kept, {state_fault}",
    ),
    "unknown-signatures": (
        "{unknown_signatures} tanda tangan dari kunci yang tidak pernah terdaftar: tidak dapat dinilai",
        "{unknown_signatures} signatures by keys that are never enrolled: nobody can judge them",
    ),
    "other-files": ("{other_files} berkas lain: tidak dibaca", "{other_files} other files: not read"),
    "cosigned": (
        "{cosigned} dari {witnesses} saksi log yang disebut auditor ikut menandatangani checkpoint ini, terakhir"
        " {last_cosigned}: sejauh saksi itu dipercaya, mereka melihat riwayat yang sama",
        "{cosigned} of the {witnesses} witnesses that the auditor names have cosigned this checkpoint, last at"
        " {last_cosigned}: as far as they are trusted, they have seen this same history",
    ),
    "same-for-everybody": (
        "Bahwa semua orang melihat log yang sama: auditor tidak menyebut saksi log, jadi tidak ada yang dihitung ikut"
        " menandatangani; {other_signatures} tanda tangan atas nama lain tidak diperiksa",
        "That everybody is shown this same log: the auditor names no witness, so none counts as having cosigned;"
        " {other_signatures} signatures under other names are not verified",
    ),
    "no-witness-cosigned": (
        "Bahwa semua orang melihat log yang sama: tidak satu pun dari {witnesses} saksi log yang disebut auditor ikut"
        " menandatangani checkpoint ini; {other_signatures} tanda tangan atas nama lain tidak diperiksa",
        "That everybody is shown this same log: no witness cosigned, of {witnesses} that the auditor names;"
        " {other_signatures} signatures under other names are not verified",
    ),
    "others-see-the-same": (
        "Bahwa yang tidak bertanya kepada saksi-saksi log ini melihat log yang sama; {other_signatures} tanda tangan"
        " atas nama lain tidak diperiksa",
        "That those are shown this same log who do not ask these witnesses; {other_signatures} signatures under other"
        " names are not verified",
    ),
    "never-delivered": (
        "Pernyataan yang tidak pernah dikirim: tampak hanya lewat yang sesudahnya atau dari pihak lain",
        "Statements that were never delivered: they show only through later ones or the other party's",
    ),
}


class Claim(Struct, frozen=True):
    """Something that was proved, or was not; `facts` are what its text names, of a `Result`. Instants in Unix ms."""

    code: str
    facts: dict[str, int | str]


def proved(result: Result) -> list[Claim]:
    """What was proved of a log that holds; nothing of any other."""
    return list(_proved(result)) if result.verdict == "holds" else []


def unproved(result: Result) -> list[Claim]:
    """What nobody should take as proved."""
    return list(_unproved(result))


def text(claim: Claim, language: Literal["id", "en"]) -> str:
    """What a claim says."""
    shown = {
        name: instant(fact) if name in INSTANTS and isinstance(fact, int) else fact
        for name, fact in claim.facts.items()
    }
    if language == "id" and "state_fault" in shown:
        path, _, reason = str(shown["state_fault"]).rpartition(": ")
        shown["state_fault"] = f"{path}: {indonesian(reason)}"
    return _TEXTS[claim.code][language == "en"].format_map(shown)


def _claim(result: Result, code: str, *names: str) -> Claim:
    return Claim(code, {name: getattr(result, name) for name in names})


def _proved(result: Result) -> Iterator[Claim]:
    archive = result.archive
    if archive is not None and archive.site is not None:
        yield Claim("part-hashed", {"here": archive.here, "size": result.size, "site": archive.site})
    elif result.resumed_from is None:
        yield _claim(result, "entries-hashed", "size")
    else:
        new = result.size - result.resumed_from
        yield Claim("later-entries-hashed", {"new": new, "resumed_from": result.resumed_from})
    if archive is None or "entry0" not in archive.own_keys:
        yield _claim(result, "entry-0")
    yield _claim(result, "admissible", "events", "roster_statements")
    yield _claim(result, "signatures", "signatures")
    if result.first_received is not None and result.last_received is not None:
        yield _claim(result, "received-in-order", "first_received", "last_received")
    yield _claim(result, "chains", "issuers")
    yield _claim(result, "named-checkpoints", "named_checkpoints")
    if result.cosigned:
        last = max(one.at for one in result.cosigned)
        facts = {"cosigned": len(result.cosigned), "witnesses": result.witnesses, "last_cosigned": last}
        yield Claim("cosigned", {**facts})
    if archive is not None:
        yield _claim(result, "archive-files")
        if archive.photographs:
            yield Claim("photographs", {"photographs": archive.photographs})


def _unproved(result: Result) -> Iterator[Claim]:
    if result.archive is not None:
        yield from _unproved_of_archive(result.archive)
    if result.judged < result.size:
        yield _claim(result, "entries-not-judged", "judged")
    if result.resumed_from:
        yield _claim(result, "still-served", "resumed_from")
    if result.unheld is not None:
        yield _claim(result, "not-held-against", "unheld", "size")
    if result.state_fault is not None:
        yield _claim(result, "not-kept", "state_fault")
    if result.unknown_signatures:
        yield _claim(result, "unknown-signatures", "unknown_signatures")
    if result.other_files:
        yield _claim(result, "other-files", "other_files")
    yield _same_for_everybody(result)
    yield _claim(result, "never-delivered")


def _same_for_everybody(result: Result) -> Claim:
    if not result.witnesses:
        return _claim(result, "same-for-everybody", "other_signatures")
    if not result.cosigned:
        return _claim(result, "no-witness-cosigned", "witnesses", "other_signatures")
    return _claim(result, "others-see-the-same", "other_signatures")


def _unproved_of_archive(archive: Archive) -> Iterator[Claim]:
    for name in archive.own_keys:
        yield Claim(f"own-{name}", {})
    if archive.site is not None:
        yield Claim("nothing-left-out", {})
        if archive.unfound:
            yield Claim("unfound", {"unfound": archive.unfound})
        yield Claim("told-from-all", {})
    if absent := archive.photographs_named - archive.photographs:
        yield Claim("absent-photographs", {"absent": absent})
    if archive.report:
        yield Claim("report", {})
