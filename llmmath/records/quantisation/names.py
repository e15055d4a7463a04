"""Which linear layers a list of names in a configuration means.

Three ways of writing one: as transformers reads them (a path from its beginning, or the end of one), as
compressed-tensors does (a whole path, or an expression after "re:"), and with asterisks, as modelopt does.
"""

import re

from ...errors import InputError, shown

# What lists name beside the linear layers that are counted: norms, tables, towers, prediction of more tokens.
_ELSEWHERE = re.compile(
    r"norm|embed|wte|visual|vision|audio|tower|projector|connector|merger|mlp1|rotary|mtp|eh_proj"
    r"|shared_head|bias"
)
_LAYER = re.compile(r"layers\.(\d+)(?:\.|$)")
_PLAIN = re.compile(r"[\w.\-*]+\Z")
_EXPRESSION = re.compile(r"[\w.\-\\*+?|()\[\]^$]+\Z")


def chosen(names, modules, where, n_layers, style="path"):
    """Names of the modules that a list means.

    Args:
        names: the list. modules: names of all linear layers. where: what the list is called, for messages.
        n_layers: decoder layers [1]. style: "path", "expression" or "asterisk".

    Returns:
        set of names out of `modules`.

    Raises:
        InputError: an entry that is no text, that means no layer of the model, or an expression that is not
            read.
    """
    if not isinstance(names, (list, tuple)) or not all(isinstance(name, str) for name in names):
        raise InputError(f"{where} is {shown(names)}; expected a list of modules' names")
    found = set()
    for name in names:
        matched = {module for module in modules if matches(name, module, where, style)}
        if not matched and not _elsewhere(name, n_layers):
            raise InputError(
                f"{where} names {shown(name)}; expected names of the model's own layers, such as"
                f" {shown(next(iter(modules)))}"
            )
        found |= matched
    return found


def _elsewhere(name, n_layers):
    layer = _LAYER.search(name)
    beyond = layer is not None and int(layer[1]) >= n_layers
    return beyond or name.startswith("re:") or name == "lm_head" or bool(_ELSEWHERE.search(name))


def matches(name, module, where, style):
    """Whether an entry of a list means a module."""
    if style == "expression" and name.startswith("re:"):
        expression = _compiled(name[3:], where)
        return any(expression.match(one) for one in _spellings(module))
    name = name.replace("language_model.", "")
    name = "lm_head" if name == "model.lm_head" else name.removeprefix("model.model.")
    path = module if name.startswith("model.") else module.removeprefix("model.")
    if style == "asterisk":
        return _like(name, path) or _like(name + ".*", path)
    if style == "expression":
        return name in (path, module)
    if not _PLAIN.match(name):
        raise InputError(f"{where} names {shown(name)}; expected a plain name, since no other is read")
    if "*" in name:  # of any layer
        return any(_like(one, path) for one in (name, f"{name}.*"))
    return path == name or path.startswith(name + ".") or f".{module}".endswith(f".{name}")


def _spellings(module):
    """A module's path, and those that it has within a model with towers, of files old and new."""
    return module, f"language_model.{module}", f"model.language_model.{module.removeprefix('model.')}"


def _like(pattern, path):
    from fnmatch import fnmatchcase

    return fnmatchcase(path, pattern)


def _compiled(expression, where):
    # An expression of a stranger's file must not run for hours: no repeated groups, and few repetitions.
    repeated = sum(expression.count(sign) for sign in "*+")
    safe = _EXPRESSION.match(expression) and not re.search(r"\)[*+?{]", expression) and repeated <= 4
    if safe:
        try:
            return re.compile(expression)
        except re.error:
            pass
    raise InputError(f"{where} names {shown('re:' + expression)}; expected a plain regular expression")
