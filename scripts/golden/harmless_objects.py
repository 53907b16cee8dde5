"""Objects that stand beside weights in honest checkpoints, pickled as Python does: test/golden/harmless-objects.json.

Run: python scripts/golden/harmless_objects.py          (Python 3.11, NumPy 2.3)
"""

import argparse
import array
import collections
import datetime
import decimal
import fractions
import functools
import io
import itertools
import json
import logging
import operator
import pathlib
import pickle
import random
import re
import sys
import types
import uuid
import zoneinfo

import numpy as np

target = pathlib.Path(__file__).resolve().parents[2] / "test" / "golden" / "harmless-objects.json"
table = collections.namedtuple("Entry", "step loss")
sys.modules[__name__].Entry = table

objects = {
    "deque": collections.deque([1, 2], 5),
    "SimpleNamespace": types.SimpleNamespace(rate=0.1),
    "Namespace": argparse.Namespace(rate=0.1),
    "timezone": datetime.timezone(datetime.timedelta(hours=2), "CEST"),
    "time": datetime.time(12, 30),
    "datetime": datetime.datetime(2024, 5, 1, tzinfo=datetime.timezone.utc),
    "timedelta": datetime.timedelta(1),
    "ZoneInfo": zoneinfo.ZoneInfo("UTC"),
    "regular expression": re.compile("layer[0-9]+", re.I),
    "Ellipsis": ...,
    "NotImplemented": NotImplemented,
    "type of None": type(None),
    "exception": KeyError("missing"),
    "exception of its own module": json.JSONDecodeError("bad", "{", 1),
    "uuid": uuid.UUID(int=7),
    "Decimal": decimal.Decimal("0.1"),
    "Fraction": fractions.Fraction(1, 3),
    "complex": 1j,
    "range": range(3),
    "slice": slice(1, 2),
    "partial": functools.partial(int, base=2),
    "itemgetter": operator.itemgetter(0),
    "StringIO": io.StringIO("log"),
    "BytesIO": io.BytesIO(b"log"),
    "count": itertools.count(3),
    "iterator": iter([1, 2]),
    "array": array.array("d", [0.5]),
    "path": pathlib.PurePosixPath("data/films"),
    "logger": logging.getLogger("train"),
    "Random": random.Random(1),
    "Counter": collections.Counter("aab"),
    "named tuple": table(1, 0.5),
    "flag": re.IGNORECASE,
    "NumPy scalar": np.float64(0.5),
    "NumPy array": np.arange(3),
    "NumPy generator": np.random.default_rng(1),
    "NumPy random state": np.random.RandomState(1),
    "NumPy date": np.datetime64("2024-05-01"),
    "NumPy function": np.cos,
    "NumPy record": np.zeros(2, dtype=[("a", "f4")]),
}
held = [
    {"name": name, "protocol": protocol, "pickle": pickle.dumps({"extra": value, "after": 7}, protocol).hex()}
    for name, value in objects.items()
    for protocol in (2, 4, 5)
]
made = f"scripts/golden/harmless_objects.py, Python {sys.version.split()[0]}, NumPy {np.__version__}"
target.write_text(json.dumps({"made": made, "objects": held}, indent=1) + "\n")
