"""Images and texts a second of cn_clip's own torch model, from the memory of the host to the memory of the host.

    python torch_peer.py '{"checkpoint": …, "precision": "fp16", "device": "cuda:0", "batches": [1, 8], "seconds": 1}'

The last line is the result as JSON. Texts are padded to the longest one of the batch, as Wentu pads them.
"""

import json
import resource
import statistics
import sys
import time
from pathlib import Path

import torch
from torch.nn.functional import normalize

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "export-chinese-clip"))

import cn_clip.clip  # noqa: E402
from cn_clip.clip.model import convert_weights  # noqa: E402
from exporter.architecture import CONTEXT_LENGTH  # noqa: E402
from exporter.checkpoint import load_checkpoint  # noqa: E402

WARM_UP, LEAST_RUNS = 3, 3
TEXTS = json.loads((Path(__file__).parent / "texts.json").read_text(encoding="utf-8"))


def rate_of(rows: int, run, seconds: float) -> float:
    for _ in range(WARM_UP):
        run()
    taken, end = [], time.perf_counter() + seconds
    while len(taken) < LEAST_RUNS or time.perf_counter() < end:
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return rows / statistics.median(taken)


def main(task: dict) -> dict:
    device = torch.device(task["device"])
    # ONNX Runtime multiplies float32 in TF32 unless NVIDIA_TF32_OVERRIDE is 0, so torch does too.
    torch.backends.cuda.matmul.allow_tf32 = True
    torch.backends.cudnn.allow_tf32 = True
    if "threads" in task:
        torch.set_num_threads(task["threads"])
    checkpoint = load_checkpoint(Path(task["checkpoint"]), False)
    model = checkpoint.model
    if task["precision"] == "fp16":
        # As the reference does: its own norms of the image tower stay in float32.
        convert_weights(model)
    model.to(device).eval()
    dtype = model.dtype
    size = checkpoint.architecture.image_size
    tokens = cn_clip.clip.tokenize(TEXTS, context_length=CONTEXT_LENGTH)
    tokens = tokens[:, : int(tokens.ne(0).sum(-1).max())]
    images, texts = [], []
    with torch.inference_mode():
        for batch in task["batches"]:
            pixels = torch.full((batch, 3, size, size), 0.3)
            ids = tokens[torch.arange(batch) % len(TEXTS)]

            def encode_images() -> torch.Tensor:
                return normalize(model.encode_image(pixels.to(device).to(dtype)).float(), dim=-1).cpu()

            def encode_texts() -> torch.Tensor:
                return normalize(model.encode_text(ids.to(device)).float(), dim=-1).cpu()

            images.append({"batch": batch, "rate": rate_of(batch, encode_images, task["seconds"])})
            texts.append({"batch": batch, "rate": rate_of(batch, encode_texts, task["seconds"])})
    return {
        "torch": torch.__version__,
        "images": images,
        "texts": texts,
        "rssMib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


if __name__ == "__main__":
    print("\n" + json.dumps(main(json.loads(sys.argv[1]))))
