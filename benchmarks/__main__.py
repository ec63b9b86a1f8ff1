"""`python -m benchmarks`: the quick benchmarks in turn, each printing ratios within its own run.

`python -m benchmarks accuracy …`, `… mutation …`: one of them by name, with its options.
"""

from __future__ import annotations

import sys

from benchmarks import accuracy, bulk, extract, fallen, mutation, shapes

if __name__ == "__main__":
    named = {"accuracy": accuracy.main, "bulk": bulk.main, "fallen": fallen.main, "mutation": mutation.main}
    if sys.argv[1:2] and (chosen := named.get(sys.argv[1])):
        sys.exit(chosen(sys.argv[2:]))
    extract.main()
    print()
    shapes.main()
