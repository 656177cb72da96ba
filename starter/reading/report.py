"""Trains the next model and says whether it is better than the one in use; reading itself is not done here."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from integrations.reply_reader.classifier import IN_USE, Classifier, version_of
from receivables.reading.intents import ACTIONS, SAFETY
from starter.reading import corpus, training
from starter.reading.corpus import Example
from starter.reading.crossing import calibration_of, cross_read, judged_fairly
from starter.reading.judging import Judged, figures, judged
from starter.reading.picture import calibration_picture, shares_by_confidence


def train_and_report(corrected: Sequence[Example], *, use: bool, picture: Path | None = None) -> None:
    """Print the report; with `use`, put the next model in the place of the present one when it is better.

    Replies that staff corrected are trained on beside the committed ones. `picture` gets the calibration as SVG.
    """
    examples = [*corpus.training(), *corrected]
    held_out = {path.stem: list(corpus.lines(path)) for path in corpus.HELD_OUTS}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "next.npz")
        prepared = training.Prepared()
        reads = cross_read(examples, Path(folder, "fold.npz"), prepared)
        version = training.train(examples, path, calibration_of(reads), prepared)
        crossed = judged_fairly(reads)
        new = {name: judged(replies, Classifier(path)) for name, replies in held_out.items()}
        there = IN_USE.exists()
        old = {name: judged(replies, Classifier(IN_USE)) for name, replies in held_out.items()} if there else new
        known = version_of(IN_USE) if there else "none"
        print(f"Model {version}, trained on {len(examples)} replies; in use is {known}.\n")
        _print_figures(
            figures(crossed), {n: figures(r) for n, r in new.items()}, {n: figures(r) for n, r in old.items()}
        )
        everything_new = [one for results in new.values() for one in results]
        everything_old = [one for results in old.values() for one in results]
        _print_intents(everything_new, everything_old)
        _print_confusion(everything_new)
        _print_calibration({"cross-read": crossed, "held out": everything_new})
        if picture is not None:
            picture.write_text(calibration_picture({"cross-read": crossed, "held out": everything_new}))
            print(f"\nThe calibration is drawn in {picture}.")
        better = not there or is_better(figures(everything_new), figures(everything_old))
        print(f"\nThe next model is {'better than' if better else 'not better than'} the one in use.")
        if use and better:
            shutil.copyfile(path, IN_USE)
            print(f"In use from now on: {version}")


def is_better(new: dict[str, float], old: dict[str, float]) -> bool:
    """Safety first: no recall of safety is lost and no more is silenced falsely; then the action decides."""
    recalls = ("safety recall, mean", "safety recall, worst", "emergency recall")
    safe = all(new[name] >= old[name] - 0.001 for name in recalls)
    quiet = new["false opt-outs"] <= max(old["false opt-outs"], 0.007)
    return safe and quiet and new["action"] >= old["action"] - 0.001


def _print_figures(
    crossed: dict[str, float], new: dict[str, dict[str, float]], old: dict[str, dict[str, float]]
) -> None:
    titles = ["cross-read", *(f"{when} {name.removeprefix('held_out').strip('_') or 'first'}"
                              for name in new for when in ("next", "now"))]  # fmt: skip
    print(f"{'':24s}" + "".join(f"{title:>14s}" for title in titles))
    for name, share in crossed.items():
        columns = [share, *(which[name] for held in new for which in (new[held], old[held]))]
        print(f"{name:24s}" + "".join(f"{value:14.1%}" for value in columns))
    print("Cross-read: by models that had not seen the file a reply stands in; next and now: the held-out sets.")


def _print_intents(new: Sequence[Judged], old: Sequence[Judged]) -> None:
    print(f"\n{'held out, per intent':24s}{'replies':>9s}{'intent':>9s}{'action':>9s}{'recall':>9s}{'now':>9s}")
    for intent in ACTIONS:
        own = [one for one in new if one.example.labels[0] == intent]
        if own:
            right, acted = sum(one.intent_right for one in own), sum(one.action_right for one in own)
            row = f"{len(own):9d}{right / len(own):9.1%}{acted / len(own):9.1%}"
            row += f"{_recall(intent, new):9.1%}{_recall(intent, old):9.1%}"
            print(f"{intent:24s}{row}{'  safety' if intent in SAFETY else ''}")


def _recall(intent: str, results: Sequence[Judged]) -> float:
    said = [one for one in results if intent in one.example.labels]
    return sum(intent in one.reading.intents for one in said) / len(said)


def _print_confusion(results: Sequence[Judged]) -> None:
    wrong = Counter((one.example.labels[0], one.reading.intent) for one in results if not one.intent_right)
    print("\nTaken for another (held out):")
    for (label, read), times in wrong.most_common(20):
        print(f"  {label} read as {read}: {times}")


def _print_calibration(results: dict[str, Sequence[Judged]]) -> None:
    print("\nConfidence against the share of right primary actions:")
    for name, read in results.items():
        for middle, share, count in shares_by_confidence(read):
            print(f"  {name:12s} about {middle:.2f}: {share:6.1%} of {count:4d}  {'#' * round(40 * share)}")
