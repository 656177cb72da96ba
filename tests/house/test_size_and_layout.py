"""The house stays livable: small files, short functions, folders that exist, names that nobody else owns."""

import ast
import importlib.metadata
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = (
    "receivables",
    "workflows",
    "activities",
    "integrations",
    "simulator",
    "store",
    "runtime",
    "worker",
    "starter",
    "web",
)
NAMED = re.compile(rf"`((?:{'|'.join(PACKAGES)}|docs|deploy|practices|tests)/[\w/.-]*)`")
SOURCES = sorted(
    path for name in (*PACKAGES, "tests") for path in (ROOT / name).rglob("*.py") if "node_modules" not in path.parts
)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_can_be_read_in_one_sitting(path: Path) -> None:
    text = path.read_text()
    tree = ast.parse(text)
    assert len(text.splitlines()) <= 300, "split the file: its parts have names of their own"
    assert ast.get_docstring(tree), "the first line says what lives here and what must not"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 70, f"{node.name} is too long"


def test_every_package_is_under_a_contract() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    assert set(contracts["root_packages"]) == set(PACKAGES)
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages == set(PACKAGES)
    layered = {name.strip() for layer in contracts["contracts"][0]["layers"] for name in layer.split("|")}
    assert layered | {"simulator"} == set(PACKAGES)


def test_no_installed_distribution_owns_one_of_our_names() -> None:
    owners = importlib.metadata.packages_distributions()
    assert {name: owners[name] for name in PACKAGES if name in owners} == {}


def test_folders_named_in_the_documents_exist() -> None:
    documents = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    for document in documents:
        for folder in NAMED.findall(document.read_text()):
            assert (ROOT / folder.rstrip("/")).exists(), f"{document.name} names {folder}"


def test_no_forbidden_names_for_modules() -> None:
    forbidden = {"common", "utils", "helpers", "models", "services", "core", "base"}
    assert not [path for path in SOURCES if path.stem in forbidden or path.parent.name in forbidden]


def test_locked_versions_carry_hashes_and_no_addresses() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert "--hash=sha256:" in lock
    assert "://" not in lock
    assert not (ROOT / "uv.lock").exists()


def test_the_readme_and_ci_name_the_same_test_command() -> None:
    assert "make test" in (ROOT / "README.md").read_text()
    assert "make test" in (ROOT / ".ci" / "run").read_text()


def test_no_two_decisions_have_one_number() -> None:
    numbers = [path.name[:4] for path in (ROOT / "docs" / "decisions").glob("*.md")]
    assert len(set(numbers)) == len(numbers), f"give the newer one the next number: {sorted(numbers)}"
