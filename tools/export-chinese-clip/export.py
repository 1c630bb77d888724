"""Makes a Wentu model folder of a Chinese-CLIP checkpoint; README.md beside this file says more."""

import argparse
import sys
import warnings
from pathlib import Path

from exporter.errors import ExportError
from exporter.precision import PRECISIONS
from exporter.run import ExportOptions, export


def main() -> int:
    parser = argparse.ArgumentParser(description="Makes a Wentu model folder of a Chinese-CLIP checkpoint.")
    parser.add_argument("source", type=Path, help="clip_cn_*.pt, or a folder with config.json and weights")
    parser.add_argument("output", type=Path, help="the folder to make; it must not exist")
    parser.add_argument("--precision", choices=PRECISIONS, default="fp32")
    parser.add_argument("--name", help="of the model; by default that of the official architecture")
    parser.add_argument(
        "--round-weights", action="store_true", help="put the weights through float16, as cn_clip's load_from_name does"
    )
    given = parser.parse_args()
    # The tracer warns of each constant of the architecture that it meets.
    warnings.filterwarnings("ignore")
    try:
        export(ExportOptions(given.source, given.output, given.precision, given.name, given.round_weights))
    except ExportError as error:
        print(f"export.py: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
