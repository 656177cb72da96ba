"""A foreign package of one of our names is never run by mistake."""

from pathlib import Path

import pytest

from runtime.checkout import PACKAGES, ROOT, ForeignPackage, check


def test_in_the_checkout_all_is_well() -> None:
    check()


def test_every_folder_with_code_is_looked_at() -> None:
    assert set(PACKAGES) == {path.parent.name for path in ROOT.glob("*/__init__.py")}


def test_a_package_from_elsewhere_is_named_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(ForeignPackage, match=r"package runtime is not this checkout's but that of .*runtime/__init__.py; run from"):
        check(["runtime"], tmp_path)


def test_a_missing_package_is_named() -> None:
    with pytest.raises(ForeignPackage, match="package no_such_package is not this checkout's but missing; run from the checkout"):
        check(["no_such_package"])
