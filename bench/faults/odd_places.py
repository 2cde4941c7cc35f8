"""What a folder may hold besides files that can be read: pipes, sockets, links, empty folders, long names,
names that are no UTF-8. The same seed makes the same.
"""

import os
import random
import socket
from collections.abc import Callable
from pathlib import Path

RECORD = b'{"text":"a record of its own"}\n'
_ENDING = ".jsonl"
_LONGEST = 255  # bytes of a name


def _file(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(RECORD)
    return 1


def _long(choice: random.Random, folder: Path) -> int:
    """A name as long as names may be, of characters of one to four bytes."""
    character = choice.choice(["n", "é", "漢", "🚢"])
    return _file(folder / (character * ((_LONGEST - len(_ENDING)) // len(character.encode())) + _ENDING))


def _deep(choice: random.Random, folder: Path) -> int:
    """A file in folders in folders."""
    return _file(folder.joinpath(*["d"] * choice.randint(2, 60), f"deep{_ENDING}"))


def _empty(choice: random.Random, folder: Path) -> int:
    """Folders without a file, also of a name like a file's."""
    (folder / choice.choice(["empty", f"folder{_ENDING}"]) / "inner").mkdir(parents=True)
    return 0


def _circle(choice: random.Random, folder: Path) -> int:
    """A link to a folder that it is in."""
    (folder / "in").mkdir(exist_ok=True)
    (folder / "in" / "circle").symlink_to(choice.choice([folder, folder / "in", Path(".."), Path()]))
    return 0


def _other(choice: random.Random, folder: Path) -> int:
    """A file that is none of an article."""
    (folder / choice.choice(["picture.jpg", "README", ".hidden.jsonl", "a.jsonl.bak"])).write_bytes(
        b"\xff\xd8x"
    )
    return 0


HARMLESS: tuple[Callable[[random.Random, Path], int], ...] = (_long, _deep, _empty, _circle, _other)
"""Make something in a folder that is read or passed over, and return how many records more are read."""


def _pipe(choice: random.Random, folder: Path) -> None:
    os.mkfifo(folder / f"pipe{_ENDING}{choice.choice(['', '.gz'])}")


def _socket(choice: random.Random, folder: Path) -> None:
    before = Path.cwd()
    os.chdir(folder)  # the path of a socket has 107 bytes at most
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(f"socket{choice.randrange(9)}{_ENDING}")
    finally:
        os.chdir(before)


def _link_to_itself(choice: random.Random, folder: Path) -> None:
    names = choice.choice([[f"a{_ENDING}"], [f"a{_ENDING}", f"b{_ENDING}"]])
    for name, target in zip(names, [*names[1:], names[0]], strict=True):
        (folder / name).symlink_to(target)


def _link_out(choice: random.Random, folder: Path) -> None:
    """A link to a file beside the folder, or to a device, or to nothing."""
    _file(folder.parent / "elsewhere" / f"secret{_ENDING}")
    targets = [Path("..") / "elsewhere" / f"secret{_ENDING}", Path("/dev/zero"), Path("nothing")]
    (folder / f"link{_ENDING}").symlink_to(choice.choice(targets))


def _no_utf8(choice: random.Random, folder: Path) -> None:
    name = choice.choice([b"caf\xe9.jsonl", b"caf\xe9/a.jsonl", b"\xff\xfe.csv", b"\xed\xa0\x80.txt"])
    _file(Path(os.fsdecode(os.fsencode(folder) + b"/" + name)))


REFUSED: tuple[Callable[[random.Random, Path], None], ...] = (
    _pipe,
    _socket,
    _link_to_itself,
    _link_out,
    _no_utf8,
)
"""Make something in a folder for which all of it is refused."""


def make(choice: random.Random, folder: Path) -> int | None:
    """Make something odd in a folder: how many records more there are; None where the folder is refused."""
    if choice.random() < 0.5:
        choice.choice(REFUSED)(choice, folder)
        return None
    return choice.choice(HARMLESS)(choice, folder)
