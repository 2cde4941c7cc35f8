"""What the commands show that answer a question: `repeats`, `sites`, `compare`, `tune`, `why`, `explain`."""
