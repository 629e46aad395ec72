"""docs/senders.md holds every format's docstring. Run this file to write them there anew."""

from pathlib import Path

from headwater.cli.formats import page_of
from headwater.intake.formats import FORMATS

PAGE = Path(__file__).parents[2] / "docs" / "senders.md"
MARK = "<!-- Below: the docstrings of src/headwater/intake, by tests/intake/test_senders_page.py. -->\n"


def sections() -> str:
    """A section a format: its title, how it proves its sender, its docstring."""
    parts = []
    for form in FORMATS.values():
        proofs = [place.value for place in form.tokens] + ([form.signature.words] if form.signature else [])
        proven = "".join(f"- `{proof}`\n" for proof in proofs)
        parts.append(f"\n### {form.title}\n\nFormat `{form.name}`. Proven by:\n\n{proven}\n{page_of(form)}\n")
    return "".join(parts)


def test_the_page_says_of_every_format_what_its_code_says() -> None:
    _, _, generated = PAGE.read_text("utf-8").partition(MARK)
    assert generated == sections()


if __name__ == "__main__":
    head, mark, _ = PAGE.read_text("utf-8").partition(MARK)
    PAGE.write_text(head + mark + sections(), "utf-8")
