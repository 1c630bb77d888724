"""Runs an unchanged script of cn_clip without a GPU.

    python cn_clip_on_cpu.py cn_clip.eval.extract_features ARGUMENTS…
"""

import runpy
import sys

import torch

torch.cuda.set_device = lambda device: None
torch.Tensor.cuda = torch.nn.Module.cuda = lambda self, *args, **kwargs: self
sys.argv = sys.argv[1:]
runpy.run_module(sys.argv[0], run_name="__main__")
