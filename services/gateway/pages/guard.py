"""What keeps hostile text in feeds from doing anything in a reader's browser."""

from flask import Response

HEADERS = {
    # No inline script or style, nothing from elsewhere (CSP Level 3).
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    # With less than this, a browser would say of our own forms that they come from nowhere (`Origin: null`).
    "Referrer-Policy": "same-origin",
}


def harden(response: Response) -> Response:
    """Put ``HEADERS`` on an answer."""
    response.headers.update(HEADERS)
    return response
