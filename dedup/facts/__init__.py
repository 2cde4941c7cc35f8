"""What articles are about: the names and figures in which two that match differ, so that both are kept."""
