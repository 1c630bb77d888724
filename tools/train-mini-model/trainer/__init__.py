"""Trains wentu-mini, the small Chinese text-to-image model that Wentu ships."""

import os

# ONNX Runtime tells its maker of each model unless this is set before it is loaded.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
