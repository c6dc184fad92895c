"""How good it is on sets of another kind: the small encoder, without a teacher, on all sets but the one tested."""

import logging
from pathlib import Path

from training.entities import variants
from training.entities.data import MAIN
from training.entities.learn import Windows, device, fit, new_encoder, tested
from training.entities.pack import Pack
from training.entities.plans import Plans
from training.entities.sources import ANNOTATED, BY_HAND, CHECK
from training.entities.teach import marked
from training.entities.team import leads, team

logger = logging.getLogger(__name__)


def leave_out(pack: Pack, work: Path, plans: Plans, seed: int) -> None:
    """Log scores, of the types that the other sets annotate. Of the main set the held-back documents are tested."""
    ways = [Windows(way, device()) for way in variants.read(work)]
    with team():
        for left in BY_HAND:
            sets = [name for name in BY_HAND if name != left]
            network = new_encoder(pack.encoder("minilm"), len(ANNOTATED), seed)
            fit(network, marked(ways, sets), plans.left_out, seed)
            if not leads():
                continue
            texts = [one for one in variants.numbered(pack, check=left == MAIN) if one[1] in (left, CHECK)]
            windows = Windows(variants.encoder(pack).encode(texts), device())
            types = pack.types[left].intersection(*(pack.types[name] for name in sets))
            scores = tested(network, windows, {number: text for number, _, text in texts}, types)
            logger.info("without %s: F1 %.4f on it, of %s", left, scores.f1(), " ".join(sorted(types)))
