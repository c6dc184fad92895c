"""Send one webhook: to a public address only, within a time, whatever the receiver does.

The name is looked up here, every address it has is checked, and the connection is made to one of those checked: a name
that leads elsewhere a moment later (DNS rebinding) changes nothing. TLS and ``Host`` keep the name. No redirect is
followed and no body of an answer is read.
"""

import ipaddress
import socket
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpcore

from shared.addresses import check_url, is_public
from shared.errors import BadWebhookError
from shared.webhooks import Attempt

SECONDS = 10.0
"""An attempt takes no longer than this, and the look-up of the name."""


class _Timed(httpcore.NetworkStream):
    """A connection that ends at ``deadline`` (of ``time.monotonic``), even if the other end talks on, slowly."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream, self._deadline = stream, deadline

    def _left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout(f"not within {SECONDS:g} s")
        return left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._left())

    def start_tls(self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None) -> "_Timed":
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, self._left()), self._deadline)

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Checked(httpcore.NetworkBackend):
    """Connects to public addresses only, or with ``allow_private`` to any."""

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        addresses = _look_up(host, port)
        if not self._allow_private and not all(is_public(ipaddress.ip_address(address)) for address in addresses):
            raise httpcore.ConnectError(f"{host} leads to an address that is not on the public internet")
        deadline = time.monotonic() + SECONDS
        for address in addresses[:-1]:
            try:
                # A quarter of the time, so that an address which does not answer leaves some for the next.
                return _Timed(self._plain.connect_tcp(address, port, SECONDS / 4), deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        left = max(0.1, deadline - time.monotonic())
        return _Timed(self._plain.connect_tcp(addresses[-1], port, left), deadline)


def _look_up(host: str, port: int) -> list[str]:
    """The addresses of a host, three at most, in the system's order of preference."""
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"{host} has no address: {error}") from None
    return list(dict.fromkeys(str(row[4][0]) for row in rows))[:3]


def post(url: str, headers: Mapping[bytes | str, bytes | str], body: bytes, *, allow_private: bool) -> Attempt:
    """Send ``body`` once; never raises for what a receiver does."""
    at, began = datetime.now(UTC), time.monotonic()
    status: int | None = None
    error: str | None = None
    try:
        check_url(url, allow_private=allow_private)
        status = _status(url, headers, body, allow_private=allow_private)
        if 300 <= status < 400:
            error = "redirects are not followed"
    except (BadWebhookError, httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as trouble:
        error = f"{type(trouble).__name__}: {trouble}"[:300]
    return Attempt(at=at, seconds=round(time.monotonic() - began, 3), status=status, error=error)


def _status(url: str, headers: Mapping[bytes | str, bytes | str], body: bytes, *, allow_private: bool) -> int:
    backend = _Checked(allow_private=allow_private)
    with (
        httpcore.ConnectionPool(network_backend=backend, max_keepalive_connections=0) as pool,
        pool.stream("POST", url, headers=headers, content=body) as response,
    ):
        return int(response.status)
