"""Which addresses a webhook may go to: none from which somebody outside could reach in (SSRF). Pure.

A name may lead elsewhere tomorrow, so this is asked twice: at submission what is evident from the URL, at delivery of
the very address that is then connected to.
"""

import ipaddress
import socket
from contextlib import suppress
from urllib.parse import SplitResult, urlsplit

from shared.errors import BadWebhookError

SCHEMES = {"http": 80, "https": 443}
PORTS = frozenset({80, 443, 8080, 8443})
_INSIDE = (".localhost", ".local", ".internal", ".intranet", ".lan", ".home.arpa", ".localdomain")
_UNICAST = ipaddress.IPv6Network("2000::/3")
"""All that is handed out of IPv6 so far; NAT64 and site-local addresses, which hide others, are outside it."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def is_public(address: Address) -> bool:
    """Whether an address is somebody's on the public internet, and not one of those that stand for another."""
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not address.is_multicast
    if address.ipv4_mapped:
        return is_public(address.ipv4_mapped)
    tunnels = address.sixtofour or address.teredo
    return address in _UNICAST and address.is_global and not tunnels


def check_url(url: str, *, allow_private: bool) -> SplitResult:
    """A webhook's URL, taken apart; raises ``BadWebhookError`` for what cannot be one, or evidently leads inside.

    ``allow_private`` admits every address and port.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise BadWebhookError(f"webhook {url[:100]!r} is no URL: {error}") from None
    if parts.scheme not in SCHEMES or not host or not url.isascii() or any(char <= " " for char in url):
        raise BadWebhookError(f"webhook {url[:100]!r} must be like https://example.org/path, percent-encoded")
    if parts.username is not None or parts.password is not None:
        raise BadWebhookError("a webhook's URL must hold no user or password; the signature says that we sent it")
    if allow_private:
        return parts
    if port is not None and port not in PORTS:
        raise BadWebhookError(f"port {port} of the webhook is not one of {', '.join(map(str, sorted(PORTS)))}")
    name = host.rstrip(".").lower()
    address = literal(name)
    if not (is_public(address) if address else "." in name and not name.endswith(_INSIDE)):
        raise BadWebhookError(f"webhook host {host[:100]!r} is not on the public internet")
    return parts


def literal(host: str) -> Address | None:
    """The address that a host is, in any notation that a resolver takes for one (``127.1``, ``0x7f000001``)."""
    with suppress(OSError, UnicodeError):
        [found, *_] = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        return ipaddress.ip_address(found[4][0])
    return None
