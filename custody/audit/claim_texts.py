"""What a verification proved, or did not: the sentence of each code, Bahasa Indonesia first; `{…}` are its facts."""

from custody.core.words import Pair

CLAIMS: dict[str, Pair] = {
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
    "report-signed": (
        "{name}: ditandatangani {subject}, dengan sertifikat yang SHA-256-nya {certificate}; tanda tangan itu sah atas"
        " seluruh berkas",
        "{name}: signed by {subject}, with the certificate whose SHA-256 is {certificate}; the signature holds for the"
        " whole file",
    ),
    "report-keys": (
        "{name}: menyebut kunci log dan entri 0 yang sama",
        "{name}: names the same key of the log and the same entry 0",
    ),
    "report-over-this": (
        "{name}: menyebut checkpoint arsip ini sebagai dasarnya",
        "{name}: names this archive's checkpoint as what it rests on",
    ),
    "report-over-earlier": (
        "{name}: menyebut checkpoint {over} entri sebagai dasarnya; log di arsip ini berawal dengan entri-entri itu",
        "{name}: names a checkpoint of {over} entries as what it rests on; the log in this archive begins with these",
    ),
    "report-over-later": (
        "{name}: menyebut checkpoint {over} entri, lebih banyak daripada di arsip ini: tidak dapat dibandingkan",
        "{name}: names a checkpoint of {over} entries, more than are here: it cannot be held against this archive",
    ),
    "report-over-nothing": (
        "{name}: checkpoint yang menjadi dasarnya tidak dapat dibaca dari berkas itu",
        "{name}: which checkpoint it rests on cannot be read from it",
    ),
    "report-signer": (
        "{name}: bahwa sertifikatnya milik yang disebutnya: penerbit, masa berlaku, dan pencabutannya tidak dinilai;"
        " bandingkan SHA-256-nya dengan yang diberikan penanda tangan sendiri",
        "{name}: that the certificate is of whom it names: who issued it, and whether it was valid or is revoked, is"
        " not judged; compare its SHA-256 with what its owner gave you",
    ),
    "report-unsigned": (
        "{name}: tidak ditandatangani, jadi tidak membuktikan apa pun: siapa pun dapat menaruh yang lain di situ",
        "{name}: unsigned, so it proves nothing: anybody can put another there",
    ),
    "report-unreadable": (
        "{name}: bukan JSON laporan yang dapat dibaca, jadi tidak membuktikan apa pun",
        "{name}: no JSON of a report that can be read, so it proves nothing",
    ),
    "report": (
        "Isi laporan di folder report: tidak dinilai; `custody audit report` membuatnya lagi dari log",
        "What the reports in the folder report say: it was not judged; `custody audit report` makes them again from the"
        " log",
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
        " menandatangani",
        "That everybody is shown this same log: the auditor names no witness, so none counts as having cosigned",
    ),
    "no-witness-cosigned": (
        "Bahwa semua orang melihat log yang sama: tidak satu pun dari {witnesses} saksi log yang disebut auditor ikut"
        " menandatangani checkpoint ini",
        "That everybody is shown this same log: no witness cosigned, of {witnesses} that the auditor names",
    ),
    "others-see-the-same": (
        "Bahwa yang tidak bertanya kepada saksi-saksi log ini melihat log yang sama",
        "That those are shown this same log who do not ask these witnesses",
    ),
    "other-signatures": (
        "{other_signatures} tanda tangan atas nama lain: tidak diperiksa",
        "{other_signatures} signatures under other names are not verified",
    ),
    "never-delivered": (
        "Pernyataan yang tidak pernah dikirim: tampak hanya lewat yang sesudahnya atau dari pihak lain",
        "Statements that were never delivered: they show only through later ones or the other party's",
    ),
}
