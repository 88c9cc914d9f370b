"""First stage: feeling, what patients praise or miss, and politeness, from public data under permissive licences."""

import csv
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits

from training.encoder.network import FEATURES, Schedule, batches, bert, padded, pieces_of, pool

MINUTES = 14.0
"""Longest time; the rate of learning falls to 0 by then."""
EPOCHS = 2
FROZEN = 1
NHS_TEST_TRUST = "NHFT"
"""Never trained on: what is said of the NHS comments is measured on another trust."""
Data = tuple[list[str], np.ndarray]


def goemotions(folder: Path, split: str) -> Data:
    """Texts, and 28 columns of 0 and 1."""
    texts, aims = [], []
    with (folder / "goemotions" / "original" / f"{split}.tsv").open(encoding="utf-8") as file:
        for text, labels, _ in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            texts.append(text)
            aims.append(np.isin(np.arange(28), [int(label) for label in labels.split(",")]))
    return texts, np.array(aims, np.float32)


def nhs(folder: Path, *, test: bool) -> tuple[Data, list[str]]:
    """Comments, themes of 60 comments or more as 0 and 1 and the sentiment (0 best to 1 worst, NaN unknown) last."""
    path = folder / "nhs_fft_feedback" / "datasets" / "v6framework_230831.csv"
    with path.open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    themes = [c for c in list(rows[0])[11:] if sum(_is(r[c]) for r in rows) >= 60]
    chosen = [r for r in rows if (r["Trust"] == NHS_TEST_TRUST) == test and r["FFT answer"].strip()]
    sentiment = [(float(r["Comment sentiment"]) - 1) / 4 if r["Comment sentiment"].strip() else np.nan for r in chosen]
    aims = [[float(_is(r[c])) for c in themes] for r in chosen]
    return ([r["FFT answer"] for r in chosen], np.column_stack([aims, sentiment]).astype(np.float32)), themes


def politeness(folder: Path) -> Data:
    """Requests of under 300 characters and their normalised score."""
    texts, aims = [], []
    for name in ("stack-exchange", "wikipedia"):
        path = folder / "stanford_politeness" / f"{name}.annotated.csv"
        with path.open(encoding="utf-8", errors="ignore") as file:
            for row in csv.reader(file):
                if row[-1].lstrip("-").replace(".", "", 1).isdigit() and len(row[2]) < 300:
                    texts.append(row[2])
                    aims.append([float(row[-1])])
    return texts, np.array(aims, np.float32)


def stored(path: Path | None) -> tuple[nn.Module, nn.ModuleDict] | None:
    """What an earlier first stage wrote to a file; None without one."""
    if path is None or not path.exists():
        return None
    told, model = torch.load(path), bert()
    model.load_state_dict(told["base"])
    sizes = {name.split(".")[0]: len(value) for name, value in told["heads"].items() if name.endswith("bias")}
    heads = nn.ModuleDict({task: nn.Linear(FEATURES, size) for task, size in sizes.items()})
    heads.load_state_dict(told["heads"])
    return model.eval(), heads.eval()


def pretrain(folder: Path, seed: int) -> tuple[nn.Module, nn.ModuleDict]:
    """The base after the first stage, and the heads by task."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    data = {
        "goemotions": goemotions(folder, "train"),
        "nhs": nhs(folder, test=False)[0],
        "politeness": politeness(folder),
    }
    pieces = {task: pieces_of(texts) for task, (texts, _) in data.items()}
    model = bert()
    freeze(model, FROZEN)
    heads = nn.ModuleDict({task: nn.Linear(FEATURES, aims.shape[1]) for task, (_, aims) in data.items()})
    learned = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW([{"params": learned, "lr": 1.2e-4}, {"params": heads.parameters(), "lr": 1e-3}])
    plan = [(t, b) for _ in range(EPOCHS) for t in data for b in batches([len(row) for row in pieces[t]], rng)]
    rng.shuffle(plan)  # type: ignore[arg-type]
    model.train()
    for step in Schedule(optimiser, len(plan), MINUTES).steps():
        task, chosen = plan[step]
        x, mask = padded([pieces[task][i] for i in chosen])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            hidden = model(x, attention_mask=mask.long()).last_hidden_state
        loss = _loss(task, heads[task](pool(hidden.float(), mask)), torch.tensor(data[task][1][chosen]))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if step % 500 == 0:
            print(f"first stage, step {step} of {len(plan)}: loss {loss.item():.3f}", flush=True)
    return model.eval(), heads.eval()


@torch.no_grad()
def scores(model: nn.Module, heads: nn.ModuleDict, task: str, texts: list[str]) -> np.ndarray:
    """Shape (texts, columns of the task): probabilities, and the sentiment as it is."""
    pieces = pieces_of(texts)
    order, found = np.argsort([len(row) for row in pieces]), np.zeros((len(texts), heads[task].out_features))
    for i in range(0, len(order), 64):
        x, mask = padded([pieces[j] for j in order[i : i + 64]])
        told = heads[task](pool(model(x, attention_mask=mask.long()).last_hidden_state, mask))
        labels = told.shape[1] - (task == "nhs")
        found[order[i : i + 64]] = torch.cat([torch.sigmoid(told[:, :labels]), told[:, labels:]], 1).numpy()
    return found


def freeze(model: nn.Module, layers: int) -> None:
    """Holds the embeddings and the lowest layers as they are."""
    for part in (model.embeddings, *model.encoder.layer[:layers]):
        for parameter in part.parameters():
            parameter.requires_grad = False


def _loss(task: str, told: torch.Tensor, aims: torch.Tensor) -> torch.Tensor:
    """Each task's loss at about the same size."""
    if task == "goemotions":
        return 7 * binary_cross_entropy_with_logits(told, aims)
    if task == "politeness":
        return 0.3 * ((told - aims) ** 2).mean()
    known = ~torch.isnan(aims[:, -1])
    sentiment = ((told[:, -1] - aims[:, -1])[known] ** 2).sum() / len(aims)
    return 4 * binary_cross_entropy_with_logits(told[:, :-1], aims[:, :-1]) + 2 * sentiment


def _is(cell: str) -> bool:
    return cell.strip() not in ("", "0")
