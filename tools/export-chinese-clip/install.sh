#!/usr/bin/env bash
# Makes a virtual environment for this tool: install.sh VENV [MORE_REQUIREMENTS...]
# Python 3.11 or 3.12; about 1 GB to download, no CUDA.
set -euo pipefail

tool=$(cd "$(dirname "$0")" && pwd)
venv=$1
shift
python3 -m venv "$venv"
python=$venv/bin/python
[ -x "$python" ] || python=$venv/Scripts/python.exe
arguments=(-r "$tool/requirements.txt")
for file in "$@"; do arguments+=(-r "$file"); done
"$python" -m pip install --quiet --no-deps "${arguments[@]}"
"$python" "$tool/stub_cuda.py"
"$python" -c 'import cn_clip.clip, onnxruntime, torch; print("torch", torch.__version__, "onnxruntime", onnxruntime.__version__)'
