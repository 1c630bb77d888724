"""The service that the tutorial 「Milvus 的以文搜图」 builds, rewritten from its description: the peer of ../side-by-side.mjs.

    PEER_CHECKPOINT=rn50.pt PEER_MILVUS=127.0.0.1:19530 PEER_MYSQL=mysql://… python service.py PORT

cn_clip on torch encodes the text, Milvus stores `id` and `embedding` (L2, IVF_FLAT of 128 lists, 16 of them searched),
and a MySQL table stores the pictures in base64 under the ids of Milvus.
"""

import itertools
import json
import os
import sys
import threading
from pathlib import Path
from urllib.parse import urlparse

import pymysql
import torch
import uvicorn
from cn_clip import clip
from fastapi import FastAPI
from pydantic import BaseModel
from pymilvus import Collection, CollectionSchema, DataType, FieldSchema, connections

DIMENSION = 1024
ROWS_AT_ONCE = 1_000
INDEX = {"index_type": "IVF_FLAT", "metric_type": "L2", "params": {"nlist": 128}}
SEARCH = {"metric_type": "L2", "params": {"nprobe": 16}}
SCHEMA = CollectionSchema(
    [
        FieldSchema("id", DataType.INT64, is_primary=True, auto_id=True),
        FieldSchema("embedding", DataType.FLOAT_VECTOR, dim=DIMENSION),
    ]
)

app = FastAPI()
model, _ = clip.load_from_name(
    os.environ["PEER_CHECKPOINT"], device="cpu", vision_model_name="RN50", text_model_name="RBT3-chinese", input_resolution=224
)
model.eval()
connections.connect(address=os.environ["PEER_MILVUS"])
per_thread = threading.local()


class CollectionRequest(BaseModel):
    collection: str


class LoadRequest(BaseModel):
    collection: str
    folder: str
    split: str = "valid"


class SearchRequest(BaseModel):
    collection: str
    text: str
    top_k: int = 10


def database() -> pymysql.Connection:
    """One connection per thread of the server, because threads cannot share a pymysql connection."""
    if not hasattr(per_thread, "connection"):
        url = urlparse(os.environ["PEER_MYSQL"])
        per_thread.connection = pymysql.connect(
            host=url.hostname, port=url.port, user=url.username, password=url.password, database=url.path[1:], autocommit=True
        )
    return per_thread.connection


@app.post("/collection")
def make_collection(request: CollectionRequest) -> dict:
    """Creates the index and calls `load` before there are rows. After the rows, Milvus 2.3.5 takes six seconds more,
    two of them for a flush that searches do not need.
    """
    collection = Collection(request.collection, SCHEMA)
    collection.create_index("embedding", INDEX)
    collection.load()
    with database().cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE `{request.collection}` (milvus_id BIGINT PRIMARY KEY, image_id BIGINT, image_data MEDIUMBLOB)"
        )
    return {}


@app.post("/img/load")
def load(request: LoadRequest) -> dict:
    folder, split = Path(request.folder), request.split
    with (folder / f"{split}_imgs.tsv").open() as lines:
        pictures = dict(line.rstrip("\n").split("\t") for line in lines)
    collection = Collection(request.collection)
    count = 0
    with database().cursor() as cursor, (folder / f"{split}_imgs.img_feat.jsonl").open() as lines:
        while batch := [json.loads(line) for line in itertools.islice(lines, ROWS_AT_ONCE)]:
            ids = collection.insert([[row["feature"] for row in batch]]).primary_keys
            cursor.executemany(
                f"INSERT INTO `{request.collection}` (milvus_id, image_id, image_data) VALUES (%s, %s, %s)",
                [(key, row["image_id"], pictures[str(row["image_id"])]) for key, row in zip(ids, batch)],
            )
            count += len(batch)
    return {"count": count}


@app.post("/img/search")
def search(request: SearchRequest) -> list[dict]:
    with torch.no_grad():
        feature = model.encode_text(clip.tokenize([request.text]))
        feature /= feature.norm(dim=-1, keepdim=True)
    hits = Collection(request.collection).search(feature.tolist(), "embedding", SEARCH, limit=request.top_k)[0]
    with database().cursor() as cursor:
        cursor.execute(
            f"SELECT milvus_id, image_id, image_data FROM `{request.collection}` WHERE milvus_id IN %s", ([*hits.ids],)
        )
        rows = {key: (image_id, data) for key, image_id, data in cursor.fetchall()}
    return [
        {"distance": hit.distance, "image_id": rows[hit.id][0], "image_data": rows[hit.id][1].decode()} for hit in hits
    ]


if __name__ == "__main__":
    # Otherwise it closes connections that a client is about to reuse.
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", timeout_keep_alive=600)
