"""Turns a Chinese-CLIP checkpoint into a Wentu model folder."""

import os

# ONNX Runtime tells its maker of each model unless this is set before it is loaded.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
