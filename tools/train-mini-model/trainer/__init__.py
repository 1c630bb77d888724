"""Trains wentu-mini, the small Chinese text-to-image model that Wentu ships."""

import os

# Without this setting, ONNX Runtime reports each model to its maker. It must be set before the import.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
