"""Golden DICOM files: one small drawn film in every transfer syntax and many pixel formats, with its stored values.

Files are written by pydicom; frames are compressed by imagecodecs (OpenJPEG, OpenJPH, CharLS, libjpeg-turbo), dcmtk
(dcmcjpeg) and pydicom (RLE). Stored values of lossless files are those that were drawn; of lossy ones, those that
imagecodecs (or dcmdjpeg) reads back. Writes test/golden/dicom.json. Run: python scripts/golden/dicom.py
"""

import base64
import io
import json
import pathlib
import platform
import subprocess
import tempfile

import imagecodecs as ic
import numpy as np
import pydicom
from pydicom import uid
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate, encapsulate_extended

rng = np.random.default_rng(20226)
height, width = 9, 13
cases = []


def drawn(full, dtype):
    y, x = np.mgrid[0:height, 0:width]
    values = (np.sin(x / 3) + np.cos(y / 2) + 2) / 4 * full * 0.9 + rng.normal(0, full * 0.02, (height, width))
    return np.clip(values, 0, full).astype(dtype)


g8, g12, g16 = drawn(255, np.uint8), drawn(4095, np.uint16), drawn(65535, np.uint16)
s8, s12, s16 = (g8.astype(int) - 128).astype(np.int8), (g12.astype(int) - 2048).astype(np.int16), (g16.astype(int) - 32768).astype(np.int16)
rgb = np.stack([g8 // 2, g8 // 3 + 60, 255 - g8], -1).astype(np.uint8)
frames = np.stack([g12, g12 // 2, g12 // 3])


def data_set(pixels, syntax, stored, photometric="MONOCHROME2", **more):
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = syntax
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID = uid.SecondaryCaptureImageStorage
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID = "1.2.3.4"
    ds.PatientID = "p1"
    colour = photometric[:3] in ("RGB", "YBR")
    ds.SamplesPerPixel = 3 if colour else 1
    ds.Rows, ds.Columns = pixels.shape[-3:-1] if colour else pixels.shape[-2:]
    if pixels.ndim - (3 if colour else 2) == 1:
        ds.NumberOfFrames = pixels.shape[0]
    ds.PhotometricInterpretation = photometric
    ds.BitsAllocated = pixels.dtype.itemsize * 8
    ds.BitsStored, ds.HighBit = stored, stored - 1
    ds.PixelRepresentation = int(pixels.dtype.kind == "i")
    if colour:
        ds.PlanarConfiguration = 0
    for name, value in more.items():
        setattr(ds, name, value)
    return ds


def case(name, ds, data, values, encapsulated=False, tolerance=0):
    ds.PixelData = data + b"\0" * (len(data) % 2)
    ds["PixelData"].VR = "OB" if encapsulated or ds.BitsAllocated <= 8 else "OW"
    ds["PixelData"].is_undefined_length = encapsulated
    syntax = ds.file_meta.TransferSyntaxUID
    out = io.BytesIO()
    pydicom.dcmwrite(out, ds, enforce_file_format=True, implicit_vr=syntax.is_implicit_VR, little_endian=syntax.is_little_endian)
    add(name, out.getvalue(), values, tolerance)


def add(name, file, values, tolerance=0):
    cases.append({"name": name, "file": base64.b64encode(file).decode(), "stored": [int(v) for v in np.ravel(values)], "tolerance": tolerance})


def packed(name, pixels, syntax, stream, stored, photometric="MONOCHROME2", values=None, tolerance=0, **more):
    ds = data_set(pixels, syntax, stored, photometric, **more)
    case(name, ds, encapsulate([stream]), pixels if values is None else values, True, tolerance)


# native
for syntax in (uid.ImplicitVRLittleEndian, uid.ExplicitVRLittleEndian, uid.ExplicitVRBigEndian, uid.DeflatedExplicitVRLittleEndian):
    order = "<" if syntax.is_little_endian else ">"
    case(f"{syntax.name}, 12 bits", data_set(g12, syntax, 12), g12.astype(order + "u2").tobytes(), g12)
    case(f"{syntax.name}, 8 bits, odd length", data_set(g8, syntax, 8), g8.tobytes(), g8)
    case(f"{syntax.name}, 12 bits signed", data_set(s12, syntax, 12), s12.astype(order + "i2").tobytes(), s12)
    case(f"{syntax.name}, sign in 12 bits alone", data_set(s12, syntax, 12), (s12.astype(np.uint16) & 0xFFF).astype(order + "u2").tobytes(), s12)
    case(f"{syntax.name}, high bit 15", data_set(g12, syntax, 12, HighBit=15), (g12 << 4).astype(order + "u2").tobytes(), g12)
    case(f"{syntax.name}, 24 bits", data_set(g16.astype(np.uint32), syntax, 24), (g16.astype(np.uint32) * 200).astype(order + "u4").tobytes(), g16.astype(int) * 200)
overlay = data_set(g12, uid.ExplicitVRLittleEndian, 12)
for element, vr, value in ((0x10, "US", height), (0x11, "US", width), (0x40, "CS", "G"), (0x50, "SS", [1, 1]), (0x100, "US", 16), (0x102, "US", 12)):
    overlay.add_new(0x60000000 + element, vr, value)
case("overlay in unused bits", overlay, (g12 | (rng.integers(0, 2, g12.shape) << 12).astype(np.uint16)).tobytes(), g12)
case("colour", data_set(rgb, uid.ExplicitVRLittleEndian, 8, "RGB"), rgb.tobytes(), rgb)
case("colour by plane", data_set(rgb, uid.ExplicitVRLittleEndian, 8, "RGB", PlanarConfiguration=1), rgb.transpose(2, 0, 1).tobytes(), rgb)
bits = (g8 > 128).astype(np.uint8)
case("single bits", data_set(bits, uid.ExplicitVRLittleEndian, 1, BitsAllocated=1), np.packbits(bits.ravel(), bitorder="little").tobytes(), bits)
case("several frames", data_set(frames, uid.ExplicitVRLittleEndian, 12), frames.tobytes(), g12)

# JPEG 2000 and HTJ2K
for name, pixels, stored in (("8 bits", g8, 8), ("12 bits", g12, 12), ("16 bits", g16, 16), ("8 bits signed", s8, 8), ("12 bits signed", s12, 12), ("16 bits signed", s16, 16)):
    options = {"codecformat": "j2k", "bitspersample": stored}
    packed(f"JPEG 2000 lossless, {name}", pixels, uid.JPEG2000Lossless, ic.jpeg2k_encode(pixels, level=0, reversible=True, **options), stored)
    packed(f"HTJ2K lossless, {name}", pixels, uid.HTJ2KLosslessRPCL if stored == 12 else uid.HTJ2KLossless, ic.htj2k_encode(pixels, reversible=True), stored)
lossy = ic.jpeg2k_encode(g12, level=55, codecformat="j2k", bitspersample=12)
packed("JPEG 2000 lossy", g12, uid.JPEG2000, lossy, 12, values=ic.jpeg2k_decode(lossy), tolerance=1)
lossy = ic.htj2k_encode(g12, level=0.002, reversible=False)
packed("HTJ2K lossy", g12, uid.HTJ2K, lossy, 12, values=ic.htj2k_decode(lossy), tolerance=1)
packed("JPEG 2000 in a JP2 file", g12, uid.JPEG2000Lossless, ic.jpeg2k_encode(g12, level=0, codecformat="jp2", reversible=True, bitspersample=12), 12)
packed("JPEG 2000 with a sign that its stream does not know", s12, uid.JPEG2000Lossless, ic.jpeg2k_encode(s12.astype(np.uint16) & 0xFFF, level=0, codecformat="j2k", reversible=True, bitspersample=12), 12)
packed("JPEG 2000 colour", rgb, uid.JPEG2000Lossless, ic.jpeg2k_encode(rgb, level=0, codecformat="j2k", reversible=True, mct=True), 8, "YBR_RCT")
packed("HTJ2K colour", rgb, uid.HTJ2KLossless, ic.htj2k_encode(rgb, reversible=True), 8, "RGB")

# JPEG-LS
for name, pixels, stored in (("8 bits", g8, 8), ("12 bits", g12, 12), ("16 bits", g16, 16)):
    packed(f"JPEG-LS lossless, {name}", pixels, uid.JPEGLSLossless, ic.jpegls_encode(pixels), stored)
lossy = ic.jpegls_encode(g12, level=3)
packed("JPEG-LS near lossless", g12, uid.JPEGLSNearLossless, lossy, 12, values=ic.jpegls_decode(lossy))
packed("JPEG-LS colour", rgb, uid.JPEGLSLossless, ic.jpegls_encode(rgb), 8, "RGB")

# JPEG
for predictor in range(1, 8):
    syntax = uid.JPEGLosslessSV1 if predictor == 1 else uid.JPEGLossless
    packed(f"JPEG lossless, predictor {predictor}, 12 bits", g12, syntax, ic.jpeg_encode(g12, lossless=True, predictor=predictor, bitspersample=12), 12)
packed("JPEG lossless, 16 bits", g16, uid.JPEGLosslessSV1, ic.jpeg_encode(g16, lossless=True, predictor=1, bitspersample=16), 16)
packed("JPEG lossless colour", rgb, uid.JPEGLosslessSV1, ic.jpeg_encode(rgb, lossless=True, predictor=1, colorspace="RGB", outcolorspace="RGB"), 8, "RGB")
lossy = ic.jpeg_encode(g8, level=95)
packed("JPEG baseline", g8, uid.JPEGBaseline8Bit, lossy, 8, values=ic.jpeg_decode(lossy), tolerance=1)
lossy = ic.jpeg_encode(g12, level=95, bitspersample=12)
packed("JPEG extended, 12 bits", g12, uid.JPEGExtended12Bit, lossy, 12, values=ic.jpeg_decode(lossy, bitspersample=12), tolerance=2)
with tempfile.TemporaryDirectory() as folder:
    plain, there, back = (f"{folder}/{name}.dcm" for name in ("plain", "there", "back"))
    for name, pixels, stored, photometric, options in (
        ("JPEG progressive", g8, 8, "MONOCHROME2", ["+ep"]),
        ("JPEG spectral selection", g8, 8, "MONOCHROME2", ["+es"]),
        ("JPEG colour, 4:2:2", rgb, 8, "RGB", ["+eb"]),
        ("JPEG colour, 4:4:4", rgb, 8, "RGB", ["+eb", "+s4"]),
    ):
        ds = data_set(pixels, uid.ExplicitVRLittleEndian, stored, photometric)
        ds.PixelData = pixels.tobytes() + b"\0" * (pixels.nbytes % 2)
        ds["PixelData"].VR = "OB"
        pydicom.dcmwrite(plain, ds, enforce_file_format=True)
        subprocess.run(["dcmcjpeg", *options, plain, there], check=True)
        subprocess.run(["dcmdjpeg", "+cn", there, back], check=True)
        values = np.frombuffer(pydicom.dcmread(back).PixelData[: pixels.nbytes], np.uint8)
        if photometric == "RGB" and pydicom.dcmread(back).get("PlanarConfiguration") == 1:
            values = values.reshape(3, -1).T
        add(name, pathlib.Path(there).read_bytes(), values, tolerance=1)

# RLE, and frames in fragments
for name, pixels, stored, photometric in (("8 bits", g8, 8, "MONOCHROME2"), ("12 bits signed", s12, 12, "MONOCHROME2"), ("colour", rgb, 8, "RGB")):
    ds = data_set(pixels, uid.ExplicitVRLittleEndian, stored, photometric)
    ds.PixelData = pixels.tobytes() + b"\0" * (pixels.nbytes % 2)
    ds["PixelData"].VR = "OB" if stored == 8 else "OW"
    ds.compress(uid.RLELossless, encoding_plugin="pydicom", generate_instance_uid=False)
    out = io.BytesIO()
    ds.save_as(out, enforce_file_format=True)
    add(f"RLE, {name}", out.getvalue(), pixels)
streams = [ic.jpeg2k_encode(frame, level=0, codecformat="j2k", reversible=True, bitspersample=12) for frame in frames]
for table in (True, False):
    for fragments in (1, 3):
        data = encapsulate(streams, fragments_per_frame=fragments, has_bot=table)
        case(f"three frames of {fragments} fragments, {'with' if table else 'without'} offset table", data_set(frames, uid.JPEG2000Lossless, 12), data, g12, True)
data, offsets, lengths = encapsulate_extended(streams)
case("an extended offset table", data_set(frames, uid.JPEG2000Lossless, 12, ExtendedOffsetTable=offsets, ExtendedOffsetTableLengths=lengths), data, g12, True)
case("encapsulated, not compressed", data_set(g12, uid.UID("1.2.840.10008.1.2.1.98"), 12), encapsulate([g12.tobytes()]), g12, True)

versions = {"python": platform.python_version(), "pydicom": pydicom.__version__, "imagecodecs": ic.__version__, "numpy": np.__version__,
            "dcmtk": subprocess.run(["dcmcjpeg", "--version"], capture_output=True, text=True).stdout.split()[2]}
out = pathlib.Path(__file__).parents[2] / "test/golden/dicom.json"
out.write_text(json.dumps({"script": "scripts/golden/dicom.py", "versions": versions, "cases": cases}, separators=(",", ":")) + "\n")
print(len(cases), "cases,", out.stat().st_size, "bytes")
