"""Schemas of the lexicon files, one module per field of knowledge. Each has FILES and CHECKS."""
