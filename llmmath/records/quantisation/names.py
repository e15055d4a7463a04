"""Which linear layers a list of names in a configuration means.

Three ways of writing one: as transformers reads them (a path from its beginning, or the end of one), as
compressed-tensors does (a whole path, or an expression after "re:"), and with asterisks, as modelopt does.
"""

import re

from ...errors import InputError, shown

# What lists name beside the linear layers that are counted: norms, tables, convolutions, towers, prediction
# of more tokens.
_ELSEWHERE = re.compile(
    r"norm|embed|wte|wpe|visual|vision|audio|tower|projector|connector|merger|mlp1|rotary|mtp|eh_proj"
    r"|shared_head|bias|conv|A_log"
)
_LAYER = re.compile(r"(?:layers|h|blocks)\.(\d+)(?:\.|$)")
_PLAIN = re.compile(r"[\w.\-*]+\Z")
_EXPRESSION = re.compile(r"[\w.\-\\*+?|()\[\]^$!=:<]+\Z")
# What stands before the layers, in files old and new, with towers and without.
_ROOT = re.compile(r"(?:(?:model|language_model|text_model|llm|backbone|transformer|gpt_neox|decoder)\.)+")


def chosen(names, modules, where, n_layers, style="path", towers=False):
    """Names of the modules that a list means.

    Args:
        names: the list. modules: names of all linear layers. where: what the list is called, for messages.
        n_layers: decoder layers [1]. style: "path", "expression" or "asterisk". towers: whether the file is
            of a model with towers, whose language model's paths begin with its own name.

    Returns:
        set of names out of `modules`.

    Raises:
        InputError: an entry that is no text, that means no layer of the model, or an expression that is not
            read.
    """
    if not isinstance(names, (list, tuple)) or not all(isinstance(name, str) for name in names):
        raise InputError(f"{where} is {shown(names)}; expected a list of modules' names")
    paths = {module: _ROOT.sub("", module, count=1) for module in modules}
    found = set()
    for name in names:
        if style == "expression" and name.startswith("re:"):
            found |= _matching(_compiled(name[3:], where), paths, towers)
            continue
        matched = {module for module, path in paths.items() if _means(name, path, where, style)}
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
    return beyond or name == "lm_head" or bool(_ELSEWHERE.search(name))


def _matching(expression, paths, towers):
    """Modules whose path an expression matches, from its beginning: under the names that files with towers
    have for it, or, where none matches, under the language model's own."""
    own = {module: (module, f"model.{path}") for module, path in paths.items()}
    within = {
        module: (f"language_model.{module}",)
        + tuple(f"model.{one}.{path}" for one in ("language_model", "text_model"))
        for module, path in paths.items()
    }
    if "(?!" in expression.pattern or "(?<!" in expression.pattern:
        # What an expression excludes under one name is excluded.
        some = within if towers else own
        return {module for module in paths if all(map(expression.match, some[module]))}
    for spellings in (within, own) if towers else (own,):
        found = {module for module, some in spellings.items() if any(map(expression.match, some))}
        if found:
            return found
    return set()


def _means(name, path, where, style):
    """Whether an entry of a list, which is no expression, means the module at `path`, both without what
    stands before the layers."""
    entry = _ROOT.sub("", name, count=1) if _ROOT.match(name) else name
    if style == "asterisk":
        return _like(entry, path) or _like(entry + ".*", path)
    if style == "expression":
        return entry == path
    if not _PLAIN.match(name):
        raise InputError(f"{where} names {shown(name)}; expected a plain name, since no other is read")
    if "*" in entry:  # of any layer
        return any(_like(one, path) for one in (entry, f"{entry}.*"))
    return path == entry or path.startswith(entry + ".") or f".{path}".endswith(f".{entry}")


def _like(pattern, path):
    from fnmatch import fnmatchcase

    return fnmatchcase(path, pattern)


def _compiled(expression, where):
    # An expression of a stranger's file must not run for hours: no repeated groups, few repetitions, and none
    # directly after another. Paths are short, so that what is left takes no time.
    repeated = sum(expression.count(sign) for sign in "*+")
    hard = re.search(r"\)[*+?{]|[*+]\??(\.|\\w|\[[^\]]*\])[*+]", expression)
    if _EXPRESSION.match(expression) and not hard and repeated <= 4:
        try:
            return re.compile(expression)
        except re.error:
            pass
    rule = shown("re:" + expression)
    raise InputError(f"{where} names {rule}; expected a plain regular expression")
