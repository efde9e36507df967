"""Trimming of a virtual environment."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from devkit import slim

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


def test_only_files_that_are_loaded_are_kept(venv: Path) -> None:
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


def test_an_unused_path_that_does_not_exist_is_refused(
    venv: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert slim.main([str(venv), "shop/gone"]) == 1
    assert "shop/gone" in capsys.readouterr().err


def test_a_module_that_does_not_compile_fails_the_build(venv: Path) -> None:
    (venv / "lib/python3.13/site-packages/shop/core.py").write_text("def")
    assert slim.main([str(venv)]) == 1


def test_a_trimmed_extension_module_still_loads(venv: Path) -> None:
    found = find_spec("_decimal")
    assert found is not None
    assert found.origin is not None
    whole = Path(found.origin).read_bytes()
    library = venv / "lib/python3.13/site-packages/shop/_decimal.so"
    library.write_bytes(whole + b"for debuggers" * 1000)
    assert slim.main([str(venv)]) == 0
    assert library.stat().st_size <= len(whole)
    load = (
        "import sys; from importlib.machinery import ExtensionFileLoader as Loader;"
        "from importlib.util import module_from_spec, spec_from_loader;"
        "loader = Loader('_decimal', sys.argv[1]);"
        "module = module_from_spec(spec_from_loader('_decimal', loader));"
        "loader.exec_module(module);"
        "print(module.Decimal('0.1') + module.Decimal('0.2'))"
    )
    command = [sys.executable, "-c", load, str(library)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout == "0.3\n"


@pytest.mark.parametrize("content", [b"", b"not ELF", b"\x7fELF\x01\x01 of 32 bits"])
def test_other_files_than_64_bit_elf_are_unchanged(content: bytes) -> None:
    assert slim.loaded(content) == content
