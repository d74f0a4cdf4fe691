"""The code in README.md runs, block after block in one session, and does what it says."""

import re
from pathlib import Path

import pytest

README = Path(__file__).parents[1] / "README.md"


def test_python_blocks_run_and_their_derivatives_agree(capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", README.read_text(encoding="utf-8"), re.M | re.S)
    assert len(blocks) >= 2
    session: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, str(README), "exec"), session)
        derivative, difference = map(float, capsys.readouterr().out.split())
        assert derivative == pytest.approx(difference, rel=1e-6)
        assert derivative != 0


def test_the_first_block_is_short() -> None:
    block = README.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    assert len([line for line in block.splitlines() if line.strip()]) <= 12


def test_set_up_commands_stand_on_one_line_each() -> None:
    lines = README.read_text(encoding="utf-8").splitlines()
    commands = [line for line in lines if line.startswith("python3 -m venv .venv && ")]
    assert [command.split(" && ")[-1] for command in commands] == [
        ".venv/bin/python -m nbrbf",
        ".venv/bin/python -m pytest",
    ]


def test_nothing_is_left_to_fill_in() -> None:
    text = README.read_text(encoding="utf-8")
    assert not re.search(r"FIGURES|TO[D]O|TBD", text)
