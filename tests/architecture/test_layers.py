"""Who may import whom. The order of layers is the design; this walk over the source holds it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.conftest import ROOT

# A module may import from its own layer's package, and from the layers named here.
BASE = {"model", "errors", "text", "lexicon", "numbers"}
READERS = {"ingest", "tables", "sections", "identity"}
ALLOWED: dict[str, set[str]] = {
    "model": set(),
    "errors": set(),
    "text": {"model", "errors", "lexicon"},  # of lexicon only the folder where script.csv lies
    "lexicon": {"model", "errors", "text"},  # of model only the closed sets of words
    "numbers": BASE,
    "ingest": BASE,
    "tables": BASE,
    "sections": BASE,
    "identity": BASE | {"sections"},
    "narrative": BASE | {"sections"},
    "reconcile": BASE,
    "output": BASE,
    "run": BASE | READERS | {"narrative", "reconcile"},
    "store": BASE | {"run", "output"},
    "compare": BASE | {"run", "output", "store"},
    "evaluate": BASE | {"run", "output", "narrative"},
    "explain": BASE | {"run", "output"},
    "across": BASE | {"narrative", "reconcile", "run", "store"},
    "bulk": BASE | {"narrative", "run", "output", "store", "ingest", "tables", "across"},
    "samples": set(),
    "web": BASE | {"run", "output", "store", "compare", "explain", "bulk", "ingest"},
    "cli": BASE | READERS | {"narrative", "reconcile", "run", "output", "store", "compare", "evaluate", "explain",
                             "across", "bulk", "samples", "web"},
    "__main__": {"cli"},
}  # fmt: skip
HEAVY = {"prefect", "duckdb", "psycopg", "spacy", "jieba", "fastapi", "altair", "xlsxwriter", "pyarrow", "lxml"}


def _modules() -> list[Path]:
    return sorted((ROOT / "pipeline").rglob("*.py"))


def _layer(path: Path) -> str:
    part = path.relative_to(ROOT / "pipeline").parts[0]
    return part.removesuffix(".py")


def _imports(tree: ast.AST) -> list[str]:
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


@pytest.mark.parametrize("path", _modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_follow_the_layers(path: Path) -> None:
    layer = _layer(path)
    if layer == "__init__":
        return
    allowed = ALLOWED[layer] | {layer}
    for name in _imports(ast.parse(path.read_text(encoding="utf-8"))):
        parts = name.split(".")
        if parts[0] == "flows":
            assert layer == "cli", f"{path}: only the command line may import flows"
        if parts[0] == "pipeline" and len(parts) > 1 and parts[1] != "__version__":
            assert parts[1] in allowed, f"{path}: {layer} must not import {name}"


@pytest.mark.parametrize("path", _modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_prefect_is_only_in_flows(path: Path) -> None:
    names = {name.split(".")[0] for name in _imports(ast.parse(path.read_text(encoding="utf-8")))}
    assert "prefect" not in names


def test_heavy_packages_are_not_imported_with_the_command_line() -> None:
    import subprocess
    import sys

    code = "import sys, pipeline.cli; print(' '.join(sorted({m.split('.')[0] for m in sys.modules})))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert not HEAVY & set(loaded.stdout.split())


@pytest.mark.parametrize("path", [*_modules(), *sorted((ROOT / "flows").rglob("*.py"))], ids=str)
def test_modules_can_be_read_in_one_sitting(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines <= 450, f"{path} has {lines} lines: look for the seam"
