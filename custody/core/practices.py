"""What the practices that findings come from are called in both languages, by the name that `finding_texts` has."""

from custody.core.words import Pair

_INDONESIAN = {
    "ACE: count and contents": "ACE: jumlah dan isi",
    "ACE: discrepancies are logged at once": "ACE: kejadian khusus dicatat seketika",
    "ACE: itinerary and stops": "ACE: rute dan persinggahan",
    "ACE: never unattended": "ACE: tidak pernah ditinggal tanpa penjaga",
    "ACE: the destination is told before departure": "ACE: tujuan diberi tahu sebelum berangkat",
    "ACE: the receiver signs": "ACE: penerima menandatangani",
    "Appel 2011: who inspected, what was read, and a photograph": (
        "Appel 2011: siapa yang memeriksa, apa yang terbaca, dan fotonya"
    ),
    "Appel 2011; ACE": "Appel 2011; ACE",
    "C2SP tlog-checkpoint": "C2SP tlog-checkpoint",
    "CISA: a break is any period when control is uncertain": (
        "CISA: rantai terputus setiap kali tidak pasti siapa yang menguasai barang"
    ),
    "Colorado 20.9: seals intact": "Colorado 20.9: segel utuh",
    "Colorado 20.9: serials match; Texas; Appel 2011": "Colorado 20.9: nomor segel cocok; Texas; Appel 2011",
    "KPU: delivery by H-1": "KPU: sampai paling lambat H-1",
    "NIST SP 1500-101": "NIST SP 1500-101",
    "Perbawaslu 15/2024 art. 26": "Perbawaslu 15/2024 Pasal 26",
    "Perbawaslu 15/2024 art. 26; KPU: delivery by H-1": "Perbawaslu 15/2024 Pasal 26; KPU: sampai paling lambat H-1",
    "Texas: broken seals are kept; Colorado 20.9": "Texas: segel yang sudah putus disimpan; Colorado 20.9",
    "Texas: seals are assigned beforehand": "Texas: nomor segel ditetapkan sebelumnya",
    "Texas: seals are assigned beforehand, broken ones kept; Appel 2011": (
        "Texas: nomor segel ditetapkan sebelumnya, yang sudah putus disimpan; Appel 2011"
    ),
    "US EAC: authorised people only": "US EAC: hanya orang yang berwenang",
    "US EAC: condition at transfer": "US EAC: keadaan saat serah terima",
    "US EAC: every step documented": "US EAC: setiap langkah didokumentasikan",
    "US EAC: two signatures a transfer": "US EAC: dua tanda tangan setiap serah terima",
    "US EAC: two signatures a transfer; Colorado 20.9": "US EAC: dua tanda tangan setiap serah terima; Colorado 20.9",
    "US EAC: what makes the item unique": "US EAC: tanda yang membedakan barang itu",
    "US EAC: who transfers": "US EAC: siapa yang menyerahkan",
}

PRACTICES: dict[str, Pair] = {
    "DESIGN": ("aturan sistem ini sendiri", "a rule of this system's own"),
    **{english: (indonesian, english) for english, indonesian in _INDONESIAN.items()},
}
