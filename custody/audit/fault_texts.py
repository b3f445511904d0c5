"""Bahasa Indonesia for what is wrong with a log, an archive or what an auditor has, by the English of the errors.

`{}` stands for whatever is there. What is an id, a hash or a number is the same in both languages, and has no line.
"""

AUDIT_TEXTS: dict[str, str] = {
    # The log
    "the log is empty": "log ini kosong",
    "entry 0 with SHA-256 {}": "entri 0 dengan SHA-256 {}",
    "no entry": "tidak ada entri",
    "entry 0 is not the one in the auditor's settings": "entri 0 bukan yang ada di pengaturan auditor",
    "no checkpoint of this log is there": "tidak ada checkpoint log ini di situ",
    "a checkpoint of {}": "checkpoint {}",
    "Look whether url or folder is right.": "Periksa apakah `url` atau `folder` benar.",
    "the archive holds a part of the log": "arsip ini memuat sebagian dari log",
    "all of it": "seluruhnya",
    "`custody audit verify` says what a part proves; for this, name the log or an archive of all of it.": (
        "`custody audit verify` menyebut apa yang dibuktikan suatu bagian; di sini sebut lognya atau arsip seluruhnya."
    ),
    "the entries lead to another root than the signed one": "akar entri-entrinya lain dari yang ditandatangani",
    "{}: hash {} is not that of the entries": "{}: hash {} bukan hash entri-entrinya",
    "an entry has changed between two readings": "entri berubah di antara dua pembacaan",
    "entry {} is not what it was": "entri {} tidak lagi seperti semula",
    "entry {} does not hold": "entri {} tidak sah",
    "the log has no such entry": "log ini tidak memiliki entri itu",
    "the entries and tiles are not those that the log's key signed": (
        "entri dan ubinnya bukan yang ditandatangani kunci log"
    ),
    "Run: custody audit verify": "Jalankan: custody audit verify",
    "a tile has the wrong length": "panjang ubin salah",
    "a statement is logged twice": "satu pernyataan tercatat dua kali",
    "once, as entry {}": "sekali, sebagai entri {}",
    "received goes back": "waktu terima mundur",
    "{#} or later": "{} atau sesudahnya",
    "an event names a checkpoint from after its entry": "peristiwa menyebut checkpoint dari sesudah entrinya",
    "size <= {}": "ukuran <= {}",
    "an event names a checkpoint of size {} that is not this log's": (
        "peristiwa menyebut checkpoint berukuran {} yang bukan milik log ini"
    ),
    "the log's key has signed two histories: {} proves it": ("kunci log menandatangani dua riwayat: {} membuktikannya"),
    "the log's key has signed two histories, but {}": "kunci log menandatangani dua riwayat, tetapi {}",
    "the file of both checkpoints, {}, could not be written: {}": (
        "berkas kedua checkpoint, {}, tidak dapat ditulis: {}"
    ),
    "Make room there, or take another folder, and do this again while the log still shows it.": (
        "Sediakan tempat di situ atau pakai folder lain, lalu ulangi selagi log masih menunjukkannya."
    ),
    "the log has fewer entries than were verified before": "entri log ini kurang dari yang diverifikasi sebelumnya",
    "{#} entries, root {}": "{} entri, akar {}",
    "a frame goes on after the file's end": "sebuah bingkai melewati akhir berkasnya",
    "the log has no such site": "log ini tidak memiliki lokasi itu",
    "one that is stated": "lokasi yang dinyatakan di log",
    "the log has no such item": "log ini tidak memiliki barang itu",
    "one that is planned or recorded": "barang yang direncanakan atau tercatat",
    "that entry is no handover": "entri itu bukan serah terima",
    "a handover, release or accept": "serah terima, penyerahan, atau penerimaan",
    "entry {}": "entri {}",
    # Where it is read
    "a file of the log is missing": "satu berkas log tidak ada",
    "nothing": "tidak ada",
    "{} cannot be read": "{} tidak dapat dibaca",
    "a plain folder": "folder biasa",
    "a link": "tautan (link)",
    "there is no such folder": "folder itu tidak ada",
    "a folder of tiles, or an archive": "folder ubin, atau arsip",
    "{} or more": "{} atau lebih",
    "the log does not answer now": "log tidak menjawab sekarang",
    "status {}": "status {}",
    "the log cannot be reached": "log tidak dapat dijangkau",
    "{} is not served as it is": "{} tidak disajikan apa adanya",
    "200, plain": "200, tanpa kompresi",
    "the log does not take this read token": "log ini tidak menerima token baca ini",
    "one that its operator issued, and has not revoked": "token yang diterbitkan pengelolanya dan belum dicabut",
    "the log is given only to who has a read token": "log ini hanya diberikan kepada pemegang token baca",
    "Ask its operator for another one (custody token issue), and {}.": (
        "Minta token lain kepada pengelolanya (custody token issue), lalu sebut berkasnya (mode 0600) dengan"
        " --token-file, atau sebagai token_file di pengaturan auditor."
    ),
    "Ask its operator for one (custody token issue), and {}.": (
        "Minta kepada pengelolanya (custody token issue), lalu sebut berkasnya (mode 0600) dengan --token-file, atau"
        " sebagai token_file di pengaturan auditor."
    ),
    "Ask its operator for a read token (custody token issue), and {}.": (
        "Minta token baca kepada pengelolanya (custody token issue), lalu sebut berkasnya (mode 0600) dengan"
        " --token-file, atau sebagai token_file di pengaturan auditor."
    ),
    "the log keeps its newest entries from the public for a while: {}": (
        "log ini untuk sementara belum membuka entri terbarunya untuk umum: {}"
    ),
    "a process that judges entries has ended": "proses yang menilai entri berhenti",
    "Try again with fewer --workers, if memory is short.": (
        "Bila memori kurang, coba lagi dengan --workers lebih sedikit."
    ),
    "a process that judges items has ended": "proses yang menilai barang berhenti",
    "Try again with --workers 0 if memory is short, or with another TMPDIR if the disk is full.": (
        "Coba lagi dengan --workers 0 bila memori kurang, atau dengan TMPDIR lain bila disk penuh."
    ),
    "the log does not begin with what was judged before": "log tidak diawali oleh yang dinilai sebelumnya",
    "the larger view has no tiles": "yang lebih besar tidak memiliki ubin",
    "the tiles of {} entries, to show which root the first {} have": (
        "ubin {} entri, untuk menunjukkan akar {} entri pertamanya"
    ),
    "a checkpoint alone": "checkpoint saja",
    # Archives
    "what was written is no valid bag": "yang ditulis bukan bag yang sah",
    "Look at the disk.": "Periksa disknya.",
    "{} is missing": "{} tidak ada",
    "it, as in {}": "ada, seperti di {}",
    "in the archive": "ada di arsip",
    "{} is in the archive and not in {}": "{} ada di arsip tetapi tidak di {}",
    "listed, or not there": "terdaftar, atau tidak ada",
    "{} is not what {} says: one of them was changed": "{} tidak seperti kata {}: salah satunya diubah",
    "line {} of {} is none of a manifest": "baris {} di {} bukan baris manifes",
    "64 hex digits, two spaces, a name; each after the one before": (
        "64 angka heksadesimal, dua spasi, nama; berurut menurut nama"
    ),
    "{} is cut short": "{} terpotong",
    "a line feed at the end": "ganti baris di akhir",
    "a line feed at its end": "ganti baris di akhirnya",
    "{} is no checkpoint: {}": "{} bukan checkpoint: {}",
    "{} is another log's": "{} milik log lain",
    "{} is none of the files of an archive of {} entries": "{} bukan berkas arsip {} entri",
    "the archive holds other entries than a part of its site does": (
        "entri di arsip ini lain dari bagian milik lokasinya"
    ),
    "it is here": "ada di sini",
    "it is left out": "ditinggalkan",
    "{} is not the one that this archive was held against: it was swapped, or is another log's": (
        "{} bukan yang dipakai untuk memeriksa arsip ini: ditukar, atau milik log lain"
    ),
    "{} is not what follows from the log, from byte {} on": "{} lain dari yang diturunkan dari log, mulai bita {}",
    "the archive is of another version": "versi arsip ini lain",
    "Verify it with the software of its time, or a newer one.": "Pakai program semasanya, atau yang lebih baru.",
    "{} is none of an archive": "{} bukan milik arsip",
    "as FORMAT.md has it": "seperti di FORMAT.md",
    "a file in the archive has a name that none may have": "ada berkas arsip dengan nama yang tidak diizinkan",
    "letters, digits, `.`, `_`, `-`, in folders, without a dot at the beginning": (
        "huruf, angka, `.`, `_`, `-`, di dalam folder, tanpa titik di awal"
    ),
    "two files of the archive have one name": "dua berkas arsip bernama sama",
    "each its own": "masing-masing namanya sendiri",
    "a file of the archive is a folder too": "satu berkas arsip juga menjadi folder",
    "one of both": "salah satunya",
    "one of {}": "salah satu dari {}",
    "folders of the archive lie too deep": "folder arsip bersarang terlalu dalam",
    "{} in the archive is no plain file": "{} di arsip bukan berkas biasa",
    "files and folders": "berkas dan folder",
    "a symbolic link": "tautan simbolis",
    "a pipe": "pipa",
    "a socket": "soket",
    "a device": "berkas perangkat",
    "mode {}": "mode {}",
    "Make archives of smaller sites (--site), or leave the photographs out: each is two files.": (
        "Buat arsip lokasi yang lebih kecil (--site), atau tinggalkan fotonya: setiap foto dua berkas."
    ),
    "the archive has too many files": "berkas arsip terlalu banyak",
    "{} is not as long as the archive says": "panjang {} tidak seperti kata arsip",
    "{} is no photograph that an event in the archive names": "{} bukan foto yang disebut peristiwa di arsip ini",
    "{}, or its {}, is not the photograph that an event names": "{}, atau {}-nya, bukan foto yang disebut peristiwa",
    "a photograph cannot be read": "foto tidak dapat dibaca",
    "a photograph cannot be stored": "foto tidak dapat disimpan",
    "Send it later.": "Kirim nanti.",
    "a photograph cannot be erased": "foto tidak dapat dihapus",
    "a photograph was erased and is not taken again": "foto ini sudah dihapus dan tidak diterima lagi",
    "a photograph is not what was put": "foto bukan lagi yang disimpan",
    "the signature of {} does not hold": "tanda tangan {} tidak sah",
    "one that pyHanko verifies, over the whole file": "tanda tangan yang disahkan pyHanko, atas seluruh berkas",
    "the file was changed after it was signed, or the signature is broken": (
        "berkas diubah sesudah ditandatangani, atau tanda tangannya rusak"
    ),
    "{} rests on no checkpoint of this log: {}": "{} tidak didasarkan pada checkpoint log ini: {}",
    "{} names a checkpoint that is not this log's": "{} menyebut checkpoint yang bukan milik log ini",
    "{} does not belong in this archive": "{} bukan milik arsip ini",
    "a report of this log, unchanged since it was signed": "laporan log ini, tidak diubah sejak ditandatangani",
    "{} is no archive": "{} bukan arsip",
    "a folder, or a zip": "folder, atau zip",
    "a file that is none": "berkas yang bukan zip",
    "{} is being made": "{} sedang dibuat",
    "one program at it": "satu program yang membuatnya",
    "Wait for it.": "Tunggu sampai selesai.",
    "{} exists": "{} sudah ada",
    "a new one": "yang baru",
    "Name another, or remove this one.": "Sebut yang lain, atau hapus yang ini.",
    "a file is packed in a way that no archive is": "ada berkas yang dikemas tidak seperti di arsip mana pun",
    "stored or deflated": "tanpa kompresi atau deflate",
    "method {}, flags {}": "metode {}, penanda {}",
    "the zip would unpack to far more than it holds": "isi zip ini jauh lebih besar daripada berkasnya",
    "at most {#} times its {} bytes": "paling banyak {} kali {} bitanya",
    "files of the zip lie one over another": "berkas-berkas di zip ini bertumpuk",
    "each by itself": "masing-masing sendiri",
    "a file of the zip is another before its bytes than in the directory": (
        "keterangan di depan berkas di zip lain dari direktorinya"
    ),
    "the same name, method and size": "nama, metode, dan ukuran yang sama",
    "a file of the zip is not followed by its sizes": "berkas di zip tidak diikuti ukurannya",
    "them": "ukurannya",
    "the zip's directory at its end": "direktori zip di akhirnya",
    "Copy it again.": "Salin sekali lagi.",
    "the zip is broken at {}": "zip ini rusak di {}",
    "its directory": "direktorinya",
    "what its directory says": "seperti kata direktorinya",
    "the zip goes on after its directory": "zip ini masih berlanjut sesudah direktorinya",
    "its end": "akhirnya",
    "the zip hides bytes between its files": "zip ini menyembunyikan bita di antara berkasnya",
    "the next at byte {}": "yang berikut pada bita {}",
    "at byte {}": "pada bita {}",
    # What the auditor keeps
    "one witness is named twice": "satu saksi log disebut dua kali",
    "the log's own key is named as a witness": "kunci log itu sendiri disebut sebagai saksi log",
    "a key of its own for each": "kunci sendiri untuk masing-masing",
    "a TOML file": "berkas TOML",
    "Name the auditor's settings with --config.": "Sebut pengaturan auditor dengan --config.",
    "{} does not hold an auditor's settings": "{} tidak memuat pengaturan auditor",
    "See the example.": "Lihat contohnya.",
    "{} does not say where the log is": "{} tidak menyebut di mana lognya",
    "one of url and folder": "salah satu dari `url` dan `folder`",
    "{} does not say who signs reports": "{} tidak menyebut siapa penanda tangan laporan",
    "both report_key and report_certificate": "`report_key` dan `report_certificate` keduanya",
    "{} is of another log": "{} milik log lain",
    "{}, entry 0 {}": "{}, entri 0 {}",
    "Name another file as `state` in the auditor's settings.": "Sebut berkas lain sebagai `state` di pengaturan.",
    "{} is of a newer format": "format {} lebih baru",
    "Update this software.": "Perbarui program ini.",
    "{} is no state of a verification": "{} bukan keadaan suatu verifikasi",
    "{} was changed": "{} diubah",
    "a verification's state": "keadaan suatu verifikasi",
    "{} contradicts itself": "{} bertentangan dengan dirinya sendiri",
    "what {#} entries leave": "yang ditinggalkan {} entri",
    "It proves nothing now: verify again with --from-start, which writes it anew.": (
        "Berkas itu tidak membuktikan apa pun lagi: periksa lagi dengan --from-start, yang menulisnya dari awal."
    ),
    "{} is in use": "{} sedang dipakai",
    "one watch of a log": "satu `watch` untuk satu log",
    "Stop the other watch first.": "Hentikan dahulu `watch` yang lain.",
    "line {} of {} is none of a watch's journal": "baris {} di {} bukan baris jurnal `watch`",
    "line {} of {} is too long": "baris {} di {} terlalu panjang",
    "It was changed: keep it as evidence, and name another file with --journal.": (
        "Berkas itu diubah: simpan sebagai bukti, dan sebut berkas lain dengan --journal."
    ),
    "a line is out of its place": "satu baris tidak di tempatnya",
    "what log it is, first and once": "log yang mana, pertama dan sekali",
    "Name another file with --journal.": "Sebut berkas lain dengan --journal.",
    "a line of a watch's journal": "baris jurnal `watch`",
    # Who signs reports
    "{} and {} do not belong together": "{} dan {} bukan pasangan",
    "a certificate of the key": "sertifikat untuk kunci itu",
    "one of another key, of {}": "sertifikat kunci lain, milik {}",
    "Name the certificate that was issued for this key.": "Sebut sertifikat yang diterbitkan untuk kunci ini.",
    "{} is encrypted": "{} terenkripsi",
    "its passphrase": "frasa sandinya",
    "none": "tidak ada",
    "{} does not open": "{} tidak terbuka",
    "another one": "yang lain",
    "{} holds no private key": "{} tidak memuat kunci privat",
    "a private key in PEM (PKCS #8)": "kunci privat dalam PEM (PKCS #8)",
    "{} cannot sign a PDF": "{} tidak dapat menandatangani PDF",
    "RSA, ECDSA or Ed25519": "RSA, ECDSA, atau Ed25519",
    "{} is too short": "{} terlalu pendek",
    "RSA of {} bits or more": "RSA {} bit atau lebih",
    "a certificate in PEM": "sertifikat dalam PEM",
    "{} holds no certificate": "{} tidak memuat sertifikat",
    "PEM, -----BEGIN CERTIFICATE-----": "PEM, diawali -----BEGIN CERTIFICATE-----",
    "{} has expired": "masa berlaku {} habis",
    "{} is not valid yet": "{} belum berlaku",
    "a certificate valid at {} UTC": "sertifikat yang berlaku pada {} UTC",
    "one valid from {} to {} UTC": "yang berlaku dari {} sampai {} UTC",
    "Have a new certificate issued, or leave the report unsigned.": (
        "Mintalah sertifikat baru, atau biarkan laporan tidak ditandatangani."
    ),
    "{} is not for signing documents": "{} bukan untuk menandatangani dokumen",
    "a purpose that documents are of": "kegunaan untuk dokumen",
    "{} is not for signing": "{} bukan untuk menandatangani",
    "key usage digitalSignature or nonRepudiation": "key usage digitalSignature atau nonRepudiation",
    # Statistics
    "this is more than fits into memory": "ini lebih besar daripada memori",
    "Lay fewer archives together, or those of smaller sites.": "Satukan lebih sedikit arsip, atau arsip lokasi kecil.",
    "{} and {} are of two logs": "{} dan {} berasal dari dua log",
    "Ask of each by itself: what two elections took cannot be laid together.": (
        "Tanyakan masing-masing sendiri: dua pemilu tidak dapat disatukan."
    ),
    "{} and {} are of two histories of one log": "{} dan {} berasal dari dua riwayat satu log",
    "root {} of {#} entries": "akar {} dari {} entri",
    "Hold them against each other: custody audit compare.": "Bandingkan keduanya: custody audit compare.",
    "statistics are made with DuckDB, which is not installed": "statistik dibuat dengan DuckDB, yang belum dipasang",
    "the extra `stats`": "ekstra `stats`",
    "Where this software lies, run: make venv, or .venv/bin/pip install '.[stats]'": (
        "Di folder program ini, jalankan: make venv, atau .venv/bin/pip install '.[stats]'"
    ),
    "{}: log.csv does not say of what log it is": "{}: log.csv tidak menyebut log yang mana",
    "one line": "satu baris",
    "{} is of another version": "versi {} lain",
    "Take the software of its time.": "Pakai program semasanya.",
    "{}: {} has other columns": "{}: kolom {} lain",
    "{}: line {} of {} has other cells": "{}: sel di baris {} pada {} lain",
    "{}: line {} of {} is not as it is written": "{}: baris {} pada {} tidak seperti yang ditulis program ini",
    "{}: {} is cut short": "{}: {} terpotong",
}
