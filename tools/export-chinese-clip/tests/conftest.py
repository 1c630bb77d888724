import sys
import warnings
from pathlib import Path

import pytest
import torch

TOOL = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TOOL), str(TOOL / "tests")]
torch.set_num_threads(1)

from exporter.run import ExportOptions, export  # noqa: E402
from random_checkpoint import SMALL, write_checkpoint  # noqa: E402

# The tracer warns of each constant of the architecture that it meets.
warnings.filterwarnings("ignore", category=torch.jit.TracerWarning)


@pytest.fixture(scope="session", params=SMALL)
def small(request, tmp_path_factory):
    """Name and checkpoint of a small architecture."""
    path = tmp_path_factory.mktemp(request.param) / "checkpoint.pt"
    write_checkpoint(path, request.param, seed=1)
    return request.param, path


@pytest.fixture(scope="session")
def exported(small, tmp_path_factory):
    """Exports it once per precision. Gives the folder and the output."""
    name, source = small
    done = {}

    def run(precision):
        if precision not in done:
            folder, said = tmp_path_factory.mktemp("models") / precision, []
            export(ExportOptions(source, folder, precision, name), said.append)
            done[precision] = folder, "\n".join(said)
        return done[precision]

    return run
