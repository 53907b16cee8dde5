"""Golden texts in every character set of PS3.3 C.12.1.1.2, one set or several with escape sequences.

Bytes are written by pydicom from invented names, and those of PS3.5 annexes H to K stand here as the standard prints them;
texts are what pydicom reads from the bytes. Writes test/golden/character-sets.json. Run: python scripts/golden/character-sets.py
"""

import json
import pathlib
import platform

import pydicom
from pydicom.charset import convert_encodings, decode_bytes, TEXT_VR_DELIMS, encode_string
from pydicom.valuerep import PersonName

pydicom.config.settings.reading_validation_mode = pydicom.config.RAISE
names = {
    ("ISO_IR 100",): "Müller^Zoë",
    ("ISO_IR 101",): "Wałęsa^Żaneta",
    ("ISO_IR 109",): "Ġużeppi^Ħaġar",
    ("ISO_IR 110",): "Āboliņš^Jānis",
    ("ISO_IR 144",): "Люкceмбypг^Роза",
    ("ISO_IR 127",): "قباني^لنزار",
    ("ISO_IR 126",): "Διονυσιος^Μαρία",
    ("ISO_IR 138",): "שרון^דבורה",
    ("ISO_IR 148",): "Çavuşoğlu^Işıl",
    ("ISO_IR 203",): "Œuvrard^Šárka",
    ("ISO_IR 166",): "นามสกุล^สมชาย",
    ("ISO_IR 13",): "ﾔﾏﾀﾞ^ﾀﾛｳ",
    ("ISO_IR 192",): "Wang^XiaoDong=王^小東=",
    ("GB18030",): "Wang^XiaoDong=王^小东=",
    ("GBK",): "Wang^XiaoDong=王^小东=",
    ("ISO 2022 IR 6", "ISO 2022 IR 87"): "Yamada^Tarou=山田^太郎=やまだ^たろう",
    ("ISO 2022 IR 13", "ISO 2022 IR 87"): "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう",
    ("", "ISO 2022 IR 87", "ISO 2022 IR 159"): "Kurashiki^Rei=倉敷^麗丂=くらしき^れい",
    ("", "ISO 2022 IR 149"): "Hong^Gildong=洪^吉洞=홍^길동",
    ("ISO 2022 IR 100", "ISO 2022 IR 144"): "Müller^Роза",
    ("ISO 2022 IR 100", "ISO 2022 IR 126", "ISO 2022 IR 101"): "Müller^Μαρία^Żaneta",
    ("ISO 2022 IR 6", "ISO 2022 IR 127", "ISO 2022 IR 138"): "Smith^لنزار^דבורה",
    ("ISO 2022 IR 6", "ISO 2022 IR 166", "ISO 2022 IR 109", "ISO 2022 IR 110", "ISO 2022 IR 148"): "Smith^สมชาย^Ħaġar^Āboliņš^Işıl",
}
# PS3.5 H.3.1, H.3.2, I.2, J.1, J.3, K.2
printed = [
    (("", "ISO 2022 IR 87"), b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B"),
    (("ISO 2022 IR 13", "ISO 2022 IR 87"), b"\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J=\x1b$B$d$^$@\x1b(J^\x1b$B$?$m$&\x1b(J"),
    (("", "ISO 2022 IR 149"), b"Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7=\x1b$)C\xc8\xab^\x1b$)C\xb1\xe6\xb5\xbf"),
    (("", "ISO 2022 IR 58"), b"Zhang^XiaoDong=\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab="),
    (("ISO_IR 192",), b"Wang^XiaoDong=\xe7\x8e\x8b^\xe5\xb0\x8f\xe6\x9d\xb1="),
    (("GB18030",), b"Wang^XiaoDong=\xcd\xf5^\xd0\xa1\xb6\xab="),
]
# pydicom does not know this one
pydicom.charset.python_encoding["ISO_IR 203"] = "iso8859_15"
cases = []
for sets, name in names.items():
    encodings = convert_encodings(list(sets))
    data = PersonName(name, encodings).encode(encodings)
    text = str(PersonName(data, encodings))
    assert text.rstrip("=") == name.rstrip("="), (sets, name, text)
    cases.append({"sets": list(sets), "vr": "PN", "bytes": data.hex(), "text": text})
    words = f"Thorax {name.rstrip('=').split('=')[-1].split('^')[0]} pa"
    # pydicom writes katakana and ASCII in one text by Python's codec alone
    data = words.encode("shift_jis") if sets[0].endswith("IR 13") and len(sets) == 1 else encode_string(words, encodings)
    text = decode_bytes(data, encodings, TEXT_VR_DELIMS)
    assert text == words, (sets, words, text)
    cases.append({"sets": list(sets), "vr": "LO", "bytes": data.hex(), "text": text})
for sets, data in printed:
    text = str(PersonName(data, convert_encodings(list(sets))))
    # pydicom leaves this one escape sequence in the text
    text = text.replace("\x1b$)A", "")
    cases.append({"sets": list(sets), "vr": "PN", "bytes": data.hex(), "text": text})
out = pathlib.Path(__file__).parents[2] / "test/golden/character-sets.json"
versions = {"python": platform.python_version(), "pydicom": pydicom.__version__}
out.write_text(json.dumps({"script": "scripts/golden/character-sets.py", "versions": versions, "cases": cases}, ensure_ascii=False, separators=(",", ":")) + "\n")
for case in cases:
    print(case["sets"], case["vr"], case["text"])
