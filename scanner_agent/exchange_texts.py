"""What the agent says of its exchange with the ledger: Bahasa Indonesia first, then English."""

RECEIPTED = ("Bukti pencatatan diterima", "Receipt received")
PHOTOGRAPH_SENT = ("Foto terkirim", "Photograph sent")
PHOTOGRAPH_WAITS = (
    "Foto belum terkirim, dicoba lagi nanti; pencatatan dan pengiriman lain jalan terus",
    "A photograph is not sent yet and is tried again later; everything else goes on",
)
PHOTOGRAPH_REFUSED = (
    "Foto ditolak buku besar; tetap disimpan di sini",
    "Photograph refused by the ledger; it stays here",
)
QUARANTINED = ("Ditolak buku besar; disimpan di karantina", "Refused by the ledger; kept in quarantine")
ALTERED = (
    "Tanda tangan diubah di perjalanan sebelum tercatat; disimpan di karantina dengan buktinya",
    "A signature was changed on the way, before it was logged; kept in quarantine with the proof",
)
CARRIED_FALSE = (
    "Penyerahan dari perangkat lain ternyata tidak sah; tidak dikirim, disimpan di karantina. Pindai lagi dari asalnya",
    "Another device's release proves not authentic; not sent, kept in quarantine. Scan it again where it comes from",
)
CARRIED_WAITING = ("Penyerahan dari perangkat lain, belum terkirim", "Releases of other devices, not sent yet")
SPLIT_VIEW = (
    "BAHAYA: buku besar menunjukkan dua riwayat; pengiriman berhenti, pencatatan jalan terus",
    "DANGER: the ledger shows two histories; sending has stopped, recording goes on",
)
CHAIN_BEHIND = (
    "BAHAYA: kotak keluar ini tertinggal dari buku besar; penandatanganan berhenti",
    "DANGER: this outbox is behind the ledger; signing has stopped",
)
ROSTER = ("Daftar kepercayaan diperbarui", "Roster brought up to date")
NOT_ENROLLED = (
    "Perangkat ini belum terdaftar. Pindai kode QR pendaftaran di portal. Sidik jari",
    "This device is not enrolled yet. Scan the enrolment QR code in the portal. Fingerprint",
)
ENROLLED = ("Perangkat ini sudah terdaftar", "This device is enrolled")
ASKING = ("Mengirim permohonan pendaftaran …", "Sending the enrolment request …")
ASKED = (
    "Permohonan sampai di portal; bandingkan sidik jari ini, lalu tunggu otoritas menandatangani",
    "The portal has the request; compare this fingerprint, then wait until the authority has signed",
)
REFUSED_CODES = {
    "unknown-code": ("Kode ini tidak dikenal buku besar", "The ledger does not know this code"),
    "used-code": ("Kode ini sudah dipakai perangkat lain", "Another device has used this code"),
    "expired-code": (
        "Kode ini sudah kedaluwarsa; tampilkan yang baru di portal",
        "This code has expired; show a new one in the portal",
    ),
}
ASKED_IN_VAIN = ("Permohonan pendaftaran ditolak", "The enrolment request is refused")
TOKEN_NEEDED = ("Buku besar meminta token baca", "The ledger asks for a read token")
NOT_SENT = ("Belum terkirim; pencatatan jalan terus", "Not sent yet; recording goes on")
SENT_AGAIN = ("Terhubung lagi dengan buku besar", "In touch with the ledger again")
