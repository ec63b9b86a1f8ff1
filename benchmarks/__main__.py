"""`make bench`: every benchmark in turn, each printing ratios within its own run."""

from __future__ import annotations

from benchmarks import extract, shapes

if __name__ == "__main__":
    extract.main()
    print()
    shapes.main()
