"""
Draws pictures with text, and reads them with RapidOCR, the reference of libs/words.

  python make.py FOLDER [--count 8]     # the set of tools/bench/words.mjs
  python make.py libs/words/fixtures --fixtures   # the small set of the tests

Writes one JPEG a picture, and lines.json: for each picture the true lines, and those that RapidOCR read with their
confidences and boxes (pixels of the picture). Format the lines.json of the fixtures with Prettier.
Debian packages: fonts-noto-cjk, fonts-wqy-microhei, fonts-wqy-zenhei, fonts-arphic-ukai, fonts-arphic-uming,
fonts-lxgw-wenkai, fonts-smiley-sans. Python packages: rapidocr-onnxruntime 1.4.4, pillow, numpy.
"""

import argparse
import json
import os
import resource
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from draw import KINDS, draw  # noqa: E402

# Small files: they are JPEGs of quality 50.
FIXTURES = [
    ("blurred", 5), ("chat", 5), ("couplet", 5), ("document", 5), ("english", 5), ("no-text", 5), ("poster", 5),
    ("receipt", 2), ("sign", 5), ("slanted", 5), ("slide", 5), ("subtitle", 5), ("table", 5), ("traditional", 5),
    ("two-columns", 5), ("upside-down", 2), ("vertical-book", 5),
]

# Large pictures.
FEW = {"long-chat": 2, "scan": 3, "web-page": 4}


def cpu_seconds():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=8, help="pictures of each kind")
    parser.add_argument("--kinds", nargs="+", choices=list(KINDS), default=list(KINDS))
    parser.add_argument("--fixtures", action="store_true")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    from rapidocr_onnxruntime import RapidOCR

    # One thread, as libs/words by default.
    reader = RapidOCR(intra_op_num_threads=1, inter_op_num_threads=1)
    chosen = FIXTURES if options.fixtures else [(kind, i) for kind in options.kinds for i in range(min(options.count, FEW.get(kind, options.count)))]
    result = {}
    for kind, number in chosen:
        image, truth = draw(kind, number)
        quality = [92, 75, 50][number % 3]
        path = options.folder / f"{kind}-{number}.jpg"
        image.save(path, quality=quality)
        before = cpu_seconds()
        lines, _ = reader(str(path))
        result[path.name] = {
            "kind": kind,
            "truth": truth,
            "cpuSeconds": round(cpu_seconds() - before, 3),
            "lines": [
                {"text": text, "confidence": round(float(score), 4), "box": [[round(x, 1), round(y, 1)] for x, y in box]}
                for box, text, score in lines or []
            ],
        }
        print(path.name, os.path.getsize(path), image.size, result[path.name]["cpuSeconds"], len(truth), len(lines or []), flush=True)
    (options.folder / "lines.json").write_text(json.dumps(result, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
