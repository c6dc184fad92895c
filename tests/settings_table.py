"""Keeps README.md's table of settings as shared/settings.py has it: ``python -m tests.settings_table``."""

from pathlib import Path

from shared.settings import Settings

README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "checked by a test -->\n", "<!-- /settings -->"


def table() -> str:
    """The table, as Markdown."""
    rows = ["| variable | default | |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else f"`{field.default}`"
        rows.append(f"| `WIREMILL_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(rows) + "\n"


def parts() -> tuple[str, str, str]:
    """README.md before, in and after the table."""
    before, rest = README.read_text("utf-8").split(BEGIN)
    inside, after = rest.split(END)
    return before + BEGIN, inside, END + after


if __name__ == "__main__":
    before, _, after = parts()
    README.write_text(before + table() + after, "utf-8")
