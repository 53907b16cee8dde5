"""What pydicom reads in secondary captures: a grey film and one in colour, both written by pydicom, with words in their pixels.

Writes test/golden/secondary-capture.json. dciodvfy (dicom3tools) must find no error in the captures, and dcmdump (DCMTK) must
read them. Run after `npm run build`: python scripts/golden/secondary-capture.py
"""

import base64
import hashlib
import json
import pathlib
import subprocess
import tempfile

import numpy as np
import pydicom
from pydicom import uid
from pydicom.dataset import Dataset, FileMetaDataset

root = pathlib.Path(__file__).resolve().parents[2]
lines = ["Research use only. Not for diagnosis.", "Probability of Sinusitis frontalis gauche 0.873 (\u00e9, \u80ba)"]
model = "kopt classifier 1.2.3, GCB+OMGDA, K 14"
capture = """
const from = (name) => import(`${process.argv[1]}/dist/image/${name}.js`)
const { readFileSync, writeFileSync } = await import('node:fs')
const { readDicomHeader } = await from('dicom/header')
const { decodeFilm } = await from('film')
const { lettered } = await from('lettering')
const { secondaryCapture } = await from('dicom/secondary-capture')
const [film, out, lines, model] = process.argv.slice(2)
const bytes = new Uint8Array(readFileSync(film))
const picture = lettered((await decodeFilm(bytes)).raster, JSON.parse(lines))
writeFileSync(out, secondaryCapture(readDicomHeader(bytes), 1, picture, { text: JSON.parse(lines).join('; '), model }))
"""


def film(colour):
    y, x = np.mgrid[0:30, 0:149]
    grey = ((np.sin(x / 11) + np.cos(y / 7) + 2) / 4 * 4095).astype("<u2")
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = uid.ExplicitVRLittleEndian
    ds.SpecificCharacterSet = "ISO_IR 100"
    ds.SOPClassUID = uid.ComputedRadiographyImageStorage
    ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = "1.2.3.4" + (".2" if colour else "")
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
    ds.StudyDate, ds.StudyTime, ds.AccessionNumber, ds.Modality = "20190203", "101500", "00004107", "CR"
    ds.PatientName, ds.PatientID, ds.PatientBirthDate, ds.PatientSex = "M\u00fcller^Anna", "00017", "19470101", "F"
    ds.StudyInstanceUID, ds.SeriesInstanceUID, ds.StudyID, ds.InstanceNumber = "1.2.3", "1.2.3.1", "7", 5
    ds.Rows, ds.Columns, ds.PixelRepresentation = 30, 149, 0
    if colour:
        ds.SamplesPerPixel, ds.PhotometricInterpretation, ds.PlanarConfiguration = 3, "RGB", 0
        ds.BitsAllocated, ds.BitsStored, ds.HighBit = 8, 8, 7
        level = (grey >> 4).astype("u1")
        ds.PixelData = np.stack([level, 255 - level, level // 2], -1).tobytes()
    else:
        ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
        ds.BitsAllocated, ds.BitsStored, ds.HighBit = 16, 12, 11
        ds.LossyImageCompression = "01"
        ds.PixelData = grey.tobytes()
    return ds


cases = []
for colour in (False, True):
    with tempfile.TemporaryDirectory() as folder:
        source, out = pathlib.Path(folder, "film.dcm"), pathlib.Path(folder, "capture.dcm")
        film(colour).save_as(source, enforce_file_format=True)
        words = [str(root), str(source), str(out), json.dumps(lines), model]
        subprocess.run(["node", "--input-type=module", "-e", capture, *words], check=True)
        subprocess.run(["dcmdump", str(out)], check=True, stdout=subprocess.DEVNULL)
        judged = subprocess.run(["dciodvfy", str(out)], capture_output=True, text=True)
        errors = [line for line in (judged.stdout + judged.stderr).splitlines() if line.startswith("Error")]
        assert not errors, errors
        ds = pydicom.dcmread(out)
        [reference] = ds.SourceImageSequence
        elements = {
            f"{element.tag.group:04x}{element.tag.elem:04x}": "\\".join(map(str, element.value)) if element.VM > 1 else str(element.value)
            for element in ds
            if element.VR not in ("SQ", "OB", "OW") and element.keyword != "SoftwareVersions"
        }
        cases.append({
            "film": base64.b64encode(source.read_bytes()).decode(),
            "elements": elements,
            "refersTo": reference.ReferencedSOPInstanceUID,
            "shape": list(ds.pixel_array.shape),
            "pixels": hashlib.sha256(ds.pixel_array.tobytes()).hexdigest(),
        })

golden = {"by": f"pydicom {pydicom.__version__}", "lines": lines, "model": model, "cases": cases}
pathlib.Path(root, "test/golden/secondary-capture.json").write_text(json.dumps(golden, indent=1, ensure_ascii=False) + "\n")
