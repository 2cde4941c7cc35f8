"""What is checked before anything is restored: that the files of the run are there, and where inputs go."""

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from dedup.errors import LedgerError, OptionsError
from dedup.files.claims import Claims
from dedup.files.journal.recovery import recover
from dedup.files.locations.names import is_table, split_table
from dedup.files.names import real


def check_there(output: str, ledger: str, rejects: str | None) -> None:
    """Raise LedgerError if one of the files of a run is not there. If a run was killed while it replaced
    them, that is finished first.
    """
    for path in (output, ledger, rejects):
        if path is not None:
            recover(split_table(path)[0] if is_table(path) else path)
    for path, role in ((output, "output"), (ledger, "ledger"), (rejects, "rejects file")):
        if path is not None and not Path(path).exists() and not is_table(path):
            raise LedgerError(f"The {role} {path!r} does not exist; restore needs it.")


def check_targets(paths: Sequence[str], sources: Mapping[str, str | None]) -> None:
    """Raise OptionsError if an input would be restored over a file that restores it, or into a folder of a
    run on Spark that does. `paths`: where the inputs go. `sources`: the paths of the files and folders that
    restore them, by what they are, such as "ledger".
    """
    for role, source in sources.items():
        if source is None:
            continue
        claims, is_folder = Claims(), Path(source).is_dir()
        claims.read(source)
        for path in paths:
            names: list[str | Path] = [path, *(real(path).parents if is_folder else ())]
            if any(claims.is_read(name) for name in names):
                where = "is in" if is_folder else "is"
                raise OptionsError(
                    f"{path} {where} the {role} of this run, and would be overwritten: name another -o"
                )


def check_name(name: str) -> str:
    """The name of a file in a ledger. Raises LedgerError for one that leads out of the target folder."""
    path = PurePosixPath(name)
    if path.is_absolute() or Path(name).is_absolute() or ".." in path.parts:
        raise LedgerError(
            f"The ledger names a file outside of the folder, {name!r}. dedup writes no such name: "
            "do not trust this ledger."
        )
    return name
