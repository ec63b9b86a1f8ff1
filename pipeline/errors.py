"""One exception per kind of failure. Every message is one line, in Chinese, and says what to do next.

`code` is stable and ends up in `problems` of the output and in the run record; the message may be reworded.
"""

from __future__ import annotations


class GongkaiError(Exception):
    """Base of every failure this project raises on purpose."""

    code = "error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ReadError(GongkaiError):
    """A file cannot be turned into a document. The rest of the batch goes on."""

    code = "unreadable"


class EmptyFile(ReadError):
    code = "empty"


class UnsupportedFormat(ReadError):
    code = "unsupported"


class DamagedFile(ReadError):
    code = "damaged"


class EncryptedFile(ReadError):
    code = "encrypted"


class LimitExceeded(ReadError):
    """A size, time, memory, nesting or page limit was hit; the message names which and its value."""

    code = "limit"


class ToolMissing(ReadError):
    """Reading this format needs an extra or a program that is not installed; the message says which."""

    code = "tool_missing"


class LexiconError(GongkaiError):
    """Mistakes in the lexicon, all of them at once, each as file:line: message."""

    code = "lexicon"


class StoreError(GongkaiError):
    """The database cannot be opened, is busy, or has another version."""

    code = "store"
    passing = False
    """Whether it may pass by itself: worth another try."""


class StoreUnavailable(StoreError):
    """The database is busy, restarting, or its disk is full: nothing was written, and it may pass."""

    passing = True


class UsageError(GongkaiError):
    """The command was called with something that cannot be right."""

    code = "usage"


class WorkerError(GongkaiError):
    """Worker processes cannot be started at all."""

    code = "worker"
