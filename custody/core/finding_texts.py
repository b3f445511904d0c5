"""What findings say to people: Bahasa Indonesia, English, and the practice that each comes from.

`{…}` are a finding's facts. The same ones stand in both languages.
"""

TEXTS: dict[str, tuple[str, str, str]] = {
    "split-view": (
        "Peristiwa ini menyebut checkpoint dengan {size} entri yang bukan milik log ini. Amankan perangkatnya dan"
        " bandingkan checkpoint-nya dengan milik auditor lain.",
        "The event names a checkpoint of {size} entries that is not this log's. Secure the device, and compare its"
        " checkpoint with other auditors'.",
        "C2SP tlog-checkpoint",
    ),
    "chain-fork": (
        "Penerbit {issuer} punya dua riwayat yang berbeda mulai nomor {seq}. Tarik perangkatnya dan periksa apakah"
        " kuncinya disalin.",
        "Issuer {issuer} has two different histories from number {seq} on. Withdraw the device, and find out whether"
        " its key was copied.",
        "DESIGN",
    ),
    "chain-gap": (
        "Pernyataan nomor {first} sampai {last} dari perangkat {issuer} belum sampai. Sambungkan perangkat itu ke"
        " jaringan, atau cari tahu di mana perangkat itu.",
        "Statements {first} to {last} of device {issuer} have not arrived. Connect the device to a network, or find out"
        " where it is.",
        "NIST SP 1500-101",
    ),
    "signature-bad": (
        "Tanda tangan atas nama kunci {key} ternyata bukan dibuat oleh kunci itu. Jangan andalkan pernyataan ini;"
        " tanyakan kepada pemegang kartu pengenalnya.",
        "The signature in the name of key {key} was not made by that key. Do not rely on this statement; ask the"
        " holder of the badge.",
        "DESIGN",
    ),
    "signer-unknown": (
        "Ditandatangani dengan kunci {key} yang belum didaftarkan siapa pun. Daftarkan kartu pengenalnya, atau cari"
        " tahu siapa yang menandatangani.",
        "Signed with key {key}, which nobody has enrolled. Enrol the badge, or find out who signed.",
        "US EAC: authorised people only",
    ),
    "signer-not-valid": (
        "Kartu pengenal petugas {handler} tidak berlaku pada saat penandatanganan. Pastikan siapa yang bertugas waktu"
        " itu.",
        "The badge of handler {handler} was not valid when it signed. Find out who was on duty then.",
        "US EAC: authorised people only",
    ),
    "signer-revoked": (
        "Ditandatangani dengan kunci {key} setelah kunci itu ditarik atau dilaporkan hilang. Pastikan siapa yang"
        " memegangnya.",
        "Signed with key {key} after it was retired or reported lost. Find out who has it.",
        "US EAC: authorised people only",
    ),
    "signer-compromised": (
        "Ditandatangani dengan kunci {key} pada masa ketika kunci itu dikuasai orang lain. Jangan andalkan pernyataan"
        " ini tanpa bukti lain.",
        "Signed with key {key} at a time when the key was in others' hands. Do not rely on this statement without"
        " other evidence.",
        "US EAC: authorised people only",
    ),
    "signer-uncertain": (
        "Kunci {key} mungkin menandatangani ini setelah tidak berlaku atau dicabut; waktunya tidak dapat dipastikan."
        " Mintalah keterangan para pihak.",
        "Key {key} may have signed this after its expiry or revocation; the time cannot be decided. Ask the parties.",
        "DESIGN",
    ),
    "clock-ahead": (
        "Jam perangkat lebih cepat {ms} daripada jam buku besar. Setel jam perangkat.",
        "The device's clock is {ms} ahead of the ledger's. Set the device's clock.",
        "NIST SP 1500-101",
    ),
    "clock-before-cause": (
        "Menurut jamnya, peristiwa ini terjadi {ms} sebelum hal yang seharusnya mendahuluinya: pernyataan perangkat itu"
        " sendiri, peristiwa yang dirujuknya (misalnya penyerahan barangnya), atau entri log yang sudah dilihatnya."
        " Setel jam perangkat dan tanyakan urutan kejadiannya.",
        "By its clock, this happened {ms} before what it follows: the device's own statement, an event to which it"
        " refers (as the release of the item), or an entry of the log that it had seen. Set the device's clock, and ask"
        " in what order things happened.",
        "NIST SP 1500-101",
    ),
    "clock-jump": (
        "Jam perangkat bergeser {ms} selagi perangkat menyala. Cari tahu siapa yang mengubahnya.",
        "The device's clock moved by {ms} while the device was running. Find out who changed it.",
        "NIST SP 1500-101",
    ),
    "clock-mono-back": (
        "Penghitung waktu perangkat mundur selagi perangkat menyala, padahal itu tidak mungkin. Periksa apakah"
        " perangkat disalin atau diutak-atik.",
        "The device's running time went back while the device was on, which cannot be. Check whether it was copied or"
        " tampered with.",
        "NIST SP 1500-101",
    ),
    "boot-returned": (
        "Sesi penyalaan perangkat {boot} muncul lagi setelah berakhir. Periksa apakah perangkat disalin.",
        "The device's boot {boot} came back after it had ended. Check whether the device was copied.",
        "NIST SP 1500-101",
    ),
    "late-entry": (
        "Pernyataan ini sampai di log {ms} setelah dibuat, lebih lama daripada yang diizinkan. Sambungkan perangkat"
        " lebih sering.",
        "The statement reached the log {ms} after it was made, later than allowed. Connect the device more often.",
        "US EAC: every step documented",
    ),
    "too-few-signatures": (
        "Petugas yang menandatangani: {got}; yang disyaratkan: {wanted}. Mintalah keterangan petugas yang hadir.",
        "Handlers who signed: {got}; required: {wanted}. Ask the handlers who were there.",
        "US EAC: two signatures a transfer; Colorado 20.9",
    ),
    "wrong-role": (
        "Petugas {handler} berperan sebagai {role}, dan peran itu tidak boleh melakukan ini. Pastikan siapa yang"
        " menugaskannya.",
        "Handler {handler} has the role {role}, which may not do this. Find out who gave the order.",
        "US EAC: authorised people only",
    ),
    "paper-receipt": (
        "Penerima tidak memakai kartu pengenal dan hanya menandatangani kertas. Simpan kertasnya dan cocokkan dengan"
        " fotonya.",
        "The receiver had no badge and signed on paper only. Keep the paper, and compare it with its photograph.",
        "ACE: the receiver signs",
    ),
    "one-device": (
        "Kedua pihak menandatangani di satu perangkat, padahal disyaratkan dua. Mintalah konfirmasi penerima.",
        "Both parties signed at one device where two were asked for. Ask the receiver to confirm.",
        "DESIGN",
    ),
    "manual-entry": (
        "Id yang diketik, bukan dipindai: {count}. Cocokkan dengan label barangnya.",
        "Ids that were typed and not scanned: {count}. Compare them with the labels on the items.",
        "DESIGN",
    ),
    "photograph-missing": (
        "Kebijakan meminta foto untuk tindakan ini, tetapi tidak ada. Ambil fotonya selagi bisa; bila tidak, simpan"
        " segelnya dan mintalah keterangan petugas yang hadir.",
        "Policy asks for a photograph here, and none was taken. Take one while that can be done; else keep the seals,"
        " and ask the handlers who were there.",
        "Appel 2011: who inspected, what was read, and a photograph",
    ),
    "warning-overridden": (
        "Peringatan “{warning}” ditampilkan, tetapi dilanjutkan. Tanyakan alasannya kepada petugas.",
        "The warning “{warning}” was shown, and overridden. Ask the handler for the reason.",
        "ACE: discrepancies are logged at once",
    ),
    "label-bad": (
        "Label tidak dapat dipercaya: {verdict}. Jangan pakai barang ini sampai asalnya jelas.",
        "The label cannot be trusted: {verdict}. Do not use the item until its origin is clear.",
        "DESIGN",
    ),
    "label-foreign-host": (
        "Label menunjuk ke alamat yang bukan milik penerbitnya. Jangan buka tautannya, dan laporkan labelnya.",
        "The label links to an address that its issuer does not have. Do not open the link, and report the label.",
        "DESIGN",
    ),
    "unknown-item": (
        "Barang ini tidak pernah didaftarkan dan tidak ada dalam rencana. Cari tahu dari mana asalnya.",
        "The item was never commissioned, and is in no plan. Find out where it comes from.",
        "US EAC: what makes the item unique",
    ),
    "unknown-site": (
        "Lokasi {site} yang dicatat di sini tidak ada dalam daftar. Pastikan di mana ini terjadi, lalu mintalah"
        " otoritas mendaftarkan lokasinya.",
        "The site {site} that is recorded here was never stated. Find out where this happened, then have the authority"
        " state the site.",
        "ACE: the destination is told before departure",
    ),
    "after-retirement": (
        "Barang ini masih dipakai setelah dinyatakan tidak dipakai lagi. Pastikan apakah labelnya disalin.",
        "The item was used after it was retired. Find out whether its label was copied.",
        "US EAC: what makes the item unique",
    ),
    "correction-unauthorised": (
        "Catatan diperbaiki oleh pihak yang tidak berhak; perbaikan ini tidak berlaku. Yang boleh memperbaiki:"
        " perangkat yang sama (kecuali pihak-pihaknya), penanda tangan semula, atau pengawas.",
        "A record was corrected by someone who may not; the correction has no effect. The same device (save the"
        " parties), a signer of the record or a supervisor may correct it.",
        "US EAC: every step documented",
    ),
    "discrepancy-missing": (
        "Dilaporkan tidak ditemukan. Cari di lokasi asal dan di perjalanan, dan catat penerimaannya bila ditemukan.",
        "Reported missing. Search where it came from and on the way, and record its receipt when it is found.",
        "ACE: discrepancies are logged at once",
    ),
    "discrepancy-short": (
        "Dilaporkan isinya kurang: {count}. Hitung sekali lagi, cari kekurangannya di lokasi asal, lalu mintalah "
        "gantinya.",
        "Reported to hold too little, short: {count}. Count once more, search where it came from, then ask for "
        "replacements.",
        "ACE: discrepancies are logged at once",
    ),
    "discrepancy-swapped": (
        "Dilaporkan tertukar: {count}. Hentikan pemakaian, dan tukar kembali dengan lokasi yang menerima barang"
        " sebenarnya.",
        "Reported swapped: {count}. Stop using it, and exchange it with the site that received the right one.",
        "ACE: discrepancies are logged at once",
    ),
    "discrepancy-extra": (
        "Dilaporkan berlebih: {count}. Amankan kelebihannya dan cari lokasi yang kekurangan.",
        "Reported as too many: {count}. Secure what is too many, and look for the site that lacks it.",
        "ACE: discrepancies are logged at once",
    ),
    "discrepancy-damaged": (
        "Dilaporkan rusak: {count}. Mintalah penggantian dan simpan yang rusak.",
        "Reported damaged: {count}. Ask for replacements, and keep what is damaged.",
        "US EAC: condition at transfer",
    ),
    "discrepancy-wrong-data": (
        "Dilaporkan data keliru: {count}. Bandingkan barang dengan catatannya, lalu perbaiki catatannya.",
        "Reported with wrong data: {count}. Compare the items with the record, then correct the record.",
        "ACE: discrepancies are logged at once",
    ),
    "accepted-by-another": (
        "Penyerahan ditujukan kepada {named}, tetapi yang menerima {got}. Pastikan siapa yang memegang barang ini.",
        "Released to {named}, but accepted by {got}. Find out who has the item.",
        "ACE: the receiver signs",
    ),
    "accepted-by-colleague": (
        "Penyerahan ditujukan kepada {named}; di tempat tujuan yang menerima {got}, rekannya dari lokasi dan dengan"
        " peran yang sama atau di hadapan rekan itu. Mintalah {named} menegaskannya, atau catat serah terima"
        " kepadanya.",
        "Released to {named}, but accepted there by {got}, a colleague of the same site and role, or before one. Ask"
        " {named} to confirm it, or record a handover to them.",
        "ACE: the receiver signs",
    ),
    "two-places": (
        "Barang yang sama tercatat di {site} dan di {other}. Periksa kedua labelnya: salah satunya mungkin salinan.",
        "The same item is recorded at {site} and at {other}. Check both labels: one may be a copy.",
        "US EAC: what makes the item unique",
    ),
    "commissioned-twice": (
        "Barang ini didaftarkan lebih dari sekali. Periksa apakah ada dua barang dengan label yang sama; bila tidak,"
        " perbaiki catatan yang keliru.",
        "The item was commissioned more than once. Find out whether two items bear one label; if not, correct the"
        " record that is wrong.",
        "US EAC: what makes the item unique",
    ),
    "custody-break": (
        "Dari {from} sampai {to} tidak tercatat siapa yang menguasai barang ini. Mintalah keterangan kedua lokasi dan"
        " periksa segelnya.",
        "From {from} to {to} it is not recorded who had the item. Ask both sites, and inspect its seals.",
        "CISA: a break is any period when control is uncertain",
    ),
    "released-by-non-custodian": (
        "Dipindahtangankan oleh {releaser} tanpa tanda tangan {custodian}, yang tercatat memegangnya. Pastikan kapan"
        " barang ini berpindah tangan.",
        "Passed on by {releaser} without the signature of {custodian}, who had it by the record. Find out when it"
        " changed hands.",
        "US EAC: who transfers",
    ),
    "accepted-without-release": (
        "Diterima tanpa penyerahan yang tercatat. Mintalah pihak pertama mencatat penyerahannya.",
        "Accepted with no release on record. Ask the one who gave it to record the release.",
        "US EAC: two signatures a transfer",
    ),
    "release-open": (
        "Penyerahan ini belum diterima siapa pun dalam batas waktunya. Hubungi pengangkut dan lokasi tujuan.",
        "Nobody has accepted this release in time. Call the carrier and the destination.",
        "ACE: never unattended",
    ),
    "wrong-destination": (
        "Tujuannya {to}, tetapi barang ini dibawa ke {site}. Hubungi kedua lokasi dan kirimkan ke tujuan yang benar.",
        "Its destination is {to}, but it was taken to {site}. Call both sites, and send it where it belongs.",
        "ACE: the destination is told before departure",
    ),
    "site-skipped": (
        "Tidak tercatat di {site}, padahal rutenya direncanakan melalui lokasi itu. Tanyakan kepada pengangkut.",
        "Not recorded at {site}, though its planned way leads there. Ask the carrier.",
        "ACE: itinerary and stops",
    ),
    "seal-missing": (
        "Segel {seal} hilang. Hitung isinya di hadapan saksi, pasang segel baru, dan catat keduanya.",
        "Seal {seal} is missing. Count the contents before attesters, put on a new seal, and record both.",
        "Colorado 20.9: seals intact",
    ),
    "seal-broken": (
        "Segel {seal} rusak. Simpan segelnya, hitung isinya di hadapan saksi, dan pasang segel baru.",
        "Seal {seal} is broken. Keep it, count the contents before attesters, and put on a new seal.",
        "Texas: broken seals are kept; Colorado 20.9",
    ),
    "seal-differs": (
        "Nomor segel yang tercatat {recorded}, yang terbaca {read}. Baca sekali lagi; bila tetap berbeda, selidiki.",
        "Seal number recorded: {recorded}; read: {read}. Read it once more; if it still differs, investigate.",
        "Colorado 20.9: serials match; Texas; Appel 2011",
    ),
    "seal-changed": (
        "Segel berubah dari {recorded} menjadi {read}, padahal tidak tercatat pernah dilepas. Cari tahu siapa yang"
        " membuka barang ini.",
        "The seals changed from {recorded} to {read}, with no unsealing on record. Find out who opened the item.",
        "Appel 2011; ACE",
    ),
    "seal-reused": (
        "Segel {seal} dipakai lagi, padahal sudah terpasang sebelumnya pada {other}. Satu nomor segel hanya dipasang"
        " sekali: bandingkan segelnya, cari tahu mana yang tiruan, dan hitung isinya di hadapan saksi.",
        "Seal {seal} is in use again, though it was on {other} before. A number is put on once: compare the seals, find"
        " out which is a copy, and count the contents before attesters.",
        "Texas: seals are assigned beforehand, broken ones kept; Appel 2011",
    ),
    "opened-sealed": (
        "Dibuka, padahal menurut catatan masih disegel: {recorded}. Cari tahu siapa yang membukanya, hitung isinya di"
        " hadapan saksi, lalu pasang segel baru.",
        "Opened while it was sealed by the record: {recorded}. Find out who opened it, count the contents before"
        " attesters, then put on new seals.",
        "Appel 2011; ACE",
    ),
    "unsealed": (
        "Segel yang terpasang: {got}; yang disyaratkan: {wanted}. Pasang segel sebelum barang ini diserahkan lebih"
        " lanjut.",
        "Seals on it: {got}; required: {wanted}. Seal it before it goes any further.",
        "Perbawaslu 15/2024 art. 26",
    ),
    "too-few-seals": (
        "Segel yang terpasang: {got}; yang direncanakan: {wanted}. Pasang yang kurang, atau cari tahu ke mana sisanya.",
        "Seals on it: {got}; planned: {wanted}. Put on those that are lacking, or find out where they are.",
        "Texas: seals are assigned beforehand",
    ),
    "container-cycle": (
        "Menurut catatan, {container} berada di dalam barang yang dimasukkan ke dalamnya, padahal itu tidak mungkin."
        " Periksa mana yang berisi, lalu perbaiki catatan yang keliru.",
        "By the record {container} is inside what was put into it, which cannot be. Find out which holds the other,"
        " then correct the record that is wrong.",
        "ACE: count and contents",
    ),
    "container-too-deep": (
        "Wadah bertingkat lebih dari 16 lapis, sehingga barang ini dicatat di luar {container}. Kurangi lapisannya,"
        " lalu catat lagi isinya.",
        "There would be more than 16 containers around one thing, so the item is recorded outside {container}. Use"
        " fewer, then record the contents again.",
        "DESIGN",
    ),
    "container-full": (
        "{container} sudah memuat sebanyak yang dapat dicatat (10.000 barang dalam satu wadah, atau 50.000 barang yang"
        " pernah berbagi wadah), sehingga barang ini dicatat di luarnya. Pakai wadah lain, lalu catat lagi isinya.",
        "{container} holds as many as can be recorded (10,000 items in one container, or 50,000 that ever shared"
        " containers), so the item is recorded outside it. Use another container, then record the contents again.",
        "DESIGN",
    ),
    "moved-too-many": (
        "Peristiwa ini memindahkan terlalu banyak barang sekaligus, sehingga kemajuan isi {container} menurut"
        " rencana tidak ikut tercatat. Catat perpindahannya sekali lagi, dalam peristiwa tersendiri.",
        "The event moves too many items at once, so what is in {container} is not recorded as further on its planned"
        " way. Record its move again, in an event of its own.",
        "DESIGN",
    ),
    "too-many-events": (
        "Perangkat {issuer} mencatat lebih dari {most} peristiwa untuk barang ini; yang sesudahnya tetap ada di log,"
        " tetapi tidak dinilai. Periksa perangkat itu, lalu catat keadaan barang dengan perangkat lain.",
        "Device {issuer} has recorded more than {most} events of this item; those after them stay in the log, but are"
        " not judged. Examine the device, then record with another one how the item stands.",
        "DESIGN",
    ),
    "district-differs": (
        "Jenis surat suara atau daerah pemilihan seharusnya {wanted}, ternyata {got}. Jangan dipakai; tukar dengan yang"
        " benar.",
        "Ballot type or district should be {wanted}, but is {got}. Do not use it; exchange it for the right one.",
        "ACE: count and contents",
    ),
    "kind-differs": (
        "Jenis barang seharusnya {wanted}, ternyata {got}. Cocokkan barang dengan rencana, lalu perbaiki yang keliru.",
        "The kind should be {wanted}, but is {got}. Compare the item with the plan, then put right what is wrong.",
        "ACE: count and contents",
    ),
    "count-differs": (
        "Jumlah seharusnya {wanted}, ternyata {got}. Hitung sekali lagi; bila tetap berbeda, catat kejadian khusus.",
        "The count should be {wanted}, but is {got}. Count once more; if it still differs, record a discrepancy.",
        "ACE: count and contents",
    ),
    "contents-differ": (
        "Isinya seharusnya {wanted}, yang tercatat di dalamnya {got}. Lengkapi isinya atau catat jumlahnya; bila ada"
        " yang kurang, cari tahu ke mana sisanya.",
        "There should be {wanted} in it, and {got} are recorded. Complete it, or record how many there are; if some are"
        " lacking, find out where they are.",
        "ACE: count and contents",
    ),
    "late": (
        "Belum sampai di {to}, padahal batas waktunya {due}. Hubungi pengangkut dan lokasi terakhirnya.",
        "Not at {to}, where it was due {due}. Call the carrier and the site where it was last.",
        "Perbawaslu 15/2024 art. 26; KPU: delivery by H-1",
    ),
    "at-risk": (
        "Agar tiba di {to} paling lambat {due}, barang harus sudah melanjutkan perjalanan paling lambat {latest}. "
        "Percepat pengirimannya sekarang.",
        "To be at {to} by {due} it has to have gone on by {latest}. Speed up its delivery now.",
        "KPU: delivery by H-1",
    ),
}
"""(Bahasa Indonesia, English, practice) by code."""
