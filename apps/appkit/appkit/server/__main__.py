"""`python -m appkit.server MODULE:NAME`."""

import sys

from appkit.server.program import main

if __name__ == "__main__":
    main(sys.argv[1])
