"""Every setting: a default, a unit, a sentence. Each is read from the environment as ``WIREMILL_`` + its name."""

from pathlib import Path
from urllib.parse import quote, urlsplit

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

RATE = r"^(\d{1,9}/(second|minute|hour|day))?$"


class Settings(BaseSettings):
    """Read once, at the start of a process, and handed to what needs it."""

    model_config = SettingsConfigDict(env_prefix="WIREMILL_", frozen=True)

    redis_url: str = Field("redis://localhost:6379/0", description="The Redis or Valkey server that holds everything.")
    redis_password_file: Path | None = Field(
        None, description="File that holds the password to it, so that none need stand in the URL."
    )
    broker_url: str = Field("", description="What carries the messages, as `amqp://rabbitmq:5672/`; empty: that Redis.")
    broker_password_file: Path | None = Field(None, description="File that holds the password to it.")
    spool_dir: Path = Field(Path("spool"), description="Folder for uploads, shared by the gateway and ingest.")
    spool_url: str = Field(
        "",
        pattern=r"^([a-z0-9]+://[^/]+.*)?$",
        description="Object store for uploads in place of that folder, as `s3://BUCKET/PREFIX` (needs `wiremill[s3]`).",
    )
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")
    heartbeat_file: Path | None = Field(None, description="File that a worker or clerk touches while it is alive.")
    log_json: bool = Field(True, description="One JSON object per log line; `false` for lines meant for eyes.")

    batch_stories: int = Field(64, ge=1, le=4096, description="Stories in a batch, at most.")
    batch_bytes: int = Field(4_000_000, ge=1, description="Characters of text in a batch, about, at most.")
    job_window: int = Field(8, ge=1, description="Batches of one job in the pipeline at the same time.")
    total_window: int = Field(64, ge=1, description="Batches of all jobs in the pipeline at the same time.")
    fast_batches: int = Field(4, ge=0, description="The first batches of every job that overtake those of longer jobs.")

    lease_seconds: float = Field(
        30, gt=0, description="Seconds after which a silent worker's batch is given to another."
    )
    resend_seconds: float = Field(
        60, gt=0, description="Seconds a message may wait in a queue before it is sent again."
    )
    sweep_seconds: float = Field(1, gt=0, description="Seconds between two rounds of the clerk.")
    task_seconds: int = Field(
        300, ge=1, description="Seconds a batch may take in one stage, or to be read, before its worker is stopped."
    )
    fatal_deaths: int = Field(
        2, ge=1, description="Workers that die over a story, or a file, before it is taken to be the cause."
    )
    retention_hours: float = Field(72, gt=0, description="Hours a finished job's results are kept.")

    max_upload_bytes: int = Field(4_000_000_000, ge=1, description="Bytes of one submission, at most.")
    max_item_bytes: int = Field(16_000_000, ge=1, description="Bytes of one story, at most; a larger one is rejected.")
    max_unpacked_bytes: int = Field(20_000_000_000, ge=1, description="Bytes a submission may unpack to, at most.")
    max_pack_ratio: int = Field(200, ge=1, description="How many times its packed size a file may unpack to.")
    max_memory_share: float = Field(
        0.9, gt=0, le=1, description="Share of Redis' memory limit at which submissions wait."
    )

    dedup_days: float = Field(7, gt=0, description="Days for which a story is remembered to tell copies of it.")
    dedup_near: float = Field(
        0.8,
        gt=0,
        le=1,
        description="Share of a story, but for what is set around it, that an earlier one must have to make it a copy.",
    )
    entity_model: str = Field(
        "fast", description="`fast`, `accurate`, `rules`, an installed spaCy package, or a path to a model."
    )
    summary_sentences: int = Field(3, ge=1, le=20, description="Sentences in a summary.")
    summary_model: str | None = Field(
        None, description="A model that writes summaries: the URL of an OpenAI-compatible endpoint, or a local folder."
    )
    summary_model_name: str = Field("default", description="The name by which the endpoint knows the model.")
    summary_key: SecretStr | None = Field(None, description="The endpoint's API key.")
    summary_key_file: Path | None = Field(None, description="A file that holds the endpoint's API key.")
    summary_seconds: float = Field(20, gt=0, description="Seconds an endpoint may take for one summary.")

    webhook_allow_private: bool = Field(
        False, description="Whether webhooks may go to private addresses and any port (an intranet, tests)."
    )
    webhook_retry_seconds: float = Field(
        10, gt=0, description="Seconds after which a webhook is tried again; twice as long after each failure."
    )
    webhook_hours: float = Field(24, gt=0, description="Hours after which a webhook is given up.")
    require_keys: bool = Field(
        False, description="Whether requests need an API key; otherwise whoever reaches the gateway submits and reads."
    )
    admin_key_file: Path | None = Field(
        None, description="File that holds one more key, of 32 characters or more, that may do everything."
    )
    submit_rate: str = Field(
        "",
        pattern=RATE,
        description="Changing requests a key (or else an address) may make, as `120/minute`; empty: any.",
    )
    read_rate: str = Field("", pattern=RATE, description="Likewise, other requests.")
    trusted_proxies: int = Field(
        0, ge=0, description="Proxies before the gateway whose `X-Forwarded-…` headers are believed."
    )

    host: str = Field("127.0.0.1", description="Address the gateway listens on.")
    port: int = Field(8080, ge=0, le=65535, description="Port the gateway listens on.")
    gateway_threads: int = Field(640, ge=1, description="Requests and event streams served at the same time.")

    def store(self) -> str:
        """The store's URL, whole; raises ``OSError`` for a password file that cannot be read."""
        return _with_password(self.redis_url, self.redis_password_file)

    def broker(self) -> str:
        """The broker's URL, likewise."""
        return _with_password(self.broker_url, self.broker_password_file) if self.broker_url else self.store()


def _with_password(url: str, file: Path | None) -> str:
    if file is None:
        return url
    parts = urlsplit(url)
    user, places = parts.username or "", parts.netloc.rpartition("@")[2]
    password = quote(file.read_text("utf-8").strip(), safe="")
    return parts._replace(netloc=f"{user}:{password}@{places}").geturl()
