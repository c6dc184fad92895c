"""A writer in this process: a sequence-to-sequence model in a local folder, by Hugging Face Transformers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from services.summarise.abstract import MAX_BODY, Request, Written
from shared.errors import BadSettingError

AT_ONCE = 8
TOKENS_A_SENTENCE = 60
"""Tokens that a summary may have for each sentence wanted."""


class Local:
    """Writes with a model from a folder. Nothing is downloaded, and no code from the folder is run."""

    def __init__(self, path: Path) -> None:
        try:
            from transformers import AutoModelForSeq2SeqLM, AutoTokenizer
        except ImportError as error:
            raise BadSettingError(
                f"WIREMILL_SUMMARY_MODEL names the folder {path}: that needs `pip install transformers torch` ({error})"
            ) from None
        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(path, local_files_only=True)  # nosec B615 # no download
            self._model: Any = AutoModelForSeq2SeqLM.from_pretrained(  # nosec B615 # likewise
                path, local_files_only=True, use_safetensors=True
            )
        except (OSError, ValueError) as error:
            raise BadSettingError(f"WIREMILL_SUMMARY_MODEL names {path}, which holds no such model: {error}") from None

    def __call__(self, requests: Sequence[Request], /) -> list[Written]:
        """One answer a request, in their order."""
        answers: list[Written] = []
        for start in range(0, len(requests), AT_ONCE):
            answers += self._write(requests[start : start + AT_ONCE])
        return answers

    def _write(self, requests: Sequence[Request]) -> list[Written]:
        longest = min(self._tokenizer.model_max_length, getattr(self._model.config, "max_position_embeddings", 1024))
        texts = [request.body[:MAX_BODY] for request in requests]
        inputs = self._tokenizer(texts, return_tensors="pt", padding=True, truncation=True, max_length=longest)
        tokens = TOKENS_A_SENTENCE * max(request.sentences for request in requests)
        made = self._model.generate(
            input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"],
            max_new_tokens=min(tokens, longest - 1), do_sample=False, num_beams=1,
        )  # fmt: skip
        return [Written(text) for text in self._tokenizer.batch_decode(made, skip_special_tokens=True)]
