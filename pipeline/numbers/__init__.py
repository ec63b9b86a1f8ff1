"""Numbers in text: finding, reading and bounding them. The lowest layer of reading; knows nothing of indicators."""

from pipeline.numbers.intervals import Interval
from pipeline.numbers.reader import NumberReader

__all__ = ["Interval", "NumberReader"]
