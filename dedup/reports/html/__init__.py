"""Reports as HTML: a page with texts and charts, or a fragment for a notebook."""
