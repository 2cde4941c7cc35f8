"""What to do with a file that dedup does not read, by its extension."""

from __future__ import annotations

from pathlib import PurePath

from dedup.errors import InputError

_ENDINGS = {
    "extract its text first, with pdftotext for example, and give the .txt files": ".pdf .ps .djvu",
    "convert it first, with pandoc -t plain for example, and give the .txt file": (
        ".doc .docx .odt .rtf .epub .tex .rst .org .adoc .ppt .pptx"
    ),
    "save it as .csv first": ".xls .xlsx .ods .numbers",
    "convert it to .parquet first, with pyarrow for example": ".arrow .feather .ipc .orc .avro .lance",
    "unpack it first, and give the folder": ".zip .tar .tgz .tbz2 .txz .7z .rar .wacz",
    "decompress it in a pipe: bzcat FILE | dedup clean -": ".bz2",
    "decompress it in a pipe: xzcat FILE | dedup clean -": ".xz .lzma",
    "decompress it in a pipe, as JSON Lines: DECOMPRESS FILE | dedup clean -": ".br .lz4 .sz .snappy .z .zz",
    "save the pages as .html, or the texts as .txt": ".mhtml .mht .maff .webarchive .eml .mbox",
    "extract its articles first, to JSON Lines: dedup reads no XML": ".xml .rss .atom .sgml .sgm",
    "it has links and metadata, no texts: give the .warc or .wet file that it belongs to": ".wat .cdx .cdxj",
    "convert it to JSON Lines first": ".yaml .yml .toml .pkl .pickle .npy .npz .h5 .hdf5 .msgpack .bson",
    "export the table as JSON Lines or .parquet first": ".db .sqlite .sqlite3 .duckdb .mdb .accdb .sql",
    "it is no text": ".png .jpg .jpeg .gif .webp .svg .mp3 .mp4 .wav .exe .dll .so .js .css",
}
ADVICE = {ending: advice for advice, endings in _ENDINGS.items() for ending in endings.split()}
"""What to do with a file, by its extension."""
_COMPRESSED = ".gz", ".zst"


def unknown_extension(entry: str, known: str) -> InputError:
    """The error for a file whose extension is not `known`, with what to do instead."""
    path = PurePath(entry)
    ending = path.suffix.lower()
    if ending in _COMPRESSED:
        ending = PurePath(path.stem).suffix.lower() or ending
    if ending in ADVICE and ending not in known.split(", "):
        return InputError(f"{entry!r} cannot be read: {ADVICE[ending]}.")
    return InputError(
        f"{entry!r} has an unknown extension; known are {known}, also with .gz or .zst after it. JSON Lines "
        "need none on standard input: dedup clean - < FILE"
    )
