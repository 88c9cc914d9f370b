"""The trained encoder as ONNX with 8-bit weights, for sentences one by one."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn

from heard.signals.text.turns import LABELS
from training.encoder.finetune import LOWER
from training.encoder.network import pieces_of, run

Members = Sequence[tuple[nn.ModuleList, nn.ModuleDict]]
TOLERANCE = 0.2
"""Mean difference of a logit that 8 bits may make; seen: 0.06, correlation 0.998."""


class Whole(nn.Module):
    """Pieces of one sentence, shape (1, n), to the logits of all heads in a row: the mean of the networks."""

    def __init__(self, base: nn.Module, members: Members) -> None:
        super().__init__()
        self.embeddings, self.lower = base.embeddings, base.encoder.layer[:LOWER]
        self.uppers = nn.ModuleList([upper for upper, _ in members])
        self.heads = nn.ModuleList([heads for _, heads in members])

    def forward(self, pieces: torch.Tensor) -> torch.Tensor:
        mask = torch.ones_like(pieces)
        states = run(self.lower, self.embeddings(input_ids=pieces), mask)
        told = []
        for upper, heads in zip(self.uppers, self.heads, strict=True):
            hidden = run(upper, states, mask)
            features = torch.cat([hidden.mean(1), hidden.max(1).values], 1)
            told.append(torch.cat([heads[head](features) for head in LABELS], 1))
        return torch.stack(told).mean(0)


def export(base: nn.Module, members: Members, path: Path) -> None:
    """Writes the file, and checks it against the network on a few sentences."""
    whole = Whole(base, members).eval()
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        torch.onnx.export(
            whole, (torch.randint(5, 1000, (1, 9)),), str(full), dynamo=False, opset_version=17,
            input_names=["pieces"], output_names=["logits"], dynamic_axes={"pieces": {1: "length"}},
        )  # fmt: skip
        quantize_dynamic(full, path, weight_type=QuantType.QInt8, per_channel=True)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    for row in pieces_of(["Third time I write.", "Sorry for the delay this morning.", "ok"]):
        pieces = torch.tensor([row])
        with torch.no_grad():
            off = float((whole(pieces) - torch.tensor(session.run(None, {"pieces": pieces.numpy()})[0])).abs().mean())
        if off > TOLERANCE:
            raise SystemExit(f"{path.name}: 8-bit logits differ by {off:.2f} on average")
