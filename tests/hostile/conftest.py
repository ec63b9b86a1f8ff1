"""Every hostile input is read under a ceiling of memory and of time; going through either fails the test."""

from __future__ import annotations

import resource
import signal
from collections.abc import Iterator
from types import FrameType

import pytest

_MEMORY = 2 << 30
_SECONDS = 30


def _too_long(signum: int, frame: FrameType | None) -> None:
    raise AssertionError(f"reading did not end within {_SECONDS} s")


@pytest.fixture(autouse=True)
def _bounded() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    with open("/proc/self/statm") as statm:
        used = int(statm.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + _MEMORY, hard))
    before = signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(_SECONDS)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
