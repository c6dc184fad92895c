"""How good it is on sets of another kind: the small encoder, without a teacher, on all sets but the one tested."""

import logging
from pathlib import Path

from training.entities import variants
from training.entities.learn import Check, Windows, device, fit, new_encoder, tested
from training.entities.pack import Pack
from training.entities.plans import Plans
from training.entities.sources import ANNOTATED, CHECK
from training.entities.teach import marked

logger = logging.getLogger(__name__)


def leave_out(pack: Pack, work: Path, plans: Plans, seed: int) -> None:
    """Log scores. Of the main set only the held-back documents are tested."""
    check = Check.of(pack)
    ways = [Windows(way, device()) for way in variants.read(work)]
    for left in ANNOTATED:
        sets = [name for name in ANNOTATED if name != left]
        network = new_encoder(pack.encoder("minilm"), len(ANNOTATED), seed)
        fit(network, marked(ways, sets, seed), plans.left_out, seed)
        check.log(f"without {left}", network)
        if left != ANNOTATED[0]:
            texts = [one for one in variants.numbered(pack) if one[1] == left]
            windows = Windows(variants.encoder(pack).encode(texts), device())
            scores = tested(network, windows, {number: text for number, _, text in texts}, pack.types[left])
            logger.info("without %s: F1 %.4f on it", left, scores.f1())
    logger.info("(%s: held-back documents of the main set)", CHECK)
