"""What the agent says of the codes of its command sheet: Bahasa Indonesia first, then English."""

OTHER_SHEET = ("Lembar perintah ini milik perangkat lain", "This command sheet is another device's")
CODE_NOT_ALONE = (
    "Ada kode lain di depan kamera, atau gambarnya terus bergerak; tunjukkan kode perintah sendirian, tahan diam",
    "Other codes are in view, or the picture keeps moving; show the command code alone, and hold it still",
)
CODE_TOO_SOON = (
    "Terlalu cepat setelah bacaan terakhir; singkirkan kode, lalu tunjukkan lagi",
    "Too soon after the last read; take the code away and show it again",
)
CODE_SAME_AGAIN = (
    "Perintah ini baru saja diberikan; periksa dulu, tunggu 3 detik, lalu ulangi",
    "This was asked for just now; look first, wait 3 seconds, then do it again",
)
SIGNED_ALREADY = (
    "Sudah ditandatangani; tidak perlu disahkan lagi",
    "Signed already; there is no need to confirm again",
)
AIM = (
    "Singkirkan kode, arahkan kamera; tahan diam, foto diambil sebentar lagi",
    "Take the code away, aim the camera; hold it still, the photograph is taken in a moment",
)
CODE_IN_PICTURE = (
    "Kode masih ada dalam gambar; singkirkan, lalu minta fotonya lagi",
    "The code is in the picture still; take it away, then ask for the photograph again",
)
CANCEL_ASKED = (
    "Batalkan sesi ini dan semua bacaannya? Kalau ya, tunggu 3 detik, lalu pindai kode itu sekali lagi",
    "Cancel this session and all that it has read? If so, wait 3 seconds and scan that code once more",
)
NO_DIGIT_CODES = (
    "PIN tidak boleh dipindai di sini; pakai papan angka atau layar sentuh",
    "PINs are not scanned here; use the keypad or the touch screen",
)
PIN_FIRST = (
    "Masukkan PIN dulu; kartu angka dan huruf ini bukan untuk PIN",
    "Enter the PIN first; these digit and letter cards are not for a PIN",
)
SPELL = (
    "{}: pindai kartu angka dan huruf satu per satu, lalu Selesai",
    "{}: scan the digit and letter cards one by one, then Done",
)
SPELL_WHAT = (
    "Pindai dulu kartu Jumlah isi atau Kendaraan, lalu angka dan hurufnya",
    "Scan the card Quantity or Vehicle first, then its digits and letters",
)
SPELL_DIGITS = ("Jumlah terdiri atas angka saja", "A quantity is of digits only")
SPELL_LETTERS = ("Belum ada angka atau huruf", "There is no digit or letter yet")
SPELLED_TOO_LONG = ("Terlalu panjang; Urungkan atau Hapus, lalu ulangi", "Too long; Undo or Clear, then again")
