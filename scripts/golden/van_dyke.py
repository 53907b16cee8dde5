"""Ratings of the VanDyke reader study as test/golden/van-dyke.json, read by test/metrics/.

Data: VanDyke et al. 1993, 5 readers, 2 treatments, 69 + 45 patients, as dataset02.csv of the R package RJafroc
(github.com/dpc10ster/RJafroc, tests/testthat/goodValues361/DfSaveDataFile, commit 44b0e39). Published results with
jackknife covariances and the trapezoidal area: F 4.456, ddf 15.26, p 0.05167 (MRMCaov user guide; Hillis 2014);
mean of the readers in each treatment with standard error and degrees of freedom, readers and cases random, as RJafroc's
vignettes print them (StSignificanceTesting, OR, jackknife: RRRC$ciAvgRdrEachTrt).
python scripts/golden/van_dyke.py dataset02.csv
"""
import csv
import json
import sys

rows = list(csv.DictReader(open(sys.argv[1])))
cases = sorted({int(row["case"]) for row in rows})
truth = {int(row["case"]): int(row["truth"]) for row in rows}
ratings = [
    ["".join(str(round(float(row["rating"]))) for case in cases for row in rows
             if (row["modality"], row["reader"], int(row["case"])) == (treatment, reader, case))
     for reader in "01234"]
    for treatment in "01"
]
with open("test/golden/van-dyke.json", "w") as out:
    json.dump({
        "source": "VanDyke 1993 as dataset02.csv of RJafroc (44b0e39); ratings[treatment][reader], a digit a case",
        "label": "".join(str(truth[case]) for case in cases),
        "ratings": ratings,
        "published": {"f": 4.456, "ddf": 15.26, "p": 0.05167},
        "publishedMeans": [
            {"value": 0.89703704, "se": 0.0331736, "degreesOfFreedom": 12.744648},
            {"value": 0.94083736, "se": 0.02156637, "degreesOfFreedom": 12.71019},
        ],
    }, out, indent=1)
    out.write("\n")
