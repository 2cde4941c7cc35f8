"""Who may import whom, and what an import costs."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import dedup

ROOT = Path(dedup.__file__).parent
FILES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.py"))
STAGES = [
    "paragraphs",
    "repeats",
    "evidence",
    "alignment",
    "shingles",
    "samples",
    "signatures",
    "candidates",
    "matches",
    "keepers",
    "figures",
    "templates",
