"""Golden films whose headers are wrong or unusual in what decides their display, with the greys that DCMTK shows.

Files are written by pydicom, texts in the place of numbers by exchanging bytes. Greys (0 to 255) are those of dcmj2pnm, with the
first window (+Wi 1), the first look-up table that holds one (+Wl n) or the whole range (+Wm). Where kopt and DCMTK differ by
intent (a decimal comma, at which DCMTK stops reading) the greys are those of the same file with a point. Fragments of RLE frames
are read by pydicom too. Writes test/golden/dicom-display.json. Run: python scripts/golden/dicom-display.py
"""

import base64
import io
import json
import pathlib
import platform
import subprocess
import tempfile

import numpy as np
import pydicom
from PIL import Image
from pydicom import uid
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence

pydicom.config.settings.writing_validation_mode = pydicom.config.IGNORE
pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE
rows, columns = 4, 6
ramp = (np.arange(rows * columns) * 255 // (rows * columns - 1)).astype(np.uint8).reshape(rows, columns)
CR, XA, XRF, BIPLANE, ENHANCED = (f"1.2.840.10008.5.1.4.1.1.{tail}" for tail in ("1", "12.1", "12.2", "12.3", "12.1.1"))
cases = []


def film(photometric="MONOCHROME2", sop=CR, window=("100", "180"), **more):
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = uid.ExplicitVRLittleEndian
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID = sop
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID = "1.2.3.4"
    ds.PatientID = "p1"
    ds.SamplesPerPixel = 1
    ds.PhotometricInterpretation = photometric
    ds.Rows, ds.Columns = rows, columns
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 8, 8, 7, 0
    if window is not None:
        ds.WindowCenter, ds.WindowWidth = window
    for name, value in more.items():
        setattr(ds, name, value)
    ds.PixelData = ramp.tobytes()
    ds["PixelData"].VR = "OB"
    return ds


def table(entries, bits, count=None):
    item = Dataset()
    item.LUTDescriptor = [len(entries) if count is None else count, 0, bits]
    item["LUTDescriptor"].VR = "US"
    item.ModalityLUTType = "US"
    item.LUTData = np.asarray(entries, "<u2").tobytes()
    item["LUTData"].VR = "OW"
    return item


def written(ds, exchanged=()):
    out = io.BytesIO()
    pydicom.dcmwrite(out, ds, enforce_file_format=True)
    data = out.getvalue()
    for old, new in exchanged:
        assert data.count(old) == 1 and len(old) == len(new), (old, new)
        data = data.replace(old, new)
    return data


def shown(data, *options):
    with tempfile.TemporaryDirectory() as folder:
        source, target = f"{folder}/x.dcm", f"{folder}/x.png"
        pathlib.Path(source).write_bytes(data)
        subprocess.run(["dcmj2pnm", "--write-png", *options, source, target], check=True, capture_output=True)
        return [int(v) for v in np.ravel(np.asarray(Image.open(target)))]


def case(name, ds, *options, exchanged=(), by=None, note=None):
    data = written(ds, exchanged)
    cases.append({"name": name, "file": base64.b64encode(data).decode(), "greys": shown(by or data, *options), "note": note})


window, whole = ("+Wi", "1"), ("+Wm",)
for photometric in ("MONOCHROME1", "MONOCHROME2"):
    case(photometric, film(photometric), *window)
    for shape in ("IDENTITY", "INVERSE"):
        contradicts = (photometric == "MONOCHROME1") != (shape == "INVERSE")
        case(f"{photometric} with shape {shape}", film(photometric, PresentationLUTShape=shape), *window,
             note=f"PresentationLUTShape {shape} contradicts {photometric}" if contradicts else None)

curve = np.round(255 * (np.arange(256) / 255) ** 2).astype(int)
no_items, no_data = Dataset(), Dataset()
no_data.LUTDescriptor = [256, 0, 8]
no_data["LUTDescriptor"].VR = "US"
empty_data = table(curve, 8)
empty_data.LUTData = b""
empty = "empty VOI look-up table is left aside"
for name, item in (("without elements", no_items), ("with a descriptor alone", no_data), ("with data of no length", empty_data)):
    case(f"a VOI table {name} beside a window", film(VOILUTSequence=Sequence([item])), *window, note=empty)
    case(f"a modality table {name}", film(ModalityLUTSequence=Sequence([item])), *window, note="empty modality look-up table is left aside")
case("an empty VOI table before another", film(VOILUTSequence=Sequence([no_items, table(curve, 8)])), "+Wl", "2", note=empty)
case("an empty VOI table without a window", film(window=None, VOILUTSequence=Sequence([no_items])), *whole, note=empty)
case("a VOI table", film(VOILUTSequence=Sequence([table(curve, 8)])), "+Wl", "1")
case("a VOI table that states 16 bits and holds 12", film(VOILUTSequence=Sequence([table(curve * 16, 16)])), "+Wl", "1",
     note="states 16 bits and reaches 4080 of 65535")

intensity = "leads to X-ray intensity"
for name, sop in (("XA", XA), ("XRF", XRF), ("biplane", BIPLANE)):
    case(f"a modality table of {name}", film(sop=sop, ModalityLUTSequence=Sequence([table(curve, 8)])), *window, note=intensity)
    case(f"rescale values of {name}", film(sop=sop, RescaleSlope="0.5", RescaleIntercept="20"), *window, note=intensity)
case("a modality table of enhanced XA", film(sop=ENHANCED, ModalityLUTSequence=Sequence([table(curve, 8)])), *window)
case("a modality table of CR", film(ModalityLUTSequence=Sequence([table(curve, 8)])), *window)

case("RescaleSlope 0", film(RescaleSlope="0", RescaleIntercept="7"), *window, note="RescaleSlope 0 would make the film one grey")
case("RescaleSlope 0 without a window", film(window=None, RescaleSlope="0.0", RescaleIntercept="7"), *whole, note="RescaleSlope 0 would")
case("an intercept that flattens the film", film(RescaleSlope="1", RescaleIntercept="100000"), *window, note="every pixel is shown in one grey")
case("a window that flattens the film", film(window=("5000", "10")), *window, note="every pixel is shown in one grey")

for name, old, points, commas in (("RescaleSlope", b"7.77", b"0.5 ", b"0,5 "), ("RescaleIntercept", b"8.88", b"-9.5", b"-9,5")):
    ds = film(RescaleSlope="7.77", RescaleIntercept="8.88")
    other = (b"8.88", b"1.5 ") if name == "RescaleSlope" else (b"7.77", b"0.5 ")
    case(f"{name} with a comma", ds, *window, exchanged=[(old, commas), other], by=written(ds, [(old, points), other]),
         note=f"{name} '{commas.decode().strip()}' is not written as a number")
    case(f"{name} that is a word", ds, *window, exchanged=[(old, b"none"), other], note=f"{name} is no number: left aside")
for name, old in (("WindowCenter", b"77.7"), ("WindowWidth", b"88.8")):
    ds = film(window=("77.7", "88.8"))
    case(f"{name} with a comma", ds, *window, exchanged=[(old, old.replace(b".", b","))], by=written(ds), note=f"{name} '{old.decode().replace('.', ',')}' is not")
    case(f"{name} that is a word", ds, *whole, exchanged=[(old, b"none")], note=f"{name} is no number: left aside")

palette = film("PALETTE COLOR", window=None)
for colour, entries in (("Red", np.arange(256)), ("Green", np.arange(256)), ("Blue", np.arange(256))):
    setattr(palette, f"{colour}PaletteColorLookupTableDescriptor", [256, 0, 16])
    palette[f"{colour}PaletteColorLookupTableDescriptor"].VR = "US"
    setattr(palette, f"{colour}PaletteColorLookupTableData", entries.astype("<u2").tobytes())
case("a palette that states 16 bits and holds 8", palette, note="states 16 bits and reaches 255 of 65535")
cases[-1]["greys"] = cases[-1]["greys"][::3]

# RLE frames in fragments: pydicom packs, joins and reads them, DCMTK shows the first
frames = np.stack([ramp, ramp // 2, 255 - ramp])


def packed(pixels):
    ds = film()
    ds.PixelData = pixels.tobytes()
    ds.compress(uid.RLELossless, encoding_plugin="pydicom", generate_instance_uid=False)
    return next(pydicom.encaps.generate_frames(ds.PixelData, number_of_frames=1))


def in_pieces(frame, count):
    # all of even length, the first with the header of 64 bytes
    size = (len(frame) - 64) // count // 2 * 2
    cuts = [0, *(64 + i * size for i in range(1, count)), len(frame)]
    return [frame[a:b] for a, b in zip(cuts, cuts[1:])]


def encapsulated(fragments_of_frames, with_table):
    offsets, at = [], 0
    for fragments in fragments_of_frames:
        offsets.append(at)
        at += sum(8 + len(fragment) for fragment in fragments)
    item = lambda data: b"\xfe\xff\x00\xe0" + len(data).to_bytes(4, "little") + data
    first = b"".join(o.to_bytes(4, "little") for o in offsets) if with_table else b""
    return item(first) + b"".join(item(fragment) for fragments in fragments_of_frames for fragment in fragments)


for count, several in ((1, False), (3, False), (1, True), (2, True), (3, True)):
    for with_table in (True, False):
        own = frames if several else frames[:1]
        ds = film()
        ds.file_meta.TransferSyntaxUID = uid.RLELossless
        if several:
            ds.NumberOfFrames = len(own)
        ds.PixelData = encapsulated([in_pieces(packed(frame), count) for frame in own], with_table)
        ds["PixelData"].VR = "OB"
        ds["PixelData"].is_undefined_length = True
        name = f"RLE, {len(own)} frame(s) of {count} fragment(s) {'with' if with_table else 'without'} offset table"
        if with_table or not several or count == 1:
            read = pydicom.dcmread(io.BytesIO(written(ds))).pixel_array
            assert np.array_equal(read.reshape(own.shape), own), name
        # DCMTK takes each fragment for a frame where there are several frames: what it shows of native pixels is right
        native = film()
        case(name, ds, *window, by=written(native))

versions = {"python": platform.python_version(), "pydicom": pydicom.__version__, "numpy": np.__version__,
            "dcmtk": subprocess.run(["dcmj2pnm", "--version"], capture_output=True, text=True).stdout.split()[2]}
out = pathlib.Path(__file__).parents[2] / "test/golden/dicom-display.json"
out.write_text(json.dumps({"script": "scripts/golden/dicom-display.py", "versions": versions, "cases": cases}, separators=(",", ":")) + "\n")
print(len(cases), "cases,", out.stat().st_size, "bytes")
