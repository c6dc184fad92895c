"""Every Redis key, its type and its lifetime. The Lua scripts build the same names in ``lua/prelude.lua``.

All keys of a job go together when it expires (``retention_hours`` after it ended). The dedup index has its own keys,
beside its code. Scripts reach keys that they compute from a job's id, so the store wants one Redis node (with
replicas if you like), not a cluster.
"""

PREFIX = "wm:"

JOBS = PREFIX + "jobs"  # zset: job id by creation time; until the job expires
RUNNING = PREFIX + "running"  # zset: job id by creation time; until it ends
EXPIRY = PREFIX + "expiry"  # zset: ended job by the time it expires; until then
OUTBOX = PREFIX + "outbox"  # zset: "job:unit" by the time its message is overdue; while the unit is in the pipeline
RING = PREFIX + "ring"  # zset: jobs with batches to release, by turn; while they have some and room for them
TURN = PREFIX + "turn"  # string: counter behind RING; for ever
EMBARGO = PREFIX + "embargo"  # zset: "job:seq" by release time; until released
WEBHOOKS = PREFIX + "webhooks"  # zset: "job:number" by the time of the next attempt; until delivered or given up
SECRETS = PREFIX + "secrets"  # hash: tenant -> its webhook secrets, newest first; for ever
TOTALS = PREFIX + "totals"  # hash: what happened -> how often, in all jobs there ever were; for ever
API_KEYS = PREFIX + "apikeys"  # hash: SHA-256 of a key -> what it may do; until it is revoked
API_KEYS_USED = PREFIX + "apikeys:used"  # hash: SHA-256 of a key -> Unix time, to the hour or so; likewise
LIMITS = PREFIX + "limits"  # beginning of flask-limiter's keys: requests counted; for as long as they count
CLERK = PREFIX + "clerk"  # string: who is the clerk, with a short expiry

JOB_PARTS = (
    "job", "stage", "outcome", "blob", "first", "todo", "lease", "death", "readers", "cuts", "amend", "events", "named",
    "trail", "hooks", "deliveries",
)  # fmt: skip
"""Per job, as ``wm:JOB:PART``:

``job``      hash    the ledger: state, counts, progress (fields in ``lua/prelude.lua``)
``stage``    string  one byte per batch: the number of its stage
``outcome``  string  one byte per story: the letter of its state
``blob``     hash    batch -> its stories, JSON, zstd
``first``    zset    batch by the seq of its first story
``todo``     list    batches waiting to be released
``lease``    hash    per unit: token, expiry, tries, the story or file in hand, and since when it is due
``death``    hash    seq -> how many workers died with it in hand
``readers``  hash    file (its place) -> how many readers died with it in hand, since the last batch was added
``cuts``     hash    file that kills its readers -> stories the job had received by then: it is read no further
``amend``    hash    seq:finding -> rank and value of a later finding, which overrides the blob
``events``   stream  what happened, newest 1,000 or so
``named``    hash    batch -> marks of the entities that its stories name (``named.py``)
``trail``    hash    batch:stage -> a line for each time it passed: when, seconds, tries
``hooks``    hash    number of a webhook -> what it says; ``N:state`` and ``N:failures`` of its delivery
``deliveries`` list  attempts to deliver them, JSON, newest 1,000
"""

FINDINGS = ("dedup", "superseded_by", "killed_by")
"""What an amendment may say of a story, beside its state."""


def submission(digest: str) -> str:
    """String: the job and fingerprint of a submission with an Idempotency-Key; for a day. Its lock: for a minute."""
    return f"{PREFIX}once:{digest}"


def of_job(job: str, part: str) -> str:
    """The key of one part of a job."""
    return f"{PREFIX}{job}:{part}"


def jobs_of(tenant: str) -> str:
    """The key that lists a tenant's jobs, as ``JOBS`` lists all."""
    return f"{JOBS}:{tenant}"
