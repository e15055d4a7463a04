"""What one new token costs at a context: multiplications, weights read, and what is kept for its sequence."""

from . import ledger, traffic
from .checks import whole, within_positions

# Bytes of a weight and of a kept value.
BYTES_PER_VALUE = 2

# Unit of each entry of `token_cost`.
UNITS = {
    "multiplications": "1",
    "weight_bytes_read": "B",
    "cache_bytes": "B",
    "state_bytes": "B",
    "kept_bytes": "B",
}


def token_cost(model, context):
    """The cost of one new token of one sequence that attends to `context` positions, in 16 bits.

    Args:
        model: a `shapes.Model`.
        context: positions attended to, the token itself included [token].

    Returns:
        dict, all figures ints:

        - multiplications: of the decoding step, LM head included; latent attention in the absorbed form [1].
        - weight_bytes_read: weights that the step reads: all but the experts that the token does not use and
          the input embedding, of which it reads one row [B].
        - cache_bytes: keys and values, or latents, of all positions that the layers keep [B].
        - state_bytes: states of recurrent layers, however long the context is [B].
        - kept_bytes: both together, which is what grows, or does not, while a text gets longer [B].

    Raises:
        InputError: a context that is no positive int, or beyond the model's positions.

    Source: sums of `ledger`.
    """
    context = whole("context", context)
    within_positions(model, context)
    operations = ledger.decode(model, context)
    # One token uses a known number of experts, so that the average over routings is that number.
    read = round(traffic.weight_values_read(operations, 1))
    cache = BYTES_PER_VALUE * ledger.cache_values(model, context)
    state = BYTES_PER_VALUE * ledger.state_values(model)
    return {
        "multiplications": ledger.multiplications(operations),
        "weight_bytes_read": BYTES_PER_VALUE * read,
        "cache_bytes": cache,
        "state_bytes": state,
        "kept_bytes": cache + state,
    }
