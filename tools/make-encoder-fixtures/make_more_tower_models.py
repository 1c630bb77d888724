"""Adds models to libs/encoder/fixtures/tower-models, with the tokenizers that make_tower_models.py made; see there.

immich-nllb: an open_clip model with the encoder of NLLB as text tower, and SigLIP's preparation of pictures.
immich-m-clip: M-CLIP's text tower, which takes ids and a mask, beside a CLIP.
immich-fg-clip: FG-CLIP 2 in Immich's layout: SigLIP's towers on floats, cropped pictures, the weights in the graphs.
"""

import shutil

import torch
from make_tower_models import CLIP, DIMENSION, FOLDER, HALF, SIZE, immich
from open_clip.hf_model import HFTextEncoder
from open_clip.transformer import TextTransformer
from tokenizers import Tokenizer
from transformers import M2M100Config, XLMRobertaConfig, XLMRobertaModel

LENGTH = 24
PICTURES = {"size": [SIZE, SIZE], "mode": "RGB", **HALF, "interpolation": "bicubic"}


def tokenizer_of(model: str) -> Tokenizer:
    return Tokenizer.from_file(str(FOLDER / model / "textual/tokenizer.json"))


def nllb() -> None:
    pieces = tokenizer_of("immich-xlmr")
    config = M2M100Config(
        vocab_size=pieces.get_vocab_size(), d_model=16, encoder_layers=1, encoder_attention_heads=2, encoder_ffn_dim=32,
        decoder_layers=1, decoder_attention_heads=2, decoder_ffn_dim=32, max_position_embeddings=40, scale_embedding=True,
        pad_token_id=pieces.token_to_id("<pad>"), attn_implementation="eager",
    )
    model = "facebook/nllb-200-distilled-600M"
    text = HFTextEncoder(model, DIMENSION, config=config, pooler_type="cls_pooler", proj_type="linear", pretrained=False)
    # As open_clip does when it makes the configuration itself.
    text.transformer = text.transformer.encoder
    described = {"context_length": LENGTH, "hf_model_name": model, "hf_tokenizer_name": model}
    immich(
        "immich-nllb", text, pieces, described, PICTURES | {"resize_mode": "squash", "fill_color": 0},
        takes_bytes=False, prefix="zho_Hans",
    )


def fg_clip() -> None:
    merges = tokenizer_of("immich-siglip")
    text = TextTransformer(
        LENGTH, merges.get_vocab_size(), 16, 2, 1, 2.0, output_dim=DIMENSION, no_causal_mask=True, pool_type="last",
        proj_bias=True,
    )
    immich(
        "immich-fg-clip", text, merges, {"context_length": LENGTH}, PICTURES | {"resize_mode": "shortest"},
        takes_bytes=False, many_files=False,
    )


class MClip(torch.nn.Module):
    """As multilingual_clip's MultilingualCLIP: the mean of the tokens, then a linear layer."""

    def __init__(self, config: XLMRobertaConfig) -> None:
        super().__init__()
        self.transformer = XLMRobertaModel(config, add_pooling_layer=False)
        self.linear = torch.nn.Linear(config.hidden_size, DIMENSION)

    def forward(self, ids, mask):
        found = self.transformer(input_ids=ids, attention_mask=mask)[0]
        return self.linear((found * mask.unsqueeze(2)).sum(dim=1) / mask.sum(dim=1)[:, None])


def m_clip() -> None:
    pieces = tokenizer_of("immich-xlmr")
    config = XLMRobertaConfig(
        vocab_size=pieces.get_vocab_size(), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
        max_position_embeddings=40, pad_token_id=pieces.token_to_id("<pad>"), attn_implementation="eager",
    )
    immich(
        "immich-m-clip", MClip(config), pieces, {"context_length": LENGTH},
        PICTURES | CLIP | {"resize_mode": "shortest", "fill_color": 0}, takes_bytes=False, many_files=False, masked=True,
    )


if __name__ == "__main__":
    torch.manual_seed(8)
    for name in ("immich-nllb", "immich-fg-clip", "immich-m-clip"):
        shutil.rmtree(FOLDER / name, ignore_errors=True)
    nllb()
    fg_clip()
    m_clip()
