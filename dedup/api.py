"""A whole job: documents in, decisions made, results written or returned. What `dedup clean` and
`dedup.clean` call.
"""

import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dedup.ledger.records import records
from dedup.options import Options
from dedup.outputs import writer as outputs
from dedup.pipeline.outcome import Result
from dedup.pipeline.run import run
from dedup.sources.files import Files
from dedup.sources.memory import Memory


def clean(documents: Any, options: Options | None = None, **changes: Any) -> Result:
    """Decide what to cut and what to drop among `documents`.

    `documents`: a list of strings or of mappings; a pyarrow Table or RecordBatch; a DataFrame of pandas or
    polars; a Hugging Face Dataset; or paths: one string (a file, folder or glob), a Path, or a list of Paths.
    `changes` are single options, as `clean(documents, threshold=0.9)`. Nothing is written. Raises InputError,
    OptionsError.
    """
    chosen = replace(options or Options(), **changes)
    paths = [documents] if isinstance(documents, str | Path) else documents
    if (isinstance(paths, list) and paths and all(isinstance(path, Path) for path in paths)) or isinstance(
        documents, str
    ):
        return run(Files([str(path) for path in paths], chosen), chosen)
    return run(Memory(documents, chosen), chosen)


def kept(result: Result) -> Any:
    """The kept documents with their cleaned texts: as they were given, or as mappings where they came from
    files.
    """
    if isinstance(result.source, Memory):
        starts, kept = result.table.column("start").to_numpy(), result.kept_rows()
        cuts = result.documents.cuts
        return result.source.kept(starts[kept], {int(starts[row]): cuts[row] for row in kept if row in cuts})
    assert isinstance(result.source, Files)
    with TemporaryDirectory() as folder:
        written = str(Path(folder, "kept.jsonl"))
        with outputs.Staging() as staging:
            outputs.write(
                result.source.files,
                records(result, together=False),
                result.source.fields,
                written,
                None,
                None,
                {},
                staging,
            )
        return [json.loads(line) for line in Path(written).read_bytes().splitlines() if line.strip()]
