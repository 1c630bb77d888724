"""Makes libs/encoder/fixtures/tower-models: models with one graph for each tower, with random weights.

    python3 -m venv venv && venv/bin/pip install torch==2.5.1 transformers==4.46.3 open_clip_torch==2.32.0 onnx==1.17.0
    venv/bin/python tools/make-encoder-fixtures/make_tower_models.py && npx prettier --write libs/encoder/fixtures

immich-xlmr: an open_clip model with an XLM-RoBERTa as text tower, in Immich's layout, as its exporter writes large
    models: weights in many files, whose names are equal in both towers.
immich-siglip: open_clip's SigLIP in Immich's layout: pictures as bytes, texts without punctuation.
siglip: a SigLIP of transformers in the layout of transformers.js: a joint graph, and a graph for each tower.
tokenizers: tokenizers of the three kinds, trained on the texts below, with the ids that Python's tokenizers gives.

The training of a tokenizer gives other pieces each time. make_more_tower_models.py adds models to those that are there.
"""

import json
import shutil
import string
from pathlib import Path

import numpy as np
import onnx
import torch
from open_clip.hf_model import HFTextEncoder
from open_clip.transformer import TextTransformer, VisionTransformer
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from torch.nn.functional import normalize
from transformers import SiglipConfig, SiglipModel, XLMRobertaConfig

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "libs/encoder/fixtures/tower-models"
SIZE, DIMENSION = 16, 16
CLIP = {"mean": [0.48145466, 0.4578275, 0.40821073], "std": [0.26862954, 0.26130258, 0.27577711]}
HALF = {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}
TEXTS = [
    "一只小狗在草地上跑", "红花和绿树，在山上。", "天", "", "A small dog, running!", "un chien dans l'herbe",
    "犬が芝生の上を走る", "собака бежит по траве", "꽃과 나무", "كلب صغير", "海边的日落 sunset 🌅", "１２３ ＡＢＣ ㈱", "  two   spaces \n",
    "naïve café", "𠀀𠮷", "小狗" * 60, "x" * 300, "<s> </s> <pad>", "zho_Hans", "don't-stop_here", "a👨‍👩‍👧b",
]
IMAGE_SEEDS = (1, 2, 5)


def corpus() -> list[str]:
    oracle = (ROOT / "libs/encoder/fixtures/tokenizer.jsonl").read_text(encoding="utf-8").strip("\n").split("\n")
    return [*TEXTS, *(json.loads(line)["text"] for line in oracle)]


def readable(text: str) -> bool:
    return not any(0xD800 <= ord(c) <= 0xDFFF for c in text)


def unigram() -> Tokenizer:
    """The parts of XLM-RoBERTa's tokenizer, and of NLLB's: its language codes are added tokens."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")]
    )
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    trainer = trainers.UnigramTrainer(vocab_size=400, special_tokens=special, unk_token="<unk>", show_progress=False)
    tokenizer.train_from_iterator([text for text in corpus()[:60] if readable(text)], trainer)
    tokenizer.add_special_tokens([AddedToken("zho_Hans", normalized=False)])
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    return tokenizer


def bpe() -> Tokenizer:
    """The parts of Gemma's tokenizer, as SigLIP 2 uses it."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    special = ["<pad>", "<eos>", "<bos>", "<unk>", *(f"<0x{byte:02X}>" for byte in range(256))]
    trainer = trainers.BpeTrainer(vocab_size=700, special_tokens=special, show_progress=False)
    tokenizer.train_from_iterator([text for text in corpus()[:60] if readable(text)], trainer)
    described = json.loads(tokenizer.to_str())
    described["added_tokens"] = [token for token in described["added_tokens"] if not token["content"].startswith("<0x")]
    tokenizer = Tokenizer.from_str(json.dumps(described))
    tokenizer.post_processor = processors.TemplateProcessing(single="$A <eos>", special_tokens=[("<eos>", 1)])
    return tokenizer


def word_piece() -> Tokenizer:
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    trainer = trainers.WordPieceTrainer(vocab_size=300, special_tokens=special, show_progress=False)
    tokenizer.train_from_iterator([text for text in corpus()[:60] if readable(text)], trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return tokenizer


def clean(text: str, canonical: bool) -> str:
    text = " ".join(text.split())
    return text.translate(str.maketrans("", "", string.punctuation)).lower() if canonical else text


def encode(tokenizer: Tokenizer, text: str, length: int, canonical: bool = False, prefix: str = "") -> list[int]:
    tokenizer.enable_truncation(length)
    ids = tokenizer.encode(prefix + clean(text, canonical)).ids
    tokenizer.no_truncation()
    return ids


def padded(ids: list[int], length: int, pad: int) -> torch.Tensor:
    return torch.tensor([ids + [pad] * (length - len(ids))], dtype=torch.int32)


def pixels(seed: int) -> torch.Tensor:
    """Bytes `[1, S, S, 3]`: (i * seed * 31 + floor(i / 128)) mod 256."""
    i = np.arange(SIZE * SIZE * 3)
    return torch.tensor(((i * seed * 31 + (i >> 7)) & 255).reshape(1, SIZE, SIZE, 3).astype(np.uint8))


def normalised(bytes_: torch.Tensor, mean: list[float], std: list[float]) -> torch.Tensor:
    x = bytes_.permute(0, 3, 1, 2).float() / 255
    return (x - torch.tensor(mean).view(1, 3, 1, 1)) / torch.tensor(std).view(1, 3, 1, 1)


class ImageTower(torch.nn.Module):
    def __init__(self, takes_bytes: bool) -> None:
        super().__init__()
        self.visual = VisionTransformer(SIZE, 8, 24, 1, 2, 2.0, output_dim=DIMENSION)
        self.takes_bytes = takes_bytes

    def forward(self, image):
        return normalize(self.visual(normalised(image, **HALF) if self.takes_bytes else image), dim=-1)


class TextTower(torch.nn.Module):
    def __init__(self, text: torch.nn.Module) -> None:
        super().__init__()
        self.text = text

    def forward(self, text):
        return normalize(self.text(text.long()), dim=-1)


class MaskedTextTower(TextTower):
    def forward(self, input_ids, attention_mask):
        return normalize(self.text(input_ids.long(), attention_mask.float()), dim=-1)


def shake(model: torch.nn.Module) -> torch.nn.Module:
    for parameter in model.parameters():
        if parameter.dim() > 1:
            torch.nn.init.normal_(parameter, std=0.3)
    return model.eval()


def strip(model: onnx.ModelProto) -> onnx.ModelProto:
    """Without the parts that only people read."""
    for node in model.graph.node:
        node.ClearField("doc_string")
    model.graph.ClearField("value_info")
    return model


def export(model: torch.nn.Module, inputs: tuple, path: Path, names: list[str], outputs: list[str], **options) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        model, inputs, str(path), input_names=names, output_names=outputs, opset_version=17, dynamo=False, **options
    )
    onnx.save(strip(onnx.load(path)), path)


def into_many_files(path: Path) -> None:
    """Every large tensor in a file of its own: `weights.0`, `weights.1` and so on."""
    model = onnx.load(path)
    large = [tensor for tensor in model.graph.initializer if len(tensor.raw_data) > 512]
    for at, tensor in enumerate(large):
        (path.parent / f"weights.{at}").write_bytes(tensor.raw_data)
        tensor.ClearField("raw_data")
        tensor.data_location = onnx.TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value=f"weights.{at}")
    onnx.save(model, path)


def write_json(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def features(x: torch.Tensor) -> list[float]:
    return [round(value, 7) for value in normalize(x, dim=-1)[0].tolist()]


def immich(
    name: str, text: torch.nn.Module, tokenizer: Tokenizer, config: dict, preprocess: dict, takes_bytes: bool,
    prefix: str = "", many_files: bool = True, masked: bool = False,
) -> None:
    folder, length = FOLDER / name, config["context_length"]
    pad_token = "<pad>"
    pad = tokenizer.token_to_id(pad_token)
    canonical = config.get("tokenizer_kwargs", {}).get("clean") == "canonicalize"
    image_tower, text_tower = shake(ImageTower(takes_bytes)), shake((MaskedTextTower if masked else TextTower)(text))
    to_input = (lambda x: x) if takes_bytes else (lambda x: normalised(x, preprocess["mean"], preprocess["std"]))
    names = ["input_ids", "attention_mask"] if masked else ["text"]

    def text_inputs(t: str) -> tuple[torch.Tensor, ...]:
        ids = encode(tokenizer, t, length, canonical, prefix)
        return (padded(ids, length, pad), padded([1] * len(ids), length, 0))[: len(names)]

    export(image_tower, (to_input(pixels(1)),), folder / "visual/model.onnx", ["image"], ["embedding"])
    export(text_tower, text_inputs("天"), folder / "textual/model.onnx", names, ["embedding"])
    if many_files:
        into_many_files(folder / "visual/model.onnx")
        into_many_files(folder / "textual/model.onnx")
    write_json(folder / "config.json", {"embed_dim": DIMENSION, "vision_cfg": {"image_size": SIZE}, "text_cfg": config})
    write_json(folder / "visual/preprocess_cfg.json", preprocess)
    write_json(folder / "textual/tokenizer_config.json", {"pad_token": pad_token})
    tokenizer.save(str(folder / "textual/tokenizer.json"))
    with torch.no_grad():
        images = [{"seed": s, "features": features(image_tower(to_input(pixels(s))))} for s in IMAGE_SEEDS]
        texts = [{"text": t, "features": features(text_tower(*text_inputs(t)))} for t in TEXTS]
    write_json(folder / "golden.json", {"images": images, "texts": texts})


class Joint(torch.nn.Module):
    def __init__(self, model: SiglipModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids, pixel_values):
        out = self.model(input_ids=input_ids, pixel_values=pixel_values)
        return out.logits_per_image, out.logits_per_text, out.text_embeds, out.image_embeds


class Pooled(torch.nn.Module):
    def __init__(self, tower: torch.nn.Module) -> None:
        super().__init__()
        self.tower = tower

    def forward(self, x):
        out = self.tower(x)
        return out.last_hidden_state, out.pooler_output


def siglip(tokenizer: Tokenizer) -> None:
    folder, length = FOLDER / "siglip", 24
    text = dict(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=DIMENSION, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=length,
    )
    vision = dict(
        hidden_size=DIMENSION, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32, image_size=SIZE, patch_size=8,
    )
    model = SiglipModel(SiglipConfig(text_config=text, vision_config=vision, attn_implementation="eager"))
    shake(model)
    with torch.no_grad():
        model.logit_scale.fill_(4.7)
        model.logit_bias.fill_(-12.5)
    ids = torch.cat([padded(encode(tokenizer, t, length), length, 0) for t in ("天", "小狗")]).long()
    picture = torch.cat([normalised(pixels(s), **HALF) for s in (1, 2)])
    batch = lambda *names: {"dynamic_axes": {name: {0: f"{name}_batch"} for name in names}}
    export(
        Joint(model).eval(), (ids, picture), folder / "onnx/model.onnx", ["input_ids", "pixel_values"],
        ["logits_per_image", "logits_per_text", "text_embeds", "image_embeds"],
        **batch("input_ids", "pixel_values", "text_embeds", "image_embeds"),
    )
    hidden = ["last_hidden_state", "pooler_output"]
    export(
        Pooled(model.text_model).eval(), (ids,), folder / "onnx/text_model.onnx", ["input_ids"], hidden,
        **batch("input_ids", *hidden),
    )
    export(
        Pooled(model.vision_model).eval(), (picture,), folder / "onnx/vision_model.onnx", ["pixel_values"], hidden,
        **batch("pixel_values", *hidden),
    )
    write_json(folder / "config.json", {"model_type": "siglip", "text_config": text, "vision_config": vision})
    write_json(
        folder / "preprocessor_config.json",
        {
            "do_convert_rgb": None, "do_normalize": True, "do_rescale": True, "do_resize": True,
            "image_mean": HALF["mean"], "image_processor_type": "SiglipImageProcessor", "image_std": HALF["std"],
            "resample": 2, "rescale_factor": 1 / 255, "size": {"height": SIZE, "width": SIZE},
        },
    )
    write_json(
        folder / "tokenizer_config.json",
        {"model_max_length": length, "pad_token": "<pad>", "tokenizer_class": "GemmaTokenizer"},
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    with torch.no_grad():
        images = [
            {"seed": s, "features": features(model.get_image_features(normalised(pixels(s), **HALF)))} for s in IMAGE_SEEDS
        ]
        texts = []
        for t in TEXTS:
            # As the normaliser of Siglip2Tokenizer: character by character.
            found = tokenizer_ids(tokenizer, "".join(c.lower() for c in t), length)
            texts.append({"text": t, "features": features(model.get_text_features(padded(found, length, 0).long()))})
    write_json(
        folder / "golden.json",
        {"images": images, "texts": texts, "logitScale": model.logit_scale.item(), "logitBias": model.logit_bias.item()},
    )


def tokenizer_ids(tokenizer: Tokenizer, text: str, length: int) -> list[int]:
    tokenizer.enable_truncation(length)
    ids = tokenizer.encode(text).ids
    tokenizer.no_truncation()
    return ids


def golden_tokens(name: str, tokenizer: Tokenizer, length: int) -> None:
    rows = []
    for text in dict.fromkeys(text for text in corpus() if readable(text) and len(text) < 2_000):
        rows.append(
            {
                "text": text,
                "ids": tokenizer_ids(tokenizer, text, length),
                "canonical": encode(tokenizer, text, length, canonical=True),
                **({"chinese": encode(tokenizer, text, length, prefix="zho_Hans")} if name == "unigram" else {}),
            }
        )
    folder = FOLDER / "tokenizers"
    folder.mkdir(parents=True, exist_ok=True)
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    if name == "word-piece":
        tokenizer.save(str(folder / f"{name}.json"))


def main() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    torch.manual_seed(7)
    pieces, merges = unigram(), bpe()
    for name, tokenizer in (("unigram", pieces), ("bpe", merges), ("word-piece", word_piece())):
        golden_tokens(name, tokenizer, 24)
    xlmr = XLMRobertaConfig(
        vocab_size=pieces.get_vocab_size(), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
        max_position_embeddings=40, pad_token_id=pieces.token_to_id("<pad>"), attn_implementation="eager",
    )
    text = HFTextEncoder("xlm-roberta-base", DIMENSION, config=xlmr, pooler_type="mean_pooler", proj_type="mlp", pretrained=False)
    immich(
        "immich-xlmr", text, pieces, {"context_length": 24, "hf_tokenizer_name": "xlm-roberta-base"},
        {"size": [SIZE, SIZE], "mode": "RGB", **CLIP, "interpolation": "bicubic", "resize_mode": "shortest", "fill_color": 0},
        takes_bytes=False,
    )
    siglip_text = TextTransformer(
        24, merges.get_vocab_size(), 16, 2, 1, 2.0, output_dim=DIMENSION, no_causal_mask=True, pool_type="last", proj_bias=True
    )
    immich(
        "immich-siglip", siglip_text, merges,
        {"context_length": 24, "hf_tokenizer_name": "timm/ViT-B-16-SigLIP2", "tokenizer_kwargs": {"clean": "canonicalize"}},
        {"size": SIZE, "mode": "RGB", **HALF, "interpolation": "bicubic", "resize_mode": "squash", "fill_color": 0},
        takes_bytes=True,
    )
    siglip(merges)


if __name__ == "__main__":
    main()
