"""Networks as they are before training, to look at side by side."""

from ....errors import SettingError, expect
from ....runtime.arguments import checks_types
from ....text.vocabulary import Vocabulary
from ..cells import CELLS, simple_cells
from ..memory import enough_memory
from ..model import NeuralModel
from ..settings import NetworkSettings


@enough_memory()
@checks_types
def fresh_model(
    vocabulary: Vocabulary,
    architecture: NetworkSettings | None = None,
    seed: int = 0,
    spectral_radius: float | None = None,
) -> NeuralModel:
    """Return a recurrent model with weights as they are drawn before training.

    Parameters
    ----------
    vocabulary : Vocabulary
        With specials.
    architecture : NetworkSettings, optional
    seed : int
    spectral_radius : float, optional
        Of a simple network: scale each recurrent matrix so that its greatest eigenvalue has this
        modulus.  In the end the gradient of a linear network (``rnn-linear``) vanishes below 1 and
        explodes above (Pascanu et al. 2013, section 2.1).  With tanh or ReLU it is only sure to
        vanish where the greatest singular value is below 1.

    Raises
    ------
    SettingError
        If a spectral radius is asked for that is negative, or of gated cells, which no one matrix
        decides.
    MissingExtraError
        If PyTorch is not installed.
    """
    expect("vocabulary", vocabulary, Vocabulary, "a Vocabulary")
    how = architecture or NetworkSettings()
    if spectral_radius is not None:
        if not CELLS[how.cell].is_simple:
            raise SettingError(
                f"a spectral radius is for simple networks ({', '.join(simple_cells())}), whose "
                f"one recurrent matrix has it; {how.cell} has one for each gate: omit it"
            )
        if not 0 <= spectral_radius <= 1000:
            raise SettingError(f"spectral_radius is {spectral_radius}; it must be from 0 to 1000")
    from ..door import torch
    from ..network import Network
    from ..scoring import Scorer
    from .measuring import spectral_radius as radius_of

    network = Network(len(vocabulary), how)
    network.draw(torch.Generator().manual_seed(seed))
    settings = {**how.as_dict(), "fresh": True, "seed": seed}
    if spectral_radius is not None:
        settings["spectral_radius"] = float(spectral_radius)
        for layer in network.layers:
            weight = layer.state_weight.detach()
            weight *= spectral_radius / radius_of(weight.double())
    return NeuralModel(vocabulary, Scorer(network), settings)
