"""An index that is damaged, or that somebody else made: a sentence, never a wrong answer."""

import random
import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import orjson
import pytest

from dedup.errors import IndexFileError
from dedup.index.index import Index
from dedup.index.outputs import are_in_place, noted_outputs
from dedup.index.storage.database import checksum
from dedup.native.lookup import check_pages
from tests.index.aging import reseal

TEXTS = [" ".join(f"word{n}of{k}" for k in range(60)) for n in range(20)]
DOCUMENTS = [{"id": f"a{n}", "text": text, "url": f"https://a.example/{n}"} for n, text in enumerate(TEXTS)]
Answer = tuple[str, str, str]
Damage = Callable[[sqlite3.Connection], object]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, list[Answer]]:
    """An index, and what it answers."""
    path = tmp_path_factory.mktemp("whole") / "index"
    with Index(path) as index:
        index.add_each(DOCUMENTS)
    return path.read_bytes(), answers(path)


@pytest.fixture
def path(tmp_path: Path, whole: tuple[bytes, list[Answer]]) -> Path:
    """A copy of it."""
    (tmp_path / "index").write_bytes(whole[0])
    return tmp_path / "index"


def answers(path: Path) -> list[Answer]:
    """What an index says about some of its documents, copies at no address, and new versions."""
    asked = [{**DOCUMENTS[0], "text": "Other words."}, *({"text": text} for text in TEXTS[::4]), DOCUMENTS[1]]
    with Index(path, create=False) as index:
        decisions = [index.check(document) for document in asked]
    return [
        (one.decision, str(one.keeper and one.keeper["id"]), str(one.update_of and one.update_of["id"]))
        for one in decisions
    ]


def spoil(path: Path, damage: Damage) -> None:
    with sqlite3.connect(path) as file:
        damage(file)
    file.close()


def sql(statement: str) -> Damage:
    return lambda file: file.execute(statement)


def forged_pages(file: sqlite3.Connection) -> None:
    """Numbers that no document has, with checksums that fit."""
    for place, entries in file.execute("SELECT place, entries FROM pages").fetchall():
        changed = np.frombuffer(entries, np.uint64) | np.uint64(1 << 30)
        sums = check_pages(changed, np.array([0, len(changed)]), np.array([place]))[0]
        row = (changed.tobytes(), int(sums.view(np.int64)[0]), place)
        file.execute("UPDATE pages SET entries = ?, sum = ? WHERE place = ?", row)


def forged(statement: str) -> Damage:
    """A change whose rows get checksums that fit."""

    def change(file: sqlite3.Connection) -> None:
        file.execute(statement)
        reseal(file)

    return change


DAMAGES: dict[str, Damage] = {
    "a text": sql("UPDATE texts SET text = x'00010203'"),
    "no texts": sql("DELETE FROM texts"),
    "no documents": sql("DELETE FROM documents"),
    "bits of a document": sql("UPDATE documents SET marks = x'00'"),
    "words of a document": sql("UPDATE documents SET words = words + 1"),
    "the key of a document": sql("UPDATE documents SET key = key + 1"),
    "a page": sql("UPDATE pages SET entries = x'0001'"),
    "an entry": sql("UPDATE pages SET entries = x'0000000000000001'"),
    "no pages": sql("DELETE FROM pages"),
    "the bits of a segment": sql("UPDATE segments SET bits = 70"),
    "no segments": sql("DELETE FROM segments"),
    "an option": sql("UPDATE options SET value = '{'"),
    "another option": sql("UPDATE options SET value = '0.1' WHERE name = 'threshold'"),
    "no options": sql("DELETE FROM options"),
    "a run": sql("UPDATE runs SET end = end - 1"),
    "no runs": sql("DELETE FROM runs"),
    "no state": sql("DELETE FROM state"),
    "no table": sql("DROP TABLE pages"),
    "a trigger": sql("CREATE TRIGGER t AFTER INSERT ON runs BEGIN DELETE FROM documents; END"),
    "forged numbers": forged_pages,
    "a forged text": forged("UPDATE texts SET text = x'00010203'"),
    "a forged bomb": forged("UPDATE texts SET text = x'28b52ffde00000000000010000010000'"),
    "a forged word count": forged("UPDATE documents SET words = -7"),
    "forged bits": forged("UPDATE documents SET marks = x'00'"),
    "a forged type": forged("UPDATE documents SET position = 'x'"),
    "a forged NULL": forged("UPDATE documents SET word_hash = NULL"),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_damage_is_a_sentence(path: Path, damage: Damage) -> None:
    """It says that the index is damaged, and what to do."""
    spoil(path, damage)
    with pytest.raises(
        IndexFileError, match=r"is damaged \(.*\): `dedup index repair .*` saves what is whole"
    ):
        answers(path)


@pytest.mark.parametrize(
    "statement", ["UPDATE sites SET held = x'00'", "DELETE FROM sites", "DELETE FROM site_texts"]
)
def test_damage_of_what_is_known_of_sites(path: Path, statement: str) -> None:
    """It is found by the first document of a site."""
    spoil(path, sql(statement))
    with pytest.raises(IndexFileError, match=r"is damaged \(what it knows of"), Index(path) as index:
        index.add({"url": "https://a.example/new", "text": "A new page of a known site."})


def test_no_flipped_bit_gives_a_wrong_answer(path: Path, whole: tuple[bytes, list[Answer]]) -> None:
    """Wherever it is: what is said is right, or a sentence."""
    (intact, truth), choice, right = whole, random.Random(7), 0
    for _ in range(30):
        data = bytearray(intact)
        for _ in range(choice.choice([1, 1, 20])):
            page = choice.randrange(0, len(data), 32768)  # half of them in the first bytes of a page
            at = page + choice.randrange(120) if choice.random() < 0.5 else choice.randrange(len(data))
            data[at] ^= 1 << choice.randrange(8)
        path.write_bytes(data)
        try:
            assert answers(path) == truth
            right += 1
        except IndexFileError:
            continue
    assert 0 < right < 30


def test_a_forged_word_count_is_no_crash(path: Path) -> None:
    """It decides nothing that is checked with the text itself."""
    spoil(path, forged("UPDATE documents SET words = 1"))
    with Index(path) as index:
        assert index.check({"text": TEXTS[2]}).dropped


def test_documents_that_were_deleted_are_no_damage(path: Path) -> None:
    """They match nothing any more, before and after their space is given back."""
    with Index(path) as index:
        assert index.remove("a3") == 1
        assert not index.check(DOCUMENTS[3]).dropped
        assert len(index) == len(DOCUMENTS) - 1
        assert index.purge() == 0
        assert not index.check(DOCUMENTS[3]).dropped
        assert index.check(DOCUMENTS[4]).dropped


def test_an_index_of_somebody_else_moves_nothing(path: Path, tmp_path: Path) -> None:
    """It could name any file that it knows of, and any place."""
    victim, stolen = tmp_path / ".out.jsonl.1.tmp", tmp_path / "out.jsonl"
    victim.write_text("secret")
    status = victim.stat()
    move = [str(victim), str(stolen), status.st_ino, status.st_size]
    for said in ([move], [move[1:]], orjson.loads(noted_outputs([(victim, stolen)]))):
        row = (orjson.dumps(said).decode(),)
        spoil(path, lambda file, row=row: file.execute("UPDATE runs SET moves = ?", row))
        with pytest.raises(IndexFileError, match="damaged"):  # its checksum does not fit either
            Index(path)
        assert not are_in_place(*row)
        assert victim.read_text() == "secret"
    assert not stolen.exists()


def test_outputs_are_in_place_or_not(tmp_path: Path) -> None:
    """Each is told from other files by inode and size; rows of four columns are from format 4."""
    draft, place = tmp_path / "draft", tmp_path / "out.jsonl"
    draft.write_text("kept")
    said = noted_outputs([(draft, place)])
    place.write_text("kept")
    assert not are_in_place(said)
    draft.replace(place)
    assert are_in_place(said)
    assert are_in_place(said.replace("[[", '[["draft", '))
    assert are_in_place("[]")  # of a run that wrote to standard output
    for nonsense in (
        "{",
        "{}",
        "[1]",
        "[[]]",
        '[["a"]]',
        '[["\\u0000",1,1]]',
        '[["\\ud800",1,1]]',
        "[" * 100_000,
    ):
        assert not are_in_place(nonsense)
    with place.open("a") as file:
        file.write("more")
    assert not are_in_place(said)


def test_a_checksum_is_of_all_of_a_row() -> None:
    """Of each value, and of each byte of a blob."""
    sums = {checksum((1, "a", None), b"xy"), checksum((1, "a", ""), b"xy"), checksum((2, "a", None), b"xy")}
    sums |= {checksum((1, "a", None), b"xz"), checksum((1, "a", None), b"x"), checksum((1, "a"), b"xy")}
    assert len(sums) == 6
