"""How many requests a key may make: flask-limiter, counting in the store, so that all gateways count together.

Without a key, an address counts. When the store cannot be reached nothing is let through: nothing could be answered.
"""

from flask import Flask, Response, g, request
from flask_limiter import ApplicationLimit, Limiter, RateLimitExceeded
from redis import Redis

from services.gateway.auth import READING, scope_of
from services.gateway.problems import problem_of
from shared import keys
from shared.errors import TooManyRequestsError
from shared.settings import Settings

CHANGING = ("POST", "PUT", "PATCH", "DELETE")


def register(app: Flask, settings: Settings, redis: "Redis") -> None:
    """Limit an app's requests as the settings say, over the store's own connections; raises ``ValueError`` for a rate
    that is none.
    """
    rates = {"submit": (settings.submit_rate, CHANGING), "read": (settings.read_rate, tuple(READING))}
    limits = [
        ApplicationLimit(rate, scope=scope, methods=methods, exempt_when=lambda: not _counts(app))
        for scope, (rate, methods) in rates.items()
        if rate
    ]
    if not limits:
        return
    Limiter(
        _whose,
        app=app,
        application_limits=limits,  # type: ignore[arg-type]
        headers_enabled=True,
        retry_after="delta-seconds",
        storage_uri="redis://",
        storage_options={"key_prefix": keys.LIMITS, "connection_pool": redis.connection_pool},  # type: ignore[dict-item]
        strategy="sliding-window-counter",
    )
    app.register_error_handler(RateLimitExceeded, _exceeded)


def _counts(app: Flask) -> bool:
    """Whether a request counts: one to a route that asks for a key does."""
    return bool(scope_of(app, request.endpoint, request.method))


def _whose() -> str:
    return g.key_id or request.remote_addr or "?"


def _exceeded(error: RateLimitExceeded) -> Response:
    return problem_of(TooManyRequestsError(f"no more than {error.limit.limit}; wait as long as Retry-After says"))
