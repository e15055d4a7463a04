"""Parameters of a model: what is stored, and what one token uses.

The counts are those of a model as it is stored: a tied head once, every expert, biases and norms included.
"""

from functools import cache


def breakdown(model):
    """Parameters by component.

    Args:
        model: a `shapes.Model`.

    Returns:
        dict: component -> stored parameters [1]. Weights stand under the name that the component has in a
        count; `biases`, `norms` (sinks among them), `embedding` and `positions` under their own. Adds up to
        `stored(model)`.

    Source: definition; compared with PyTorch models in tests/data/hf-counts.json.
    """
    found = {"embedding": model.vocabulary_size * model.embedding_width}
    if model.learned_positions:
        found["positions"] = model.learned_positions * model.d_model
    for table in model.tables:
        found[table.component] = table.n_rows * table.width
    biases = 0
    norms = model.norm_values
    for layer, count in model.layer_groups:
        for matrix in _stored_matrices(layer, model):
            values = count * matrix.copies * matrix.n_inputs * matrix.n_outputs
            found[matrix.component] = found.get(matrix.component, 0) + values
            biases += count * matrix.copies * matrix.n_outputs * matrix.bias
        norms += count * (layer.norm_values + sum(part.other_values for part in layer.parts))
    for matrix in model.outer_matrices:
        if not (matrix.component == "lm_head" and model.tied):
            found[matrix.component] = found.get(matrix.component, 0) + matrix.n_inputs * matrix.n_outputs
        biases += matrix.n_outputs * matrix.bias
    found["biases"] = biases
    found["norms"] = norms
    return {component: values for component, values in found.items() if values}


def _stored_matrices(layer, model):
    made = (matrix for part in layer.parts for matrix in part.matrices(model.d_model))
    return [matrix for matrix in made if matrix.stored]


@cache
def stored(model):
    """Stored parameters [1] of a `shapes.Model`: the size of its file, in values.

    Source: definition; compared with PyTorch models in tests/data/hf-counts.json.
    """
    return sum(breakdown(model).values())


@cache
def active(model, input_embedding=True):
    """Parameters that one token uses: all but the experts that the router leaves out.

    Args:
        model: a `shapes.Model`.
        input_embedding: whether the input embedding, and tables like it, count as used. Publishers differ:
            Mixtral's 12.9 B and Qwen3's A3B include it; the active parameters of gpt-oss and DeepSeek-V3
            leave it out where the head is a matrix of its own, since a token reads only one of its rows.

    Returns:
        Active parameters [1]; all of them for a model without experts.

    Source: Jiang et al. 2024, arXiv:2401.04088, section 2.2; OpenAI 2025, gpt-oss README.
    """
    unused = 0
    for layer, count in model.layer_groups:
        for matrix in _stored_matrices(layer, model):
            values = matrix.n_inputs * matrix.n_outputs + matrix.n_outputs * matrix.bias
            unused += count * (matrix.copies - matrix.copies_per_token) * values
    if not input_embedding:
        unused += sum(table.n_rows * table.width for table in model.tables)
    if not input_embedding and not model.tied:
        unused += model.vocabulary_size * model.embedding_width
    return stored(model) - unused
