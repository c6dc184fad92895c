"""Stories of different tenants are never compared: no duplicate tells of another's, and no kill notice reaches them.

They share one index. Each tenant's hashes are hashed again with its name as the key, so that no two tenants have one in
common; the index needs to know nothing of it. The tenant of those who use no keys, "", has them as they are.
"""

from dataclasses import replace
from hashlib import blake2b
from typing import Any

from services.dedup.signature import BAND_BYTES, Signature
from shared import keys


def tenant_of(redis: Any, job: str) -> str:
    """Whose job it is; "" for one that is not there. Raises ``redis.RedisError``."""
    found: bytes | None = redis.hget(keys.of_job(job, "job"), "tenant")
    return (found or b"").decode()


def apart(signature: Signature, tenant: str) -> Signature:
    """The signature as the index is to see it: equal to no other tenant's. Pure."""
    if not tenant:
        return signature
    bands = [signature.bands[at : at + BAND_BYTES] for at in range(0, len(signature.bands), BAND_BYTES)]
    return replace(
        signature,
        text=_keyed(signature.text, tenant),
        bands=b"".join(_keyed(band, tenant) for band in bands),
    )


def _keyed(digest: bytes, tenant: str) -> bytes:
    return blake2b(digest, digest_size=len(digest), key=tenant.encode()).digest()
