"""The paths that a run writes to."""

import pytest

from dedup.outputs.targets import Targets


@pytest.mark.parametrize(
    ("targets", "path"),
    [
        (Targets("out.jsonl"), "out.jsonl.rejects.jsonl"),
        (Targets("out/"), "out.rejects.jsonl"),
        (Targets(), "dedup.rejects.jsonl"),
        (Targets("-"), "dedup.rejects.jsonl"),
        (Targets("out.jsonl", rejects="bad.jsonl"), "bad.jsonl"),
    ],
)
def test_rejects_always_have_a_file(targets, path):
    """A run with rejects writes them to the file that was named, or to one beside the output."""
    assert targets.keeping_rejects(True).rejects == path


def test_a_run_without_rejects_writes_no_file_of_its_own():
    """Without rejects only a file that was named is written."""
    assert Targets("out.jsonl").keeping_rejects(False).rejects is None
    assert Targets("out.jsonl", rejects="bad.jsonl").keeping_rejects(False).rejects == "bad.jsonl"


@pytest.mark.parametrize(("output", "expected"), [(None, True), ("-", True), ("out.jsonl", False)])
def test_no_output_is_standard_output(output, expected):
    """Documents go to standard output if no output was named, or "-"."""
    assert Targets(output).is_stdout == expected
