"""Colour in formulas: the right letters, no others, and never another formula."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from website.sphinxext.colours import colour, meanings, tokens
from website.sphinxext.maths import Katex, aligned

WRAPPED = re.compile(r"\\htmlClass\{(\w+)\}\{(\w)\}")

FORMULAS = [
    (r"H(P, Q) = -\sum_x P(x) \log Q(x)", "truth:P prediction:Q truth:P prediction:Q"),
    (
        r"H(P,Q) = H(P) + D(P \| Q)",
        "truth:P prediction:Q entropy:H truth:P divergence:D truth:P prediction:Q",
    ),
    (r"D_{\mathrm{KL}}(p \parallel q)", "divergence:D truth:p prediction:q"),
    (r"D_{KL}\left(P \middle\| Q\right)", "divergence:D truth:P prediction:Q"),
    (r"H(X) = -\mathbb{E}[\log P(X)]", "entropy:H truth:P"),
    (r"\mathbb{E}_{x \sim P}[-\log Q(x)]", "truth:P prediction:Q"),
    (r"H(Y \mid X)", ""),
    (r"\exp(q_i) \operatorname{softplus}(p)", "prediction:q truth:p"),
    (r"\|w\|_p \le \|w\|^q", ""),
    (r"\text{P and q} + \mathrm{Pr}(Q) + \hat{p} + \hat q", "prediction:Q"),
    (r"\begin{array}{c|c} p & q \end{array}", "truth:p prediction:q"),
    (r"Pr(x) + pq", ""),
    (r"D(x) + H + P", "truth:P"),
    (r"\frac{\partial L}{\partial q_i} = -\frac{p_i}{q_i}", "prediction:q truth:p prediction:q"),
    (r"\textcolor{red}{p} + \htmlClass{truth}{q}", "truth:q"),
]


@pytest.mark.parametrize(("tex", "expected"), FORMULAS)
def test_colours_the_letters_that_mean_something(tex, expected):
    found = " ".join(f"{kind}:{letter}" for kind, letter in WRAPPED.findall(colour(tex)))
    assert found == expected


@pytest.mark.parametrize("tex", [tex for tex, _ in FORMULAS])
def test_katex_reads_the_coloured_formula_and_shows_the_same_symbols(tex):
    katex = Katex()
    try:
        plain, coloured = (katex.render(t, display=True) for t in (tex, colour(tex)))
    finally:
        katex.close()

    def shown(html):
        return re.sub(r"<annotation.*?</annotation>|<[^>]+>", "", html)

    assert shown(plain) == shown(coloured)


def test_a_column_specification_is_not_a_formula():
    tex = r"\begin{array}{pq} x \end{array}"
    assert colour(tex) == tex


def test_a_page_can_say_what_its_letters_mean():
    letters = meanings("p=prediction y=truth q=none")
    assert colour("p - y + q", letters) == r"\htmlClass{prediction}{p} - \htmlClass{truth}{y} + q"


@pytest.mark.parametrize("declared", ["p", "p=red", "pq=truth", "=truth"])
def test_a_wrong_declaration_is_an_error_that_quotes_it(declared):
    with pytest.raises(ValueError, match=re.escape(repr(declared))):
        meanings(declared)


pieces = st.sampled_from(
    [
        *"pPqQHDxyz()_^,|+ ",
        r"\log",
        r"\|",
        r"\text{P q}",
        "{p}",
        "{H(P)}",
        r"\left(",
        r"\right)",
        r"\hat",
    ]
)


@given(st.lists(pieces, max_size=25).map("".join))
def test_taking_the_colours_off_gives_the_formula_back(tex):
    assert WRAPPED.sub(r"\2", colour(tex)) == tex
    assert "".join(tokens(tex)) == tex


def test_lines_of_a_display_are_aligned_and_environments_left_alone():
    assert aligned(r"a &= b \\ c &= d") == r"\begin{aligned}a &= b \\ c &= d\end{aligned}"
    assert aligned(r"\begin{cases} a \\ b \end{cases}") == r"\begin{cases} a \\ b \end{cases}"
