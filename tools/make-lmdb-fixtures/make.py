"""Makes libs/dataset/fixtures/lmdb: LMDB files of different shapes, written with Python's lmdb, gzipped.

    python3 -m venv venv && venv/bin/pip install lmdb==3.0.0
    venv/bin/python tools/make-lmdb-fixtures/make.py

lmdb-reader.test.ts describes the content of each. Run it on a machine with 4 KiB pages.
"""

import base64
import gzip
import pickle
import shutil
import struct
import tempfile
import zlib
from pathlib import Path

import lmdb

FOLDER = Path(__file__).resolve().parents[2] / "libs/dataset/fixtures/lmdb"
MAP_SIZE = 1 << 30


def value(key: str, size: int) -> bytes:
    """A value that compresses well and is different for each key."""
    return (key.encode() * (size // len(key) + 1))[:size]


def environment(name: str, fill, map_size: int = MAP_SIZE, **options) -> None:
    folder = tempfile.mkdtemp()
    env = lmdb.open(folder, map_size=map_size, **options)
    fill(env)
    env.close()
    data = (Path(folder) / "data.mdb").read_bytes()
    (FOLDER / f"{name}.mdb.gz").write_bytes(gzip.compress(data, 9, mtime=0))
    shutil.rmtree(folder)


def put(env, pairs) -> None:
    with env.begin(write=True) as txn:
        for key, data in pairs:
            txn.put(key.encode(), data)


def many(env) -> None:
    """Long keys make three levels of 10,000."""
    put(env, ((f"{i}-{'k' * 60}", value(str(i), 4)) for i in range(10_000)))


def sizes(env) -> None:
    put(env, ((str(size), value(str(size), size)) for size in (0, 1, 100, 2_020, 2_060, 4_080, 4_081, 1_048_576, 3_000_000)))


def rewritten(env) -> None:
    """Six transactions that delete, rewrite and grow: pages come from the free list."""
    put(env, ((f"{i:04}", value(f"{i:04}", 9_000 if i % 10 == 0 else 300)) for i in range(400)))
    for turn in range(1, 6):
        with env.begin(write=True) as txn:
            for i in range(turn, 400, 7):
                txn.delete(f"{i:04}".encode())
        put(env, ((f"{i:04}", value(f"{turn}-{i:04}", 5_000 if i % 9 == turn else 200)) for i in range(turn, 400, 5)))


def sub_database(env) -> None:
    with env.begin(write=True, db=env.open_db(b"named")) as txn:
        txn.put(b"key", b"value")


def png(seed: int) -> bytes:
    """A picture of 16 x 16 in one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    colour = bytes([seed * 37 % 256, seed * 91 % 256, seed * 53 % 256])
    rows = (b"\0" + colour * 16) * 16
    header = struct.pack(">IIBBBBB", 16, 16, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def dataset(env) -> None:
    """The output of build_lmdb_dataset.py for dataset_imgs.tsv: unchanged ids, standard and url-safe base64."""
    ids = ["9007199254740993", "9007199254740992", "末尾", "10", "9", "1"]
    encoders = [base64.b64encode, base64.urlsafe_b64encode]
    rows = [(image_id, encoders[i % 2](png(i + 1))) for i, image_id in enumerate(ids)]
    (FOLDER / "dataset_imgs.tsv").write_bytes(b"".join(key.encode() + b"\t" + data + b"\n" for key, data in rows))
    put(env, [*rows, ("num_images", str(len(rows)).encode())])


def pairs(env) -> None:
    """The texts in the format of build_lmdb_dataset.py."""
    put(env, [("0", pickle.dumps((10, 0, "一只小狗"))), ("num_samples", b"1")])


def unicode_forms(env) -> None:
    """One id in two Unicode forms, and one in a form that is not NFC."""
    put(env, ((key, base64.b64encode(key.encode())) for key in ("e\u0301", "\u00e9", "o\u0308")))


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    environment("empty", lambda env: put(env, []))
    environment("one", lambda env: put(env, [("key", b"value")]), map_size=1 << 20)
    environment("many", many)
    environment("sizes", sizes)
    environment("rewritten", rewritten)
    environment("sub-database", sub_database, max_dbs=1)
    environment("dataset", dataset, map_size=1 << 40)
    environment("pairs", pairs)
    environment("unicode-forms", unicode_forms)


if __name__ == "__main__":
    main()
