"""The prose: from paragraphs to figures with their indicator, scope, channel, period and whole."""

from pipeline.narrative.reader import ProseReader, ProseResult

__all__ = ["ProseReader", "ProseResult"]
