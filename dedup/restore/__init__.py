"""The input files of a finished run, restored from its output, ledger and rejects."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path


def restore(
    output: str,
    ledger: str,
    rejects: str | None,
    original: str,
    explain: Callable[[str], None] = lambda _: None,
) -> list[str]:
    """Write every input file of a run again, byte for byte, and return the paths. A Parquet file comes back
    as an equal table, a file of pages as the JSON Lines that were made from it: those of several such files
    may go into one file.

    `output`, `ledger` and `rejects`: the files of the run, or the folders of a run on Spark. `original`: for
    one input, the file to write or an existing folder to put it in; for several, a folder. `explain`: called
    with a sentence about what is not restored. Raises LedgerError
    if output, ledger and rejects do not belong together, OptionsError if `original` is the ledger or the
    rejects, OutputError.
    """
    if Path(ledger).is_dir():
        from dedup.restore import spark_folders

        return spark_folders.restore(output, ledger, rejects, original)
    from dedup.restore import files

    return files.restore(output, ledger, rejects, original, explain)
