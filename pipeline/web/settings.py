"""What `gongkai serve` is told, in one frozen value."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass

LOOPBACK = ("127.0.0.1", "localhost", "::1")
UPLOAD_BYTES = 32 << 20
FORM_BYTES = 1 << 20
"""The most that any other form may send."""


@dataclass(frozen=True, slots=True)
class Settings:
    """`hosts` are further names under which the page may be asked for, besides the address it is bound to."""

    db: str
    host: str = "127.0.0.1"
    port: int = 8765
    token: str | None = None
    hosts: tuple[str, ...] = ()
    upload_bytes: int = UPLOAD_BYTES
    draft_seconds: float = 60.0
    originals: str | None = None
    """The folder in which the files of reports lie; without it their paths are taken as they were recorded."""

    @property
    def local(self) -> bool:
        """Whether only this machine can reach the page."""
        return self.host in LOOPBACK

    def allows(self, header: str) -> bool:
        """Whether a Host header names us. A name that merely resolves to this machine (DNS rebinding) does not.

        Bound to a network address, any literal address is let through: no name, no rebinding.
        """
        name, port = split_host(header)
        if not name or (port is not None and port != self.port and self.local):
            return False
        if name in LOOPBACK or name in self.hosts:
            return True
        if self.local:
            return False
        if name in (self.host.lower(), socket.gethostname().lower()):
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True


def split_host(header: str) -> tuple[str, int | None]:
    """「[::1]:8765」 → ("::1", 8765); an empty name where it is none."""
    text = header.strip().lower()
    if text.startswith("["):
        name, bracket, rest = text[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            return "", None
        port = rest[1:]
    else:
        name, _, port = text.partition(":")
    if port and not (port.isascii() and port.isdigit() and int(port) < 65536):
        return "", None
    if not all(c.isalnum() or c in ".-_:" for c in name):
        return "", None
    return name, int(port) if port else None
