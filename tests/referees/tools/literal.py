"""Writes as JSON the literal that a Python file in a wheel assigns: `literal.py <wheel> <file in it> <result>`.

A program of its own: in a process that has long run an event loop, CPython 3.11 may refuse so large a source with "AST
constructor recursion depth mismatch".
"""

import ast
import json
import sys
import zipfile
from pathlib import Path

if __name__ == "__main__":
    wheel, file, result = sys.argv[1:]
    with zipfile.ZipFile(wheel) as opened:
        source = opened.read(file).decode()
    literal = next(node.value for node in ast.parse(source).body if isinstance(node, ast.Assign))
    Path(result).write_text(json.dumps(ast.literal_eval(literal)))
