"""The guide for a stand-alone cluster is true."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pyspark
import pytest

from dedup.cli.main import main
from tests.spark.cluster import SETTINGS
from tests.spark.outputs import read_lines
from tests.support.paths import ARTICLES, TOP

pytestmark = pytest.mark.slow


def test_the_commands_of_the_guide_run(tmp_path: Path) -> None:
    """The commands of docs/spark.md for a stand-alone cluster run as printed; executors get dedup as a
    wheel.
    """
    build, *runs = re.findall(r"```bash\n(.*?)```", (TOP / "docs/spark.md").read_text("utf-8"), re.DOTALL)
    known = {
        "DEDUP": str(TOP),
        "ENV": str(tmp_path / "env"),
        "MASTER": "local-cluster[2,1,1024]",
        "CRAWL": str(ARTICLES),
        "CLEAN": str(tmp_path / "clean"),
        "SPARK_HOME": str(Path(pyspark.__file__).parent),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "SPARK_CONF_DIR": str(tmp_path / "conf"),
        "PYSPARK_DRIVER_PYTHON": str(tmp_path / "env/bin/python"),  # what a spark-submit of ENV would take
        "PIP_NO_INDEX": "1",  # all that is needed is here already,
        "PIP_NO_BUILD_ISOLATION": "0",  # and what builds it, too (0: leave isolation out)
    }
    unset = ("PYSPARK_PYTHON", "PYTHONPATH")  # pip takes a source tree on the path for an installed dedup
    environment = {name: value for name, value in os.environ.items() if name not in unset} | known
    subprocess.run([sys.executable, "-m", "venv", known["ENV"]], check=True)
    (tmp_path / "conf").mkdir()
    defaults = "\n".join(f"{name} {value}" for name, value in SETTINGS.items())
    (tmp_path / "conf/spark-defaults.conf").write_text(defaults)
    (site,) = (tmp_path / "env").glob("lib/python*/site-packages")
    (site / "others.pth").write_text(str(Path(pyspark.__file__).parent.parent))
    (tmp_path / "env/bin/spark-submit").symlink_to(Path(sys.executable).with_name("spark-submit"))
    for block in (build, *runs):
        subprocess.run(
            ["bash", "-euc", block], cwd=tmp_path, env=environment, check=True, capture_output=True
        )
    assert (site / "dedup/engines/sql/candidates.sql").exists()
    expected = [str(tmp_path / name) for name in ("local.jsonl", "local.ledger")]
    assert main(["clean", str(ARTICLES), "-o", expected[0], "--ledger", expected[1], "--quiet"]) == 0
    for name in ("clean", "clean-2"):
        assert read_lines(tmp_path / name) == read_lines(Path(expected[0]))
    said = [json.loads(line) for line in read_lines(tmp_path / "clean.ledger")]
    assert [line["decision"] for line in said] == [
        line["decision"] for line in map(json.loads, read_lines(Path(expected[1]))) if "decision" in line
    ]
