"""What is taken out of a virtual environment."""

from pathlib import Path

import pytest

from appkit import slim

KEPT = {
    "shop/__init__.pyc",
    "shop/core.pyc",
    "shop/locale/__init__.pyc",
    "shop/locale/en/LC_MESSAGES/shop.mo",
    "shop/page.html",
    "shop-1.dist-info/METADATA",
    "shop-1.dist-info/licenses/LICENSE",
}
FILES = (
    "shop/__init__.py",
    "shop/core.py",
    "shop/core.pyi",
    "shop/fast.c",
    "shop/page.html",
    "shop/__pycache__/core.cpython-313.pyc",
    "shop/tests/__init__.py",
    "shop/tests/data/page.html",
    "shop/unused/big.py",
    "shop/locale/__init__.py",
    "shop/locale/en/LC_MESSAGES/shop.mo",
    "shop/locale/en/LC_MESSAGES/shop.po",
    "shop/locale/fr/LC_MESSAGES/shop.mo",
    "shop-1.dist-info/METADATA",
    "shop-1.dist-info/RECORD",
    "shop-1.dist-info/licenses/LICENSE",
)


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    site = tmp_path / "lib" / "python3.13" / "site-packages"
    for name in FILES:
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text("")
    return tmp_path


def test_only_what_runs_is_kept(venv: Path) -> None:
    assert slim.main([str(venv), "shop/unused", "shop/page.html"]) == 0
    site = venv / "lib/python3.13/site-packages"
    kept = {str(path.relative_to(site)) for path in site.rglob("*") if path.is_file()}
    assert kept == KEPT - {"shop/page.html"}


def test_the_bytecode_is_the_same_each_time(venv: Path) -> None:
    core = venv / "lib/python3.13/site-packages/shop/core.py"
    core.write_text("NAMES = frozenset({'a', 'b'})\n")
    assert slim.main([str(venv)]) == 0
    first = core.with_suffix(".pyc").read_bytes()
    core.write_text("NAMES = frozenset({'a', 'b'})\n")
    assert slim.main([str(venv)]) == 0
    assert core.with_suffix(".pyc").read_bytes() == first


def test_a_stale_list_is_refused(venv: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert slim.main([str(venv), "shop/gone"]) == 1
    assert "take it off the list" in capsys.readouterr().err


def test_what_does_not_compile_fails_the_build(venv: Path) -> None:
    (venv / "lib/python3.13/site-packages/shop/core.py").write_text("def")
    assert slim.main([str(venv)]) == 1
