# SPDX-FileCopyrightText: The Plumbline contributors
# SPDX-License-Identifier: MIT
"""Runs plumb_reader.py on many folders in one process: what its command line would print.

    batch.py < FOLDERS      one folder a line in, one JSON object a line out, in the same order:
                            {"folder", "verify": [exit status, output], "dump": [exit status, output]}

Each folder is judged in a child of its own, so that locks and descriptors do not pile up.
"""

import io
import json
import os
import sys

import plumb_reader


def run(command, folder):
    """Exit status and standard output of `plumb_reader.py command folder`."""
    caught = io.TextIOWrapper(io.BytesIO())
    output, sys.stdout = sys.stdout, caught
    try:
        status = plumb_reader.main([command, folder])
    finally:
        sys.stdout = output
    caught.flush()
    return [status, caught.buffer.getvalue().decode("utf-8")]


def judge(folder):
    child = os.fork()
    if child == 0:
        line = {"folder": folder, "verify": run("verify", folder), "dump": run("dump", folder)}
        print(json.dumps(line), flush=True)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if status != 0:
        sys.exit(f"batch.py: the reader failed on {folder}")


if __name__ == "__main__":
    for name in sys.stdin:
        judge(name.rstrip("\n"))
