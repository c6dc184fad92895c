from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

import pytest

from services.summarise.abstract import Request
from services.summarise.local import Local
from services.summarise.tasks import prepare
from shared.errors import BadSettingError
from shared.settings import Settings

HAS_TRANSFORMERS = find_spec("transformers") is not None and find_spec("torch") is not None


@pytest.mark.skipif(HAS_TRANSFORMERS, reason="transformers is installed")
def test_a_folder_without_the_library_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(BadSettingError, match="pip install transformers"):
        prepare(Settings(summary_model=str(tmp_path)), cast(Any, None))


@pytest.mark.skipif(not HAS_TRANSFORMERS, reason="needs transformers and torch")
def test_a_folder_that_holds_no_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSettingError, match="holds no such model"):
        Local(tmp_path)


@pytest.mark.skipif(not HAS_TRANSFORMERS, reason="needs transformers and torch")
@pytest.mark.filterwarnings("default")
def test_a_model_of_random_weights_answers_every_request(tmp_path: Path) -> None:
    import tokenizers
    import transformers

    words = tokenizers.Tokenizer(tokenizers.models.WordLevel({"<pad>": 0, "</s>": 1, "<unk>": 2, "flood": 3}, "<unk>"))
    words.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=words, pad_token="<pad>", eos_token="</s>", unk_token="<unk>", model_max_length=64
    )
    tokenizer.save_pretrained(tmp_path)
    shape = {"d_model": 8, "d_kv": 4, "d_ff": 8, "num_layers": 1, "num_heads": 2, "vocab_size": 4}
    config = transformers.T5Config(**shape, decoder_start_token_id=0)
    transformers.T5ForConditionalGeneration(config).save_pretrained(tmp_path)
    answers = Local(tmp_path)([Request(None, "flood " * 500, 2), Request("Flood", "", 1)])
    assert [answer.failed for answer in answers] == ["", ""]
