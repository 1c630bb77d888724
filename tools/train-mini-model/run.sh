#!/usr/bin/env bash
# Trains wentu-mini from scratch: tools/train-mini-model/run.sh WORKDIR [MODEL_FOLDER]
# Needs Python 3.11, Node 20 and, for openclipart and the photographs, Debian's apt-get and dpkg-deb.
set -euo pipefail

tool=$(cd "$(dirname "$0")" && pwd)
work=$(mkdir -p "$1" && cd "$1" && pwd)
model=${2:-$work/model}
space=${SPACE_ID:-wentu-mini-local}

mkdir -p "$work/npm" "$work/deb"
[ -d "$work/venv" ] || python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet -r "$tool/requirements.txt"
cp "$tool/package.json" "$work/npm/"
npm install --prefix "$work/npm" --no-audit --no-fund
for package in openclipart-png opencv-doc tuxpaint-stamps-default; do
  if [ ! -d "$work/deb/$package" ]; then
    (cd "$work/deb" && apt-get download "$package" && dpkg-deb -x "$package"_*.deb "$package")
  fi
done

# The allocator keeps freed memory: twice the training speed on two cores.
export MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=8000000000 MALLOC_TOP_PAD_=268435456
export OMP_WAIT_POLICY=PASSIVE PYTHONPATH="$tool" PYTHON="$work/venv/bin/python"

node "$tool/render.mjs" "$work"
"$PYTHON" -m trainer.clipart "$work"
"$PYTHON" -m trainer.photos "$work"
"$PYTHON" -m trainer.dictionary "$work"
"$PYTHON" -m trainer.finetune "$work" --minutes "${FINETUNE_MINUTES:-36}"
"$PYTHON" -m trainer.features "$work"
"$PYTHON" -m trainer.train_text "$work" --minutes "${TEXT_MINUTES:-16}"
mkdir -p "$model"
[ "$model/vocab.txt" -ef "$tool/../../models/wentu-mini/vocab.txt" ] ||
  cp "$tool/../../models/wentu-mini/vocab.txt" "$model/"
"$PYTHON" -m trainer.export "$work" "$model" --space "$space"
"$PYTHON" "$tool/evaluate.py" "$model" --work "$work" --samples "$tool/../../samples"
