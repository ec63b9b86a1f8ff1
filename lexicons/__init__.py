"""What a non-programmer edits: see README.zh.md. Data only; pipeline.lexicon reads and checks it."""
