"""Pages as documents: HTML files, and the records of WARC and WET files.

A page has no bytes that a cut could edit, so its document is written as a line of JSON, once for each run,
and what reads files reads these lines: `extraction` keeps them, `pages` finds the pages of a file, `records`
the records of a WARC file, `workers` hand pages to processes that extract them, and `process` is what those
run. A page without a document is a line with the field REJECT, which says why.
"""
