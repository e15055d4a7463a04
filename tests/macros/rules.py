"""Reads the source of macros/ for the rules that tests hold it to: arithmetic, markup of tables, imports."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MACROS = ROOT / "macros"
NUMERIC = (ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Pow, ast.Mod, ast.MatMult)
# Modules that compute without an operator.
COMPUTES = {"math", "statistics", "numpy", "operator", "fractions", "decimal"}


def parsed(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def textual(node):
    """Whether an expression is visibly text or a list: + joins, * repeats, % formats, / makes a path."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    if isinstance(node, ast.BinOp):
        return textual(node.left) or textual(node.right)
    return isinstance(node, (ast.JoinedStr, ast.List, ast.ListComp, ast.Tuple))


def computes(node):
    """Whether a node of the syntax tree is arithmetic on numbers, or may be."""
    if isinstance(node, (ast.BinOp, ast.AugAssign)):
        sides = (node.left, node.right) if isinstance(node, ast.BinOp) else (node.value,)
        repeats = isinstance(node.op, (ast.Add, ast.Mult, ast.Mod, ast.Div)) and any(map(textual, sides))
        return isinstance(node.op, (ast.Add, *NUMERIC)) and not repeats
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.USub) and not isinstance(node.operand, ast.Constant)
    if isinstance(node, ast.Import):
        return any(alias.name.split(".")[0] in COMPUTES for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        return node.level == 0 and node.module.split(".")[0] in COMPUTES
    return isinstance(node, ast.Name) and node.id == "sum"


def within(tree, found):
    """Pairs of the outermost function or assigned name around a node that is `found`, and the node's line."""
    for top in tree.body:
        name = getattr(top, "name", None)
        if isinstance(top, ast.Assign):
            name = ast.unparse(top.targets[0])
        for node in ast.walk(top):
            if found(node):
                yield name, node.lineno


def imports(path, root=MACROS.parent):
    """Modules of the folder's package that a file imports, wherever in it: {dotted name}."""
    package = path.parent.relative_to(root).parts
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                inner = root.joinpath(*base.split("."), f"{alias.name}.py")
                folder = root.joinpath(*base.split("."), alias.name)
                yield f"{base}.{alias.name}" if inner.is_file() or folder.is_dir() else base


def module_name(path, root=MACROS.parent):
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def circles(graph):
    """Circles of a graph {node: set of nodes}, each as the list of its nodes from one round to it again."""
    found, done = [], set()

    def visit(node, trail):
        if node in trail:
            found.append([*trail[trail.index(node) :], node])
        elif node not in done:
            for following in sorted(graph.get(node, ())):
                visit(following, [*trail, node])
            done.add(node)

    for node in sorted(graph):
        visit(node, [])
    return found
