"""Arrays as NumPy itself writes them, in every version and byte order: test/golden/npy.json, read by test/base/npy.test.ts.
python scripts/golden/npy.py  (any Python with numpy)
"""

import base64
import io
import json
import warnings
from pathlib import Path

import numpy as np

warnings.simplefilter("ignore")
values = np.array([[1.5, -2.25, 3e-3], [4.0, 5.5, -6.125]])


def entry(name, array, version=None, allow_pickle=False):
    file = io.BytesIO()
    np.lib.format.write_array(file, array, version=version, allow_pickle=allow_pickle)
    return {"name": name, "bytes": base64.b64encode(file.getvalue()).decode()}


golden = {
    "made by": f"scripts/golden/npy.py, numpy {np.__version__}",
    "values": values.tolist(),
    "read": [
        entry(f"{kind}, version {version[0]}", values.astype(kind), version)
        for kind in ["<f8", ">f8"]
        for version in [(1, 0), (2, 0), (3, 0)]
    ],
    "single": [entry(kind, values.astype(kind)) for kind in ["<f4", ">f4"]],
    "refused": [
        {**entry("Fortran order", np.asfortranarray(values)), "why": "is in Fortran order"},
        {**entry("objects", np.array([[1, None]], dtype=object), allow_pickle=True), "why": "holds Python objects, which are never read"},
        {**entry("records", np.zeros(2, dtype=[("a", "<f4"), ("b", "<i4")])), "why": "holds records of several fields"},
        {**entry("half precision", values.astype("<f2")), "why": "holds elements of type '<f2'"},
        {**entry("long integers", values.astype("<i8")), "why": "holds elements of type '<i8'"},
    ],
}
out = Path(__file__).parents[2] / "test" / "golden" / "npy.json"
out.write_text(json.dumps(golden, indent=1) + "\n")
