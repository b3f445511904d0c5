"""The README of an archive: what it is, how to verify it with this software, and by hand. Its commands are tested."""

from msgspec import Struct, structs

from custody.audit.archive import layout
from custody.audit.epcis import timestamp


class Facts(Struct, frozen=True):
    """Of what a README tells. `here`: how many entries are in the archive; `last`: when the log's last was received."""

    vkey: str
    entry0: str
    origin: str
    size: int
    root: str
    last: int
    site: str | None
    here: int


def readme(facts: Facts) -> bytes:
    """The bytes of the README: Bahasa Indonesia, then English."""
    part = facts.site is not None
    whole = _INDONESIAN + (_PART_ID if part else "") + _ENGLISH + (_PART_EN if part else "") + _BY_HAND
    said = structs.asdict(facts) | {"last": timestamp(facts.last), "site": facts.site or "semua / all"}
    for name, value in said.items():
        whole = whole.replace("{" + name + "}", str(value))
    return whole.encode()


_INDONESIAN = f"""\
# Arsip catatan rantai penguasaan / Archive of a chain-of-custody log

| | |
| --- | --- |
| log | `{{origin}}` |
| entri / entries | {{here}} dari / of {{size}} |
| akar / root | `{{root}}` |
| entri terakhir diterima / last entry received | {{last}} |
| lokasi / site | {{site}} |
| vkey | `{{vkey}}` |
| entri 0 / entry 0 (SHA-256) | `{{entry0}}` |

**Jangan percaya vkey dan hash di atas hanya karena tertulis di sini.** Bandingkan keduanya dengan yang diumumkan oleh
otoritas, lewat jalan yang tidak melalui pemberi arsip ini. Dari keduanyalah semua yang lain dibuktikan.

## Isi
- `{layout.LOG}`: log itu sendiri: checkpoint yang ditandatangani, ubin hash, dan entri (C2SP tlog-tiles). Hanya ini
  yang menjadi bukti; berkas lain diturunkan darinya dan dapat diturunkan lagi.
- `{layout.CSV}`, `{layout.ROSTER}`: peristiwa, ketidaksesuaian, pengiriman, lokasi, dan daftar (siapa dan apa yang
  dipercaya), untuk lembar sebar. `{layout.EPCIS}`: peristiwa dalam EPCIS 2.0 (JSON-LD).
- `{layout.PHOTOGRAPHS}`, bila disertakan: foto yang disebut peristiwa, masing-masing dengan 16 bita acaknya.
- `{layout.REPORT}`, bila disertakan: laporan. Ia di luar kedua manifes, dan siapa pun dapat menaruh yang lain: PDF yang
  ditandatangani menunjukkan siapa penanda tangannya; yang tidak ditandatangani tidak membuktikan apa pun.

## Memeriksa dengan perangkat lunak ini, tanpa jaringan
    custody audit verify ARSIP --vkey VKEY --entry0 HASH

`ARSIP` ialah folder atau zip ini. Yang berubah, kurang, atau berlebih disebut namanya, juga bila manifesnya
dibuat ulang.
"""
_PART_ID = """
## Ini sebagian dari log
Arsip ini memuat {here} dari {size} entri: semua pernyataan daftar; semua peristiwa di lokasi `{site}` dan di bawahnya
atau yang menuju ke sana; yang dirujuk dan yang mengoreksinya; dan semua pernyataan perangkat milik lokasi itu. Hash
semua entri lain ada di ubin, jadi setiap entri di sini terbukti tercatat di tempatnya.

**Apakah ada yang ditinggalkan?** Sejauh ini terlihat: pernyataan perangkat milik lokasi ini bernomor urut dan menyebut
yang sebelumnya; nomor yang hilang di tengah tampak sebagai celah. Demikian pula pernyataan daftar. Yang dirujuk tetapi
tidak ada di sini dihitung. Yang **tidak** terlihat dari arsip ini saja: pernyataan terakhir dari suatu rantai, termasuk
rantai otoritas (misalnya pencabutan: di sini kunci itu tampak masih berlaku), dan peristiwa di lokasi ini oleh
perangkat milik lokasi lain. Siapa pun yang memegang seluruh log dapat memastikannya: `custody archive --site {site}`
memberi arsip yang sama, bita demi bita. Ketidaksesuaian, pengiriman, dan lokasi (`findings.csv`, `deliveries.csv`,
`sites.csv`) dinilai dari seluruh log dan tidak dapat dinilai ulang dari sebagian.
"""
_ENGLISH = f"""
---

**Do not believe the vkey and the hash above because they stand here.** Compare both with what the authority has
published, by a way that does not lead through whoever gave you this archive. Everything else is proved from these two.

## What is in it
- `{layout.LOG}`: the log itself: the signed checkpoint, hash tiles and entries (C2SP tlog-tiles). Only this is
  evidence; all else is derived from it and can be derived again.
- `{layout.CSV}`, `{layout.ROSTER}`: events, findings, deliveries, sites, and the roster (who and what is trusted), for
  spreadsheets. `{layout.EPCIS}`: the events in EPCIS 2.0 (JSON-LD).
- `{layout.PHOTOGRAPHS}`, where included: photographs that events name, each with its 16 random bytes.
- `{layout.REPORT}`, where included: reports. They lie outside both manifests, and anybody can put others there: a
  signed PDF shows who signed it; what is unsigned proves nothing.

## Verify it with this software, without a network
    custody audit verify ARCHIVE --vkey VKEY --entry0 HASH

`ARCHIVE` is this folder or zip. What was changed, is missing or was added is named, also if the manifests were made
anew.
"""
_PART_EN = """
## This is a part of the log
This archive holds {here} of {size} entries: all roster statements; every event at the site `{site}` or below it, or on
its way there; what those refer to and what corrects them; and every statement of the devices that belong there. The
hashes of all other entries are in the tiles, so that each entry here is proved to be logged in its place.

**Was anything left out?** This much can be seen: the statements of a device of this site are numbered, and each names
the one before; a number that is missing between others shows as a gap. So do roster statements. What is referred to
and is not here is counted. What **cannot** be seen from this archive alone: the last statements of a chain, also of an
authority's (a revocation, for one: here that key would still count), and events at this site by devices of other sites.
Whoever has the whole log can tell: `custody archive --site {site}` gives this same archive, byte for byte. Findings,
deliveries and sites (`findings.csv`, `deliveries.csv`, `sites.csv`) were judged from the whole log, and cannot be
judged again from a part.
"""
_BY_HAND = """
## Dengan tangan / By hand
Di folder ini / in this folder. Tidak perlu perangkat lunak ini / this software is not needed.

1. Berkas sesuai manifes / the files are as the manifests say:
```sh
sha256sum --quiet -c manifest-sha256.txt tagmanifest-sha256.txt
```
2. Entri membentuk akar di checkpoint, dan entri 0 adalah yang diumumkan / the entries make the checkpoint's root, and
   entry 0 is the published one (Python; few lines in any language):
```python
import base64, hashlib, pathlib
log, H = pathlib.Path("data/log"), lambda data: hashlib.sha256(data).digest()
origin, size, root = (log / "checkpoint").read_text().split("\\n")[:3]
def read(kind, n):
    name, width = f"{n % 1000:03}", min(256, int(size) - 256 * n)
    while n := n // 1000:
        name = f"x{n % 1000:03}/{name}"
    return (log / f"tile/{kind}/{name}{'' if width == 256 else f'.p/{width}'}").read_bytes()
leaves, here, first = [], 0, b""
for n in range(-(-int(size) // 256)):
    bundle, hashes, at = read("entries", n), read(0, n), 0
    while at < len(bundle):
        start, at = at + 2, at + 2 + int.from_bytes(bundle[at:at + 2], "big")
        entry, k = bundle[start:at], 32 * (len(leaves) % 256)
        first, here = first or entry, here + bool(entry)
        leaves.append(H(b"\\0" + entry) if entry else hashes[k:k + 32])  # length 0: left out of a part
def top(row):
    half = 1 << (len(row) - 1).bit_length() >> 1
    return H(b"\\1" + top(row[:half]) + top(row[half:])) if half else row[0]
assert len(leaves) == int(size) and base64.b64encode(top(leaves)).decode() == root, "NOT the signed root"
print(origin, here, "of", size, "entries; entry 0:", hashlib.sha256(first).hexdigest())
```
3. Kunci log menandatangani checkpoint itu / the log's key signed that checkpoint (OpenSSL 3):
```sh
t=$(mktemp -d)
printf '\\060\\052\\060\\005\\006\\003\\053\\145\\160\\003\\041\\000' > $t/key
cut -d+ -f3- data/keys/vkey | base64 -d | tail -c 32 >> $t/key
head -n 3 data/log/checkpoint > $t/text
id=$(cut -d+ -f2 data/keys/vkey)
grep -F "— $(cut -d+ -f1 data/keys/vkey) " data/log/checkpoint | while read -r line; do
  echo "${line##* }" | base64 -d > $t/line
  test "$(head -c 4 $t/line | od -An -tx1 | tr -d ' \\n')" = "$id" && tail -c 64 $t/line > $t/sig
done
openssl pkeyutl -verify -pubin -keyform DER -inkey $t/key -rawin -in $t/text -sigfile $t/sig
```
4. Foto sesuai dengan hash yang disebut peristiwa / a photograph hashes to the name that events give it:
```sh
for f in data/photographs/*/*.jpg; do
  test -e "$f" || continue
  test "$(cat "${f%.jpg}.salt" "$f" | sha256sum | cut -c1-64)" = "$(basename "$f" .jpg)" || echo "NOT $f"
done
```
Setiap entri ialah JSON: `payload` (base64) adalah pernyataan, `signatures` tanda tangan Ed25519 atasnya (DSSE v1) /
each entry is JSON: `payload` (base64) is the statement, `signatures` are Ed25519 over it (DSSE v1).
"""
