"""Where the documents of a run come from: files, or the caller's memory."""
