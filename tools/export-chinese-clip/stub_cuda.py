"""Lets torch's Linux wheel start on the CPU without the 2 GB of CUDA libraries that it is linked against.

Writes an empty library for each one that is not installed beside torch, and makes Python resolve symbols only when they
are called, which never happens on a CPU. It changes only the virtual environment that it runs in.
"""

import platform
import struct
import sys
import sysconfig
from pathlib import Path

LIBRARIES = (
    "libcublas.so.12",
    "libcublasLt.so.12",
    "libcudnn.so.9",
    "libcufft.so.11",
    "libcurand.so.10",
    "libcusparse.so.12",
    "libnccl.so.2",
)


def empty_library(name: str) -> bytes:
    """An ELF shared object for x86-64 with a name and no symbols."""
    strings = b"\0" + name.encode() + b"\0"
    strings += b"\0" * (-len(strings) % 8)
    at_strings = 64 + 3 * 56
    at_symbols = at_strings + len(strings)
    at_hash = at_symbols + 24
    at_dynamic = at_hash + 16
    entries = [(14, 1), (5, at_strings), (10, len(strings)), (6, at_symbols), (11, 24), (4, at_hash), (0, 0)]
    dynamic = b"".join(struct.pack("<QQ", *entry) for entry in entries)
    total = at_dynamic + len(dynamic)
    ident = b"\x7fELF\x02\x01\x01" + b"\0" * 9
    header = ident + struct.pack("<HHIQQQIHHHHHH", 3, 62, 1, 0, 64, 0, 0, 64, 56, 3, 64, 0, 0)
    read_write = 6
    segments = [
        (1, 0, total, 0x1000),
        (2, at_dynamic, len(dynamic), 8),
        # Without it the loader would make the stack executable.
        (0x6474E551, 0, 0, 16),
    ]
    programs = b"".join(struct.pack("<IIQQQQQQ", t, read_write, at, at, at, n, n, a) for t, at, n, a in segments)
    return header + programs + strings + b"\0" * 24 + struct.pack("<IIII", 1, 1, 0, 0) + dynamic


def main() -> None:
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return
    if sys.prefix == sys.base_prefix:
        sys.exit("stub_cuda.py: run it with the Python of a virtual environment")
    packages = Path(sysconfig.get_path("purelib"))
    for name in LIBRARIES:
        if not list(packages.glob(f"nvidia/*/lib/{name}")):
            (packages / "torch/lib" / name).write_bytes(empty_library(name))
    (packages / "lazy_symbols.pth").write_text("import os, sys; sys.setdlopenflags(os.RTLD_LAZY)\n", encoding="utf-8")


if __name__ == "__main__":
    main()
