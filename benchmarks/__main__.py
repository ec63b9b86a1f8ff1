"""`python -m benchmarks`: the quick benchmarks in turn, each printing ratios within its own run.

`python -m benchmarks accuracy …`: one of them by name, with its options.
"""

from __future__ import annotations

import sys

from benchmarks import accuracy, extract, shapes

if __name__ == "__main__":
    if sys.argv[1:2] == ["accuracy"]:
        sys.exit(accuracy.main(sys.argv[2:]))
    extract.main()
    print()
    shapes.main()
