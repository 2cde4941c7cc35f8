"""The inputs of a finished run again, from its output, ledger and rejects."""

from __future__ import annotations

from pathlib import Path


def restore(output: str, ledger: str, rejects: str | None, original: str) -> list[str]:
    """Write every input file again, byte for byte, and return their paths.

    One input: `original` is the file (or an existing folder to put it in); several: it is a folder.
    Raises LedgerError when output, ledger and rejects do not fit together.
    """
    if Path(ledger).is_dir():
        from dedup.restore import spark_folders as folders

        return folders.restore(output, ledger, rejects, original)
    from dedup.restore import files as restoring

    return restoring.restore(output, ledger, rejects, original)
