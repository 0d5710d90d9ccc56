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
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

ANSWER = re.compile(r"^- \[(?P<mark>[ x])\] +(?P<text>.*)$")
WHY = re.compile(r"^\s+> ?(?P<text>.*)$")


class quiz(nodes.General, nodes.Element):
    """A question with its answers."""


class quiz_question(nodes.General, nodes.Element):
    """The question."""


class quiz_answer(nodes.General, nodes.Element):
    """One answer: its label and, below it, its explanation."""


class quiz_label(nodes.General, nodes.Element):
    """The words of an answer."""


class quiz_why(nodes.General, nodes.Element):
    """The explanation of an answer."""


Visitor = Callable[..., None]


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
        root = quiz(name=name)
        question = quiz_question()
        question += self.inline(self.arguments[0])
        root += question
        for number, answer in enumerate(answers, 1):
            node = quiz_answer(right=answer["right"], name=name, number=number)
            label = quiz_label(name=name, number=number)
            label += self.inline(" ".join(answer["text"]))
            why = quiz_why(right=answer["right"])
            self.state.nested_parse(
                StringList(answer["why"], self.get_source_info()[0]), self.content_offset, why
            )
            node += [label, why]
            root += node
        return [root]

    def inline(self, text: str) -> Sequence[nodes.Node]:
        """Parse one paragraph and return what is in it."""
        holder = nodes.Element()
        self.state.nested_parse(
            StringList([text], self.get_source_info()[0]), self.content_offset, holder
        )
        return holder.children[0].children if holder.children else []


def visit_quiz(self: HTML5Translator, node: quiz) -> None:
    self.body.append('<fieldset class="quiz">')


def depart_quiz(self: HTML5Translator, node: quiz) -> None:
    self.body.append("</fieldset>\n")


def visit_question(self: HTML5Translator, node: quiz_question) -> None:
    self.body.append("<legend>")


def depart_question(self: HTML5Translator, node: quiz_question) -> None:
    self.body.append("</legend>\n")


def visit_answer(self: HTML5Translator, node: quiz_answer) -> None:
    kind = "right" if node["right"] else "wrong"
    self.body.append(f'<div class="quiz-answer" data-answer="{kind}">')


def depart_answer(self: HTML5Translator, node: quiz_answer) -> None:
    self.body.append("</div>\n")


def visit_label(self: HTML5Translator, node: quiz_label) -> None:
    identity = f"{node['name']}-{node['number']}"
    words = [child for child in node.children if child.astext().strip()]
    formula = all(isinstance(child, nodes.math) for child in words)
    # A formula alone gives a control no name; its TeX, which is short here, can be read out.
    name = f' aria-label="{self.attval(node.astext())}"' if formula else ""
    self.body.append(
        f'<input type="radio" name="{node["name"]}" id="{identity}"{name}><label for="{identity}">'
    )


def depart_label(self: HTML5Translator, node: quiz_label) -> None:
    self.body.append("</label>")


def visit_why(self: HTML5Translator, node: quiz_why) -> None:
    word = "Right." if node["right"] else "Not so."
    self.body.append(
        f'<div role="status"><div class="quiz-why"><strong class="quiz-verdict">{word}</strong> '
    )


def depart_why(self: HTML5Translator, node: quiz_why) -> None:
    self.body.append("</div></div>")


def setup(app: Sphinx) -> None:
    visitors: dict[type[nodes.Element], tuple[Visitor, Visitor]] = {
        quiz: (visit_quiz, depart_quiz),
        quiz_question: (visit_question, depart_question),
        quiz_answer: (visit_answer, depart_answer),
        quiz_label: (visit_label, depart_label),
        quiz_why: (visit_why, depart_why),
    }
    for node, pair in visitors.items():
        app.add_node(node, html=pair)
    app.add_directive("quiz", Quiz)
