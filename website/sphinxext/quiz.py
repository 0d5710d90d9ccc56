"""The `quiz` directive: a self-check question answered on the page, with no kernel and no script.

    ```{quiz} The question, with $maths$ where it needs some
    - [ ] A wrong answer
      > Why it is wrong.
    - [x] The right answer
      > Why it is right.
    ```

Each answer is a radio button; the style sheet shows the explanation of the one that is chosen,
inside a live region that is always there, so that a screen reader announces it.
"""

import re
from collections.abc import Sequence
from html import escape
from typing import Any, ClassVar

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from website.sphinxext.element import element, html

ANSWER = re.compile(r"^- \[(?P<mark>[ x])\] +(?P<text>.*)$")
WHY = re.compile(r"^\s+> ?(?P<text>.*)$")
VERDICT = '<strong class="quiz-verdict">{}</strong> '


def read_answers(lines: list[str]) -> list[dict[str, Any]]:
    """Split the directive's text into answers: {right, text, why}, or raise ValueError."""
    answers: list[dict[str, Any]] = []
    for line in lines:
        if match := ANSWER.match(line):
            answers.append({"right": match["mark"] == "x", "text": [match["text"]], "why": []})
        elif match := WHY.match(line):
            if not answers:
                raise ValueError("an explanation stands before the first answer")
            answers[-1]["why"].append(match["text"])
        elif line.strip():
            if not answers or answers[-1]["why"]:
                raise ValueError(f"neither an answer nor an explanation: {line.strip()!r}")
            answers[-1]["text"].append(line.strip())
    if len(answers) < 2:
        raise ValueError("a quiz needs at least two answers, each a line `- [ ] …`")
    if sum(answer["right"] for answer in answers) != 1:
        raise ValueError("a quiz has exactly one right answer, marked `- [x]`")
    if not all(answer["why"] for answer in answers):
        raise ValueError("every answer needs an explanation, a line `  > …` below it")
    return answers


class Quiz(SphinxDirective):
    """A multiple-choice question with an explanation for every answer."""

    has_content = True
    required_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar = {}

    def run(self) -> list[nodes.Node]:
        try:
            answers = read_answers(list(self.content))
        except ValueError as error:
            raise self.error(f"quiz: {error}") from None
        name = f"quiz-{self.env.new_serialno('quiz')}"
        question = html("legend", *self.inline(self.arguments[0]))
        choices = (self.choice(answer, name, f"{name}-{i}") for i, answer in enumerate(answers, 1))
        return [html("fieldset", question, *choices, CLASS="quiz")]

    def choice(self, answer: dict[str, Any], name: str, identity: str) -> element:
        """Return an answer: a button, its words, and what is said of them."""
        words = self.inline(" ".join(answer["text"]))
        button = f'<input type="radio" name="{name}" id="{identity}"'
        if all(isinstance(word, nodes.math) for word in words if word.astext().strip()):
            # A formula alone gives a control no name; its TeX, short as it is, can be read out.
            button += f' aria-label="{escape("".join(word.astext() for word in words))}"'
        kind, verdict = ("right", "Right.") if answer["right"] else ("wrong", "Not so.")
        why = html("div", nodes.raw("", VERDICT.format(verdict), format="html"), CLASS="quiz-why")
        source = self.get_source_info()[0]
        self.state.nested_parse(StringList(answer["why"], source), self.content_offset, why)
        return html(
            "div",
            nodes.raw("", f"{button}>", format="html"),
            html("label", *words, FOR=identity),
            html("div", why, role="status"),
            CLASS="quiz-answer",
            **{"data-answer": kind},
        )

    def inline(self, text: str) -> Sequence[nodes.Node]:
        """Parse one paragraph and return what is in it."""
        holder = nodes.Element()
        self.state.nested_parse(
            StringList([text], self.get_source_info()[0]), self.content_offset, holder
        )
        return holder.children[0].children if holder.children else []


def setup(app: Sphinx) -> None:
    app.add_directive("quiz", Quiz)
