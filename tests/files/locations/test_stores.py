"""Objects in stores and on web servers, in and out."""

import gzip
import sys
from pathlib import Path

import pytest

from dedup.api import clean
from dedup.cli.main import main
from dedup.errors import InputError
from dedup.files.locations import download, stores
from tests.files.locations.servers import BUCKET, Bucket, Web
from tests.support.paths import ARTICLES

DATA = ARTICLES.read_bytes()


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(download, "PAUSE", 0.01)


def cleaned(*inputs: str) -> bytes:
    """What a run over these inputs writes."""
    assert main(["clean", *inputs, "-o", "clean.jsonl", "--quiet"]) == 0
    return Path("clean.jsonl").read_bytes()


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """What a run over the file of articles writes."""
    output = tmp_path_factory.mktemp("expected") / "clean.jsonl"
    assert main(["clean", str(ARTICLES), "-o", str(output), "--quiet"]) == 0
    return output.read_bytes()


def test_one_content_by_file_web_and_store(bucket: Bucket, web: Web, expected: bytes) -> None:
    """The same articles give the same output wherever they are."""
    (web.folder / "crawl.jsonl").write_bytes(DATA)
    (web.folder / "crawl.jsonl.gz").write_bytes(gzip.compress(DATA))
    assert cleaned(f"{web.address}/crawl.jsonl") == expected
    assert cleaned(f"{web.address}/crawl.jsonl.gz") == expected
    assert cleaned(bucket.put("same/crawl.jsonl", DATA)) == expected
    assert cleaned(bucket.put("same/crawl.jsonl.gz", gzip.compress(DATA))) == expected


def test_folders_and_globs_of_a_bucket(bucket: Bucket, expected: bytes) -> None:
    """A folder has its objects in order, without hidden ones, other files and what dedup wrote."""
    lines = DATA.splitlines(keepends=True)
    bucket.put("shards/1.jsonl", b"".join(lines[:20]))
    bucket.put("shards/deep/2.jsonl.gz", gzip.compress(b"".join(lines[20:])))
    bucket.put("shards/.hidden.jsonl", b"no json\n")
    bucket.put("shards/readme.pdf", b"no articles")
    assert cleaned(f"s3://{BUCKET}/shards/") == expected == cleaned(f"s3://{BUCKET}/shards")
    assert cleaned(f"s3://{BUCKET}/shards/**/*.jsonl*") == expected
    assert main(["clean", f"s3://{BUCKET}/shards/", "-o", f"s3://{BUCKET}/shards/clean.jsonl", "--ledger",
                 f"s3://{BUCKET}/shards/ledger.jsonl", "--quiet"]) == 0  # fmt: skip
    assert cleaned(f"s3://{BUCKET}/shards/") == expected


def test_outputs_in_a_bucket_can_be_restored(
    bucket: Bucket, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Output, ledger, rejects and report go to a bucket; restore, report and why read them there."""
    address = bucket.put("run/crawl.jsonl", DATA + b"no json\n")
    targets = {
        "-o": "out.jsonl", "--ledger": "ledger.jsonl.gz", "--rejects": "bad.jsonl", "--report": "page.html"
    }  # fmt: skip
    words = [word for option, key in targets.items() for word in (option, f"s3://{BUCKET}/done/{key}")]
    assert main(["clean", address, *words]) == 3
    assert sorted(bucket.keys("done/")) == [f"done/{key}" for key in sorted(targets.values())]
    assert bucket.uploads() == []
    assert address in gzip.decompress(bucket.get("done/ledger.jsonl.gz")).decode()
    assert f"s3://{BUCKET}/done/out.jsonl" in capsys.readouterr().out
    output, ledger, rejects = (f"s3://{BUCKET}/done/{key}" for key in [*targets.values()][:3])
    restore = ["restore", output, ledger, "--rejects", rejects, "-o"]
    assert main([*restore, "back.jsonl"]) == 0
    assert Path("back.jsonl").read_bytes() == DATA + b"no json\n"
    assert main([*restore, f"s3://{BUCKET}/back/crawl.jsonl"]) == 0
    assert bucket.get("back/crawl.jsonl") == DATA + b"no json\n"
    assert main(["report", ledger]) == main(["why", "fx-047", ledger]) == 0
    assert main([*restore, ledger]) == 2


def test_a_folder_for_each_input(bucket: Bucket, web: Web) -> None:
    """Of several inputs each has an output in a folder, here or in a bucket, and comes back from there."""
    (web.folder / "a.jsonl").write_bytes(DATA)
    Path("b.jsonl").write_bytes(DATA)
    inputs = [f"{web.address}/a.jsonl", "b.jsonl", bucket.put("in/c.jsonl", DATA)]
    for folder in ("out/", f"s3://{BUCKET}/out/"):
        assert main(["clean", *inputs, "-o", folder, "--ledger", "ledger.jsonl", "--quiet"]) == 0
        assert main(["restore", folder, "ledger.jsonl", "-o", "back/"]) == 0
        host = web.address.removeprefix("http://").replace(":", "_")
        for name in (f"http/{host}/a.jsonl", "b.jsonl", f"s3/{BUCKET}/in/c.jsonl"):
            assert Path("back", name).read_bytes() == DATA
    assert len(bucket.keys("out/")) == 3


@pytest.mark.parametrize("ranges", [True, False])
def test_a_connection_that_breaks_off_is_taken_up(web: Web, expected: bytes, ranges: bool) -> None:
    """A server that goes away in the middle is asked again, for the rest if it can give that."""
    web.handler.ranges = ranges
    (web.folder / "crawl.jsonl").write_bytes(DATA)
    web.breaks["/crawl.jsonl"] = [1000, 30, 2000]
    assert cleaned(f"{web.address}/crawl.jsonl") == expected
    assert web.breaks["/crawl.jsonl"] == []


def test_a_server_that_stays_away(web: Web, capsys: pytest.CaptureFixture[str]) -> None:
    """If the server does not come back, a sentence has the address, and nothing is written."""
    (web.folder / "crawl.jsonl").write_bytes(DATA)
    web.breaks["/crawl.jsonl"] = [0] * 9
    assert main(["clean", f"{web.address}/crawl.jsonl?token=secret", "-o", "clean.jsonl"]) == 1
    message = capsys.readouterr().err
    assert f"{web.address}/crawl.jsonl' broke off after 0 of {len(DATA):,} bytes" in message
    assert "secret" not in message
    assert not Path("clean.jsonl").exists()


def test_an_object_that_changes_while_it_is_read(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """An object is read as it was at one moment, or not at all."""
    address = bucket.put("changing.jsonl", DATA)
    digest = stores.digest_of

    def change_then_digest(file: object) -> str:
        bucket.put("changing.jsonl", DATA * 2)
        return digest(file)

    monkeypatch.setattr(stores, "digest_of", change_then_digest)
    with pytest.raises(InputError, match=r"changing\.jsonl' changed while it was read"):
        clean(address)


def test_nothing_is_written_if_an_upload_fails(bucket: Bucket, capsys: pytest.CaptureFixture[str]) -> None:
    """Of several outputs all appear or none: here, and in the bucket that is there."""
    Path("crawl.jsonl").write_bytes(DATA)
    Path("report.json").write_text("old")
    words = ["--ledger", f"s3://{BUCKET}/half/ledger.jsonl", "--report", "report.json", "--quiet"]
    assert main(["clean", "crawl.jsonl", "-o", "s3://no-such-bucket/out.jsonl", *words]) == 1
    assert "'s3://no-such-bucket/out.jsonl' cannot be written" in capsys.readouterr().err
    assert bucket.keys("half/") == bucket.uploads() == []
    assert Path("report.json").read_text() == "old"


def test_a_big_object_is_replaced_as_a_whole(bucket: Bucket) -> None:
    """An output of several parts is whole in its place."""
    lines = b"".join(b'{"id": %d, "text": "%s"}\n' % (i, b"w%d " % i * 40000) for i in range(60))
    Path("big.jsonl").write_bytes(lines)
    bucket.put("big/out.jsonl", b"old")
    words = ["--no-repeats", "--no-duplicates", "--quiet"]
    assert main(["clean", "big.jsonl", "-o", f"s3://{BUCKET}/big/out.jsonl", *words]) == 0
    assert bucket.get("big/out.jsonl") == lines


def test_an_index_knows_an_object_again(bucket: Bucket, capsys: pytest.CaptureFixture[str]) -> None:
    """A run over the same object replaces itself in an index, and another object does not."""
    address = bucket.put("indexed.jsonl", DATA)
    for _ in range(2):
        assert main(["index", "add", "seen.index", address]) == 0
    first, second = (line for line in capsys.readouterr().out.splitlines() if "read:" in line)
    assert first == second
    assert main(["index", "add", "seen.index", bucket.put("indexed2.jsonl", DATA)]) == 0
    assert "46 dropped" in capsys.readouterr().out


def test_passwords_and_signatures_stay_secret(web: Web, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """Neither ledger nor report nor messages have the password or the query of an address."""
    (web.folder / "crawl.jsonl").write_bytes(DATA + b"no json\n")
    address = web.address.replace("//", "//me:pass1234@") + "/crawl.jsonl?X-Amz-Signature=sign5678"
    words = ["-o", "out.jsonl", "--ledger", "ledger.jsonl", "--report", "report.json"]
    assert main(["clean", address, *words]) == main(["tune", address]) == 3
    assert main(["clean", address.replace("crawl", "missing"), *words]) == 1
    printed = capfdbinary.readouterr()
    written = b"".join(path.read_bytes() for path in Path().iterdir()) + printed.out + printed.err
    assert web.address.encode() + b"/crawl.jsonl" in written
    assert web.address.encode() + b"/missing.jsonl' does not exist" in written
    assert b"pass1234" not in written
    assert b"sign5678" not in written


def test_an_input_is_never_overwritten(bucket: Bucket, capsys: pytest.CaptureFixture[str]) -> None:
    """The object that is read is no target, however its address is written."""
    address = bucket.put("only.jsonl", DATA)
    for spelled in (address, address.replace("s3://", "s3a://"), address.replace("/only", "//only")):
        for words in (["-o", spelled, "--ledger", "l.jsonl"], ["-o", "out.jsonl", "--report", spelled]):
            assert main(["clean", address, *words]) == 2
            assert "name" in capsys.readouterr().err
    assert bucket.get("only.jsonl") == DATA


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("s3://{bucket}/missing.jsonl", "'s3://{bucket}/missing.jsonl' does not exist; check the address."),
        ("s3://no-such-bucket/a.jsonl", "bucket does not exist"),
        ("s3://{bucket}/nothing/*.jsonl", "has no object with a known extension"),
        ("s3://{bucket}/page.pdf", "has no known extension; fetch it"),
        ("{web}/missing.jsonl", "missing.jsonl' does not exist; check the address."),
        ("http://127.0.0.1:9/a.jsonl", "cannot be read:"),
        ("{web}/api/articles", "has no known extension; fetch it"),
        ("gs://bucket/a.jsonl", "needs gcsfs: pip install"),
        ("az://container/a.jsonl", "needs adlfs: pip install"),
        ("ftp://host/a.jsonl", "unknown scheme; known are s3://, gs://, az://"),
        ("file:///tmp/a.jsonl", "leave file:// out"),
        ("hdfs://host/a.jsonl", "--engine spark"),
    ],
)
def test_what_cannot_be_read_is_a_sentence(
    bucket: Bucket, web: Web, capsys: pytest.CaptureFixture[str], address: str, message: str
) -> None:
    """Every address that cannot be read is answered with what is wrong and what to do."""
    bucket.put("page.pdf", b"x")
    (web.folder / "api").mkdir()
    (web.folder / "api/articles").write_bytes(DATA)
    names = {"bucket": BUCKET, "web": web.address}
    assert main(["clean", address.format(**names), "-o", "out.jsonl"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert message.format(**names) in line
    assert not Path("out.jsonl").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["-o", "https://host/out.jsonl"], "https:// is only read"),
        (["-o", "hf://datasets/me/out.jsonl"], "hf:// is only read"),
        (["-o", "ftp://host/out.jsonl"], "known are s3://, gs:// and az://"),
        (["-o", f"s3://{BUCKET}/out"], "no format is known by that ending"),
        (["-o", "out.jsonl", "--ledger", "http://host/l.jsonl"], "--ledger names http://host/l.jsonl"),
        (["-o", "out.jsonl", "--index", "s3://bucket/seen.index"], "an index is a file of this machine"),
    ],
)
def test_what_cannot_be_written_is_wrong_usage(
    capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    """Every address that cannot be written is answered with what to name instead, before anything is read."""
    Path("crawl.jsonl").write_bytes(DATA)
    assert main(["clean", "crawl.jsonl", *words]) == 2
    assert message in capsys.readouterr().err
    assert [path.name for path in Path().iterdir()] == ["crawl.jsonl"]


@pytest.mark.parametrize("missing", ["fsspec", "s3fs"])
def test_without_the_extra(
    missing: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without what an address needs, a sentence says what to install."""
    import fsspec  # noqa: F401 - has a registry then

    monkeypatch.delitem(sys.modules["fsspec.registry"]._registry, "s3", raising=False)
    monkeypatch.setitem(sys.modules, missing, None)
    assert main(["clean", "s3://bucket/a.jsonl"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "pip install 'dedup-articles[remote]'" in line
