"""What every explorable promises in Python: validated state, numbers from lib, a light mount."""

import copy
import html.parser
import io
import json
import math
import pickle
import re
import subprocess

import nbformat
import numpy as np
import pytest
import traitlets
from nbconvert.exporters import HTMLExporter
from nbconvert.preprocessors.sanitize import SanitizeHTML
from PIL import Image

from course.limits import Limits
from lib.explorables import REGISTRY, Explorable, StateError, export
from lib.explorables._base import Quantity
from lib.explorables._traits import Choice, Distribution, Flag, Integer, Number, Text, Vector
from lib.figures.style import COLORS, to_png
from tests.page_side import ROOT, node
from tests.states import in_views, random_explorables, random_value

CLASSES = pytest.mark.parametrize("cls", REGISTRY.values(), ids=REGISTRY)


def bad_values(trait) -> list:
    """Return values of which none is valid for the trait."""
    nowhere = [None, object(), math.nan, math.inf, "nonsense", [], {}, [math.nan] * 3]
    match trait:
        case Distribution():
            n = trait.min_length
            wrong = [[0.5] * (n + 4), [-0.5, 1.5, *[0.0] * (n - 2)], [1.5, *[0.0] * (n - 1)]]
            return [*nowhere, *wrong, [1.0], 0.5, [0.9 / n] * n, ["a"] * n]
        case Vector():
            n = max(trait.min_length, 1)
            wrong = [[trait.maximum + 1] * n, [trait.minimum] * (trait.max_length + 1)]
            return [*(x for x in nowhere if trait.min_length or x != []), *wrong]
        case Integer():
            return [*nowhere, trait.maximum + 1, trait.minimum - 1, trait.minimum + 0.5, True]
        case Number():
            return [*nowhere, trait.maximum * 2 + 1, trait.minimum - 1, True]
        case Choice():
            return [*nowhere, 1, True, "NATS"]
        case Flag():
            return [*nowhere, 1, 0]
        case Text():
            return [*(v for v in nowhere if not isinstance(v, str)), "x" * (trait.max_length + 1)]
    raise AssertionError(f"no bad values for {type(trait).__name__}")


@CLASSES
def test_a_bad_state_is_refused_and_leaves_the_old_one(cls: type[Explorable]) -> None:
    explorable = cls()
    before = explorable.state
    for key, trait in cls.class_traits(state=True).items():
        for value in bad_values(trait):
            with pytest.raises(StateError, match=re.escape(key)):
                setattr(explorable, key, value)
            with pytest.raises(StateError, match=re.escape(key)):
                cls(**{key: value})
            assert explorable.state == before
            assert isinstance(StateError("x"), ValueError)
            assert isinstance(StateError("x"), traitlets.TraitError)


@CLASSES
def test_an_unknown_trait_is_named(cls: type[Explorable]) -> None:
    with pytest.raises(TypeError, match="no trait nonsense"):
        cls(nonsense=1)
    with pytest.raises(AttributeError, match="no trait nonsense; it has"):
        cls().nonsense = 1


@CLASSES
def test_what_is_derived_cannot_be_set(cls: type[Explorable]) -> None:
    explorable = cls()
    for name in [*cls.quantities, "state", "values"]:
        with pytest.raises(AttributeError, match=name):
            setattr(explorable, name, 0.0)


@CLASSES
def test_a_bad_message_from_a_view_changes_nothing_and_is_answered(
    cls: type[Explorable], monkeypatch: pytest.MonkeyPatch
) -> None:
    explorable, other = list(random_explorables(cls, 1, seed=7))
    before = explorable.state
    answers = []
    monkeypatch.setattr(cls, "send_state", lambda self, key=None: answers.append(self.state))
    for key, trait in cls.class_traits(state=True).items():
        for value in bad_values(trait):
            with pytest.raises(StateError, match=re.escape(key)):
                explorable.set_state({**other.state, key: value})
            assert explorable.state == before
            assert answers.pop() == before
    explorable.set_state(other.state)
    assert explorable.state == other.state


def test_a_state_is_set_whole() -> None:
    explorable = REGISTRY["cross_entropy"]()
    before = explorable.state
    with pytest.raises(StateError, match="set the whole"):
        explorable.p[0] = 0.9
    with pytest.raises(StateError, match="set the whole"):
        explorable.p += [0.1]
    for change in (list.append, list.remove):
        with pytest.raises(StateError):
            getattr(explorable.q, change.__name__)(0.6)
    assert explorable.state == before
    assert copy.deepcopy(explorable.p) == pickle.loads(pickle.dumps(explorable.p)) == explorable.p


@pytest.mark.parametrize("value", [10**400, np.array(0.5), np.eye(3), b"\x00\x01\x00", "p" * 10**6])
def test_what_python_can_hold_but_no_state_can_is_refused_in_few_words(value: object) -> None:
    for name, key in (("cross_entropy", "p"), ("surprise", "p"), ("kl", "unit")):
        explorable = REGISTRY[name]()
        with pytest.raises(StateError) as refusal:
            setattr(explorable, key, value)
        assert len(str(refusal.value)) < 200


def test_infinity_is_shown_in_words_where_it_means_that_there_is_no_number() -> None:
    never = Quantity("0 from", decimals=2, infinite="not up to 200")
    assert [never.text(x) for x in (1.5, math.inf, -math.inf)] == ["1.50", "not up to 200", "-inf"]
    assert Quantity("loss").text(math.inf) == "inf"


@CLASSES
def test_its_repr_makes_it_again(cls: type[Explorable]) -> None:
    for explorable in random_explorables(cls, 5, seed=5):
        again = eval(repr(explorable), {cls.__name__: cls})
        assert again.state == explorable.state
        assert again.values == explorable.values
        assert again.values.keys() == explorable.shown.keys()


@CLASSES
def test_state_can_be_observed(cls: type[Explorable]) -> None:
    explorable, other = list(random_explorables(cls, 1, seed=6))
    seen = []
    explorable.observe(lambda change: seen.append(change["name"]))
    changed = [k for k, v in other.state.items() if v != explorable.state[k]]
    with explorable.hold_trait_notifications():
        for key, value in other.state.items():
            setattr(explorable, key, value)
    assert set(changed) <= set(seen)


class Mount(html.parser.HTMLParser):
    """Reads a static mount."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.data: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.data.append(data)


@CLASSES
def test_the_mount_holds_state_figure_and_description_and_a_course_keeps_it(
    cls: type[Explorable],
) -> None:
    explorable = cls()
    data, _ = explorable._repr_mimebundle_()
    assert sum(len(str(part)) for part in data.values()) < Limits().output_kib * 1024
    source = data["text/html"]
    mount = Mount(source)
    figure = dict(mount.tags)["figure"]
    assert figure["data-explorable"] == cls.name
    assert "explorable" in figure["class"].split()
    assert "<" not in source.split("data-config>", 1)[1].split("</script>", 1)[0], "it would end"
    config = json.loads(mount.data[0])
    assert config["state"] == explorable.state
    assert [q["key"] for q in config["quantities"]] == list(cls.quantities)
    image = dict(mount.tags)["img"]
    assert image["src"].startswith("data:image/png;base64,")
    assert len(image["alt"]) > 30
    assert int(image["width"]) > 300
    assert len(source) < 100_000


def test_a_picture_keeps_the_colours_of_small_marks() -> None:
    explorable = REGISTRY["cross_entropy"](p=[1, 0, 0])
    image = Image.open(io.BytesIO(to_png(explorable.figure())[0])).convert("RGB")
    pixels = np.asarray(image, dtype=int).reshape(-1, 3)
    for tone in ("p", "q"):
        wanted = [int(COLORS[tone][i : i + 2], 16) for i in (1, 3, 5)]
        assert np.abs(pixels - wanted).sum(axis=1).min() <= 12, tone
    assert pixels[0].tolist() == [255, 255, 255]


@CLASSES
def test_the_words_around_it_are_there(cls: type[Explorable]) -> None:
    assert cls.title
    views = [explorable.view for explorable in in_views(cls) if "view" in explorable.state]
    labels = [quantity.label for quantity in cls.quantities.values()]
    for words in (cls.prompt, cls.challenge, *labels):
        # One text for all views, or one for each.
        assert isinstance(words, str) or list(words) == views
        assert all(words.values() if isinstance(words, dict) else [words])
    for explorable in in_views(cls):
        assert explorable.words(cls.prompt).endswith((".", "?"))
        assert explorable.shown
    for quantity in cls.quantities.values():
        assert quantity.tone in {"p", "q", "h", "d", "ink", "muted"}
        assert set(quantity.views) <= set(views)


@CLASSES
def test_no_propertys_sentence_has_a_colon(cls: type[Explorable]) -> None:
    """Sphinx would take what stands before it for the property's type."""
    properties = [one for one in vars(cls).values() if isinstance(one, property)]
    assert not [one.__doc__ for one in properties if ":" in str(one.__doc__).partition("\n")[0]]


def test_numpy_values_are_accepted_and_become_plain() -> None:
    cls = REGISTRY["cross_entropy"]
    explorable = cls(p=np.array([0.25, 0.25, 0.5]), q=np.float32([1, 0, 0]))
    assert explorable.p == [0.25, 0.25, 0.5]
    assert type(explorable.q[0]) is float


def test_an_exported_notebook_carries_explorables_and_leaves_others_their_widgets(tmp_path) -> None:
    ours, theirs = REGISTRY["kl"]()._repr_mimebundle_()[0], {export.VIEW: {"model_id": "theirs"}}
    cell = nbformat.v4.new_code_cell
    output = nbformat.v4.new_output
    cells = [
        cell("a", outputs=[output("display_data", ours), output("display_data", ours)]),
        cell("b", outputs=[output("display_data", theirs), output("stream", text="said\n")]),
    ]
    for kept in (2, 1):
        notebook = nbformat.v4.new_notebook(cells=cells[:kept], metadata={"widgets": {"state": {}}})
        made, _ = export.CarryExplorables()(copy.deepcopy(notebook), {})
        first, second = (each.data for each in made.cells[0].outputs)
        assert export.VIEW not in first.keys() | second.keys()
        assert "<script>" in first["text/html"]
        assert second["text/html"] == ours["text/html"]
        assert ("widgets" in made.metadata) == (kept == 2)
    assert made.cells[0].outputs[0].data["image/png"] == ours["image/png"]

    # Switching it on keeps what else is set.
    config = tmp_path / "etc" / "jupyter" / "jupyter_config.json"
    config.parent.mkdir(parents=True)
    config.write_text('{"HTMLExporter": {"exclude_input": true, "preprocessors": ["theirs"]}}')
    export.switch_on(tmp_path)
    export.switch_on(tmp_path)
    html_exporter = json.loads(config.read_text())["HTMLExporter"]
    assert html_exporter["exclude_input"]
    ours = "lib.explorables.export.CarryExplorables"
    assert html_exporter["preprocessors"] == ["theirs", ours]


@pytest.mark.parametrize("by", ["the exporter", "a preprocessor"])
def test_where_an_export_is_sanitised_an_explorable_is_its_picture(by: str) -> None:
    made = [nbformat.v4.new_output("display_data", REGISTRY["kl"]()._repr_mimebundle_()[0])]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("kl", outputs=made)])
    steps = [SanitizeHTML] * (by == "a preprocessor") + [export.CarryExplorables]
    exporter = HTMLExporter(preprocessors=steps, sanitize_html=by == "the exporter")
    page, _ = exporter.from_notebook_node(notebook)
    assert made[0].data["image/png"] in page
    assert not re.search("data-explorable|schema", page), "markup that is shown as text"


RULES = """
import {{ mended }} from '{path}';
const {{ rules, states }} = JSON.parse(await new Response(process.stdin).text());
console.log(JSON.stringify(states.map((state) => mended(rules, state))));
"""


@pytest.mark.parametrize("cls", [c for c in REGISTRY.values() if c.rules], ids=lambda cls: cls.name)
def test_the_page_keeps_the_same_rules_between_traits(cls: type[Explorable]) -> None:
    rng = np.random.default_rng(0)
    traits = cls.class_traits(state=True)
    states = [{name: random_value(t, rng) for name, t in traits.items()} for _ in range(300)]
    path = (ROOT / "lib" / "explorables" / "js" / "kit" / "rules.js").as_uri()
    answer = subprocess.run(
        [node(), "--input-type=module", "-e", RULES.format(path=path)],
        input=json.dumps({"rules": cls().config()["rules"], "states": states}),
        capture_output=True,
        text=True,
        check=True,
    )
    broken = 0
    for state, patch in zip(states, json.loads(answer.stdout), strict=True):
        explorer = cls(**state)
        assert explorer.state == {**state, **patch}
        explorer.close()
        broken += bool(patch)
    assert broken > 50
