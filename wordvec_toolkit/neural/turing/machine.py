"""The Neural Turing machine: an LSTM that reads and writes a memory through addressing heads."""

from dataclasses import dataclass

from ..recurrent.door import torch
from ..recurrent.dropping import Dropping
from ..recurrent.layers import RecurrentLayer, State
from ..recurrent.network import new_layer, read_layers
from ..recurrent.settings import NetworkSettings
from . import fast_memory
from .settings import MemorySettings

_EMPTY = 1e-6  # each number of the memory at the start (Collier and Beel 2018, section 3.1)
_SHIFTS = 3  # back, stay, on
_FIRST = 10.0  # logit of the first slot at the start, so that heads begin there


@dataclass(frozen=True)
class Looks:
    """Weights of the heads: tensors (T, B, slots) of the reading and the writing head."""

    read: torch.Tensor
    written: torch.Tensor


class TuringMachine(torch.nn.Module):
    """One reading and one writing head over N slots of M numbers (Graves et al. 2014, section 3).

    Addressing, equations 5 to 9: w_c = softmax(beta cos(k, memory)); w_g = g w_c + (1 - g) w';
    w_s = w_g shifted by the distribution s over -1, 0, 1; w = w_s^gamma, normalised.  Reading:
    r = w memory; writing: memory (1 - w e) + w a.
    """

    def __init__(self, n_in: int, n_out: int, width: int, n_slots: int, slot_dim: int) -> None:
        super().__init__()
        self.dtype: torch.dtype | None = None
        self.n_slots, self.slot_dim = n_slots, slot_dim
        self._how = NetworkSettings(cell="lstm", n_layers=1, hidden_dim=width, tied=False)
        self.controller = new_layer(self._how, n_in + slot_dim, width)
        # Of each head: key, strength, gate, shifts, sharpness; the writing one erases and adds.
        self.parts = (slot_dim, 1, 1, _SHIFTS, 1)
        n_address = sum(self.parts)
        self.asked = _weight(2 * n_address + 2 * slot_dim, width)
        self.asked_bias = _weight(2 * n_address + 2 * slot_dim)
        self.answered, self.answered_bias = _weight(n_out, width + slot_dim), _weight(n_out)
        self.first_looks, self.first_read = _weight(2, n_slots), _weight(slot_dim)

    @torch.no_grad()
    def draw(self, generator: torch.Generator) -> None:
        """Draw all weights."""
        self.controller.draw(generator, self._how)
        for matrix in (self.asked, self.answered):
            bound = matrix.shape[1] ** -0.5
            matrix.uniform_(-bound, bound, generator=generator)
        for vector in (self.asked_bias, self.answered_bias, self.first_read):
            vector.zero_()
        self.first_looks.zero_()
        self.first_looks[:, 0] = _FIRST

    def forward(self, inputs: torch.Tensor) -> tuple[torch.Tensor, Looks]:
        """Read (T, B, n_in); return logits (T, B, n_out), and where the heads looked."""
        n_columns = inputs.shape[1]
        controller: RecurrentLayer = self.controller
        state: State = tuple(part[0] for part in controller.begin(n_columns))
        memory = inputs.new_full((n_columns, self.slot_dim, self.n_slots), _EMPTY)
        looks = torch.softmax(self.first_looks, dim=1)[:, None].expand(-1, n_columns, -1)
        read = torch.tanh(self.first_read).expand(n_columns, -1)
        is_fast = inputs.dtype == torch.float32 and inputs.device.type == "cpu"
        step = fast_memory.step if is_fast else self.step
        known, seen = [], []
        for x in inputs:
            drive = controller.drive(torch.cat([x, read], dim=1))
            state = controller.step(drive, controller.pushed(state[0]), state).state
            asked = torch.nn.functional.linear(state[0], self.asked, self.asked_bias)
            looks, memory, read = step(asked, looks, memory)
            known.append(torch.cat([state[0], read], dim=1))
            seen.append(looks)
        outputs = torch.nn.functional.linear(torch.stack(known), self.answered, self.answered_bias)
        return outputs, Looks(*torch.stack(seen, dim=1))

    def step(
        self, asked: torch.Tensor, looks: torch.Tensor, memory: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Write, then read.

        Parameters
        ----------
        asked : tensor (B, 4 M + 12)
        looks : tensor (2, B, N)
            Of the reading and the writing head.
        memory : tensor (B, M, N)

        Returns
        -------
        looks, memory : tensors
        read : tensor (B, M)
        """
        n_address = sum(self.parts)
        to_read, to_write, erased, added = asked.split(
            (n_address, n_address, self.slot_dim, self.slot_dim), dim=1
        )
        written = self.address(to_write, looks[1], memory.transpose(1, 2))
        erased, added = torch.sigmoid(erased)[..., None], torch.tanh(added)[..., None]
        spread = written[:, None]
        memory = memory * (1 - spread * erased) + spread * added
        seen = self.address(to_read, looks[0], memory.transpose(1, 2))
        return torch.stack([seen, written]), memory, torch.bmm(memory, seen[..., None])[..., 0]

    def address(
        self, asked: torch.Tensor, before: torch.Tensor, memory: torch.Tensor
    ) -> torch.Tensor:
        """Return where a head looks (B, slots), from what it looked at before."""
        key, strength, gate, shifts, sharpness = asked.split(self.parts, dim=1)
        softplus = torch.nn.functional.softplus
        alike = torch.nn.functional.cosine_similarity(
            torch.tanh(key)[:, None], memory, dim=2, eps=1e-8
        )
        found = torch.softmax(softplus(strength) * alike, dim=1)
        share = torch.sigmoid(gate)
        mixed = share * found + (1 - share) * before
        back, stay, on = torch.softmax(shifts, dim=1).split(1, dim=1)
        shifted = back * mixed.roll(-1, dims=1) + stay * mixed + on * mixed.roll(1, dims=1)
        sharp = (shifted + 1e-12) ** (1 + softplus(sharpness))
        return sharp / sharp.sum(dim=1, keepdim=True)


class Stack(torch.nn.Module):
    """Layers of a language model over vectors, for comparison: an LSTM or a Transformer."""

    def __init__(self, cell: str, n_in: int, n_out: int, width: int, span: int) -> None:
        super().__init__()
        self.dtype: torch.dtype | None = None
        is_transformer = cell == "transformer"
        self._how = NetworkSettings(
            cell=cell,
            n_layers=2,
            hidden_dim=width,
            tied=False,
            n_heads=(1 if width % 4 else 4) if is_transformer else None,
            span=span if is_transformer else None,
        )
        self.read_in, self.read_bias = _weight(width, n_in), _weight(width)
        self.layers = torch.nn.ModuleList(new_layer(self._how, width, width) for _ in range(2))
        self.answered, self.answered_bias = _weight(n_out, width), _weight(n_out)

    @torch.no_grad()
    def draw(self, generator: torch.Generator) -> None:
        """Draw all weights."""
        for layer in self.layers:
            layer.draw(generator, self._how)
        for matrix in (self.read_in, self.answered):
            bound = matrix.shape[1] ** -0.5
            matrix.uniform_(-bound, bound, generator=generator)
        self.read_bias.zero_()
        self.answered_bias.zero_()

    def forward(self, inputs: torch.Tensor) -> tuple[torch.Tensor, None]:
        """Read (T, B, n_in); return logits (T, B, n_out)."""
        x = torch.nn.functional.linear(inputs, self.read_in, self.read_bias)
        states = [layer.begin(inputs.shape[1]) for layer in self.layers]
        x, _ = read_layers(self.layers, x, states, Dropping(self._how))
        return torch.nn.functional.linear(x, self.answered, self.answered_bias), None


def new_network(
    network: str, n_in: int, n_out: int, how: MemorySettings
) -> "TuringMachine | Stack":
    """Return a network by its name, whose weights are not drawn yet."""
    if network == "ntm":
        return TuringMachine(n_in, n_out, how.hidden_dim, how.slots, how.slot_dim)
    return Stack(network, n_in, n_out, how.hidden_dim, 2 * max(how.longest, *how.lengths) + 2)


def _weight(*shape: int) -> torch.nn.Parameter:
    return torch.nn.Parameter(torch.empty(*shape))
