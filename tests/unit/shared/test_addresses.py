import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.addresses import check_url, is_public, literal
from shared.errors import BadWebhookError

INSIDE = """
0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 169.254.169.254 172.16.0.1 192.0.2.1 192.168.1.1 198.18.0.1 203.0.113.9 224.0.0.1
240.0.0.1 255.255.255.255 :: ::1 ::ffff:127.0.0.1 ::ffff:169.254.169.254 ::127.0.0.1 64:ff9b::7f00:1 64:ff9b:1::1
100::1 2001:db8::1 2001::1 2002:7f00:1::1 fc00::1 fd12:3456::1 fe80::1 fec0::1 ff02::1 ff0e::1
""".split()


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_that_lead_inside_or_nowhere(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.215.14", "2606:4700::1111", "::ffff:1.1.1.1"])
def test_addresses_of_the_internet(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@given(st.ip_addresses(v=4))
def test_an_address_and_its_mapped_twin_are_treated_alike(address: ipaddress.IPv4Address) -> None:
    assert is_public(address) == is_public(ipaddress.ip_address(f"::ffff:{address}"))


@given(st.ip_addresses(v=6))
def test_what_python_calls_private_is_never_public(address: ipaddress.IPv6Address) -> None:
    if address.is_private or address.is_multicast or address.is_loopback or address.is_link_local:
        assert not is_public(address) or (address.ipv4_mapped and is_public(address.ipv4_mapped))


@pytest.mark.parametrize(
    "url",
    [
        *(f"http://{host}/hook" for host in ["localhost", "db", "redis.local", "a.localhost", "metadata.internal"]),
        *(f"http://{host}/" for host in ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "[::1]"]),
        *(f"http://{host}/" for host in ["[::ffff:10.0.0.1]", "169.254.169.254", "LOCALHOST.", "[fe80::1%25eth0]"]),
        *("ftp://example.org/", "file:///etc/passwd", "//example.org/", "example.org", "", "http://", "http://["),
        *("https://user:pw@example.org/", "https://example.org:25/", "https://example.org:99999/", "http:/x"),
        *("https://exämple.org/", "https://example.org/a b", "https://example.org/\r\nX: y", "gopher://example.org/"),
    ],
)  # fmt: skip
def test_urls_that_are_refused(url: str) -> None:
    with pytest.raises(BadWebhookError):
        check_url(url, allow_private=False)


@pytest.mark.parametrize("url", ["https://example.org/hook?a=1", "http://example.org:8080", "https://1.1.1.1/x"])
def test_urls_that_are_taken(url: str) -> None:
    assert check_url(url, allow_private=False).geturl() == url


def test_an_intranet_is_allowed_where_that_is_wanted() -> None:
    assert check_url("http://desk.local:9999/x", allow_private=True).port == 9999
    with pytest.raises(BadWebhookError, match="user"):
        check_url("http://u:p@desk.local/", allow_private=True)


@given(st.text(max_size=80))
def test_no_text_breaks_the_check(text: str) -> None:
    for url in (text, f"https://{text}/", f"http://example.org:{text}"):
        try:
            parts = check_url(url, allow_private=False)
        except BadWebhookError:
            continue
        assert parts.hostname


def test_literal_reads_what_a_resolver_reads() -> None:
    assert literal("127.1") == ipaddress.ip_address("127.0.0.1")
    assert literal("example.org") is None
