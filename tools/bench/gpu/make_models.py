"""Makes a seeded checkpoint of an architecture and Wentu models of it in fp32 and fp16, with the project's exporter.

    python make_models.py FOLDER ARCHITECTURE
"""

import sys
import warnings
from pathlib import Path

TOOL = Path(__file__).resolve().parents[2] / "export-chinese-clip"
sys.path[:0] = [str(TOOL), str(TOOL / "tests")]

from exporter.architecture import OFFICIAL  # noqa: E402
from exporter.run import ExportOptions, export  # noqa: E402
from random_checkpoint import write_checkpoint  # noqa: E402

SEED = 1


def main(folder: Path, name: str) -> None:
    # The tracer warns of each constant of the architecture that it meets.
    warnings.filterwarnings("ignore")
    folder.mkdir(parents=True, exist_ok=True)
    checkpoint = folder / f"{name}.pt"
    if not checkpoint.exists():
        unfinished = checkpoint.with_suffix(".part")
        write_checkpoint(unfinished, name, SEED)
        unfinished.rename(checkpoint)
    for precision in ("fp16", "fp32"):
        target = folder / f"{name}-{precision}"
        if not target.exists():
            export(ExportOptions(checkpoint, target, precision, None if name in OFFICIAL else name))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
