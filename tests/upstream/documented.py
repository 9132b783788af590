"""What docs/compatibility.md says of upstream's programs."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def section(heading: str) -> str:
    """What stands below a heading, up to the next one of the second level; empty if there is none."""
    text = (ROOT / "docs/compatibility.md").read_text(encoding="utf-8")
    return text.split(heading, 1)[1].split("\n## ", 1)[0] if heading in text else ""


def read_lines(path: Path | None) -> list[str]:
    """The lines of a file that are not comments."""
    if path is None:
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]
