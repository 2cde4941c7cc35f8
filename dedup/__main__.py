"""`python -m dedup`: the command."""

import sys

from dedup.cli import main

sys.exit(main())
