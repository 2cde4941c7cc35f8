"""Tests of Spark's engine. They are skipped where there is no pyspark or no Java."""

import os
import shutil

import pytest

pytest.importorskip("pyspark", reason="there is no pyspark here: pip install 'dedup-articles[spark]'")
if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
    pytest.skip("there is no Java here, which Spark needs", allow_module_level=True)
