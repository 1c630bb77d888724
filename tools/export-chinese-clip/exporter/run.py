"""One export from checkpoint to folder, all or nothing."""

import re
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .checkpoint import load_checkpoint
from .errors import ExportError
from .model_folder import model_name, space_id, write_model_folder
from .precision import change_precision
from .towers import export_towers
from .verify import verify


@dataclass(frozen=True)
class ExportOptions:
    source: Path
    output: Path
    precision: str
    name: str | None = None
    round_weights: bool = False


def export(options: ExportOptions, say: Callable[[str], None] = print) -> None:
    """@raises ExportError; then `output` does not exist"""
    output, precision = options.output, options.precision
    if output.exists():
        raise ExportError(f"{output} exists; remove it, or choose another folder")
    if options.name is not None and not re.fullmatch(r"[a-zA-Z0-9][\w.-]{0,127}", options.name, re.ASCII):
        raise ExportError(f"--name is {options.name!r}; give latin letters, digits, - _ and . (at most 128)")
    started = time.monotonic()
    checkpoint = load_checkpoint(options.source, options.round_weights)
    model, architecture = checkpoint.model, checkpoint.architecture
    name = model_name(architecture, options.name, precision)
    space = space_id(model, architecture, options.name, precision)
    weights = sum(parameter.numel() for parameter in model.parameters())
    say(f"{name}: {architecture.name or 'own architecture'}, {weights:,} weights stored as {checkpoint.stored}; "
        f"{checkpoint.rounded:,} would change in float16" + (", and did" if options.round_weights else ""))
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        # In the same parent folder, so that moving it is one rename.
        folder = Path(tempfile.mkdtemp(prefix=f".{output.name}-", dir=output.parent))
    except OSError as error:
        raise ExportError(f"{output} cannot be made: {error.strerror}; choose another folder") from error
    try:
        export_towers(model, architecture.image_size, folder)
        for tower in ("image", "text"):
            change_precision(folder / f"{tower}.onnx", precision)
        measured = verify(model, architecture.image_size, folder, precision)
        write_model_folder(folder, model, architecture, name, space)
        folder.chmod(0o755)
        folder.rename(output)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise ExportError(f"{output} cannot be written: {error.strerror or error}") from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    say(f"{precision} against torch: min cosine image {measured.image_cosine:.7f}, text {measured.text_cosine:.7f}; "
        f"padding moves a text by {measured.padding_difference:.1e}; "
        f"most alike inputs: image {measured.image_alike:.4f}, text {measured.text_alike:.4f}")
    for path in sorted(output.iterdir()):
        say(f"  {path.name}: {path.stat().st_size:,} bytes")
    say(f"{output}: dimension {architecture.dimension}, space {space}, {time.monotonic() - started:.0f} s")
