"""The base of every explorable: an ipywidget with a kernel, a light static mount without one."""

import base64
import html
import json
import keyword
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar

import anywidget
import numpy as np
import traitlets

from lib.explorables._assets import Asset, described
from lib.explorables._traits import Rule, StateError, StateTrait
from lib.figures.style import to_png

STATIC = Path(__file__).parent / "static"
#: Stands below the picture of an explorable wherever it is not alive.
WAIT = "This is a picture of an interactive figure: its script has not run here."
#: The same where a figure has more data of the reader's than a page may carry, and no link can.
TOO_LARGE = (
    "This is a picture of an interactive figure: its data are too large for a page or a link. "
    "It can be moved in a running notebook."
)
#: Numbers of the reader's that a page may carry; a kernel sends any number.
CARRIED = 4096

#: Every explorable of the book, by the name it has in the page.
REGISTRY: dict[str, type["Explorable"]] = {}


#: A text, or one for each view, by the value of the trait ``view``.
Words = str | dict[str, str]


def counted(n: int, one: str) -> str:
    """Return how many there are: '1 step', '2 steps'."""
    return f"{n} {one}{'' if n == 1 else 's'}"


class Computed(property):
    """A property that an explorable shows, as its ``quantity`` says."""

    quantity: "Quantity"


@dataclass(frozen=True)
class Quantity:
    """A number an explorable shows: its words, its unit and its decimals.

    It stands above the method that computes the number and makes it a property.
    ``{trait}`` in the unit stands for the value of that trait: ``@Quantity("H(P)", "{unit}")``.
    ``views`` are those that show it; without any, all do.
    ``tone`` is the palette's name for its colour: ``p q h d ink``. With ``scientific``, a number
    that the decimals would show as 0, or of a million and more, is shown as a power of ten.
    ``infinite`` is shown in the place of ∞, where that is no result but says that there is none.
    """

    label: Words
    unit: str = ""
    decimals: int = 4
    tone: str = "ink"
    scientific: bool = False
    infinite: str = ""
    views: tuple[str, ...] = ()

    def __call__(self, compute: Callable[[Any], float]) -> Computed:
        made = Computed(compute)
        made.quantity = self
        return made

    def text(self, value: float) -> str:
        """Write a value as the page does, without its unit."""
        if value == math.inf and self.infinite:
            return self.infinite
        fits = 0.5 * 10**-self.decimals <= abs(value) < 1e6 or math.isinf(value)
        if self.scientific and not fits:
            return f"{value:.1e}" if value else "0"
        return f"{value:.{self.decimals}f}"


class Explorable(anywidget.AnyWidget):
    """An interactive figure whose state is typed traits and whose numbers come from ``lib``.

    A subclass names itself, declares its traits, and defines a method under a `Quantity` for each
    number that it shows, computed by ``lib``. Its view is the file of the same name in
    ``js/explorables``.

    Attributes
    ----------
    name : the name in the page, in permalinks and of the embed page.
    title, prompt, challenge : the words around the figure; prompt and challenge may be of a view.
    solutions : states that solve each challenge; other traits are as they were at first.
    quantities : what it shows, by property name.
    own_data : arrays of the reader's own, by name, if it has any. They are given once and are no
        part of the state: a view asks the kernel for their bytes, so that neither a saved
        notebook's widgets nor a link holds them.
    variables : what *Show the Python* calls these arrays.
    needs : arrays of the book's own that its view needs besides its script; see `Asset`.
    rules : how traits have to fit each other; one that does not is replaced.
    may_be_nan : names of the quantities that show NaN where that is what a program returns.
    """

    name: ClassVar[str] = ""
    title: ClassVar[str] = ""
    prompt: ClassVar[Words] = ""
    challenge: ClassVar[Words] = ""
    solutions: ClassVar[list[dict[str, Any]]] = []
    quantities: ClassVar[dict[str, Quantity]] = {}
    rules: ClassVar[list[Rule]] = []
    needs: ClassVar[tuple[Asset, ...]] = ()
    may_be_nan: ClassVar[tuple[str, ...]] = ()

    _css = STATIC / "explorables.css"
    _config = traitlets.Dict().tag(sync=True)
    _data: Mapping[str, np.ndarray] = MappingProxyType({})
    _variables: Mapping[str, str] = MappingProxyType({})

    def __init_subclass__(cls, **kwargs: Any) -> None:
        if "name" in vars(cls):  # not so in the class that traitlets makes for an instance
            if (script := STATIC / f"{cls.name}.mjs").exists():  # not before it is bundled
                cls._esm = script
            own = vars(cls).items()
            cls.quantities = {key: one.quantity for key, one in own if isinstance(one, Computed)}
            REGISTRY[cls.name] = cls
        super().__init_subclass__(**kwargs)

    def __init__(self, **state: Any) -> None:
        known = self.class_traits(state=True)
        unknown = sorted(set(state) - set(known))
        if unknown:
            raise TypeError(self._has_no(", ".join(unknown)))
        # Validated before the widget opens its channel, so that a bad state leaves nothing behind.
        for key, value in state.items():
            state[key] = known[key]._validate(self, value)
        super().__init__(**state)
        self._keep_rules()
        if self.rules:
            self.observe(self._keep_rules, list(known))
        self._config = self.config()
        self.on_msg(self._answer)

    def _hold(self, data: Mapping[str, np.ndarray], variables: Mapping[str, str]) -> None:
        """Keep a reader's arrays for the views, each of which asks for them."""
        for key, name in variables.items():
            if not isinstance(name, str) or not name.isidentifier() or keyword.iskeyword(name):
                raise StateError(f"the variable of {key} must be a name in Python, got {name!r}")
        self._data = {key: np.array(array, dtype="<f8") for key, array in data.items()}
        for array in self._data.values():
            array.flags.writeable = False
        self._variables = dict(variables)
        self._config = self.config()

    def _answer(self, _: Any, content: Any, __: Any) -> None:
        """Send the reader's arrays, or some of the book's, to a view that asks for them."""
        wanted = content.get("wants") if isinstance(content, dict) else None
        if wanted == "data" and self._data:
            self.send({"of": wanted, "arrays": self._described()}, [self._bytes()])
        for asset in self.needs:
            if wanted == asset.name:
                self.send({"of": wanted, **asset.about}, [asset.data()])

    def _described(self) -> list[dict[str, Any]]:
        return [described(key, a.shape, a.dtype.str) for key, a in self._data.items()]

    def _bytes(self) -> bytes:
        return b"".join(array.tobytes() for array in self._data.values())

    @property
    def own_data(self) -> dict[str, np.ndarray]:
        """The reader's own arrays, by name; they cannot be changed."""
        return dict(self._data)

    @property
    def variables(self) -> dict[str, str]:
        """What *Show the Python* calls the reader's arrays, by name."""
        return dict(self._variables)

    def _keep_rules(self, _: Any = None) -> None:
        for rule in self.rules:
            for trait, value in rule.mended(self.state):
                setattr(self, trait, value)

    def __setattr__(self, name: str, value: Any) -> None:
        if not name.startswith("_") and not hasattr(type(self), name):
            raise AttributeError(self._has_no(name))
        super().__setattr__(name, value)

    def _has_no(self, name: str) -> str:
        known = ", ".join(self.class_traits(state=True))
        return f"{type(self).__name__} has no trait {name}; it has {known}"

    def get_state(self, key: Any = None, drop_defaults: bool = False) -> dict[str, Any]:
        """Return what a view or a page needs: all, since no widget manager knows our defaults."""
        state: dict[str, Any] = super().get_state(key, drop_defaults=False)
        return state

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take what a view sends; one that sends what is not valid is sent what holds."""
        try:
            super().set_state(sync_data)
        except traitlets.TraitError:
            self.send_state()
            raise

    @property
    def state(self) -> dict[str, Any]:
        """The values of all state traits, by name."""
        return {key: getattr(self, key) for key in self._state_names()}

    @classmethod
    @cache  # traitlets looks through all members of a widget to tell
    def _state_names(cls) -> tuple[str, ...]:
        return tuple(cls.class_traits(state=True))

    def shared(self) -> dict[str, Any]:
        """Return the state that a copied link holds: all, unless a part is for no one else."""
        return self.state

    @property
    def values(self) -> dict[str, float]:
        """Every quantity on screen, computed by ``lib``."""
        return {key: float(getattr(self, key)) for key in self.shown}

    @property
    def shown(self) -> dict[str, Quantity]:
        """The quantities that the view shows."""
        known = self.quantities.items()
        return {key: q for key, q in known if not q.views or self.view in q.views}

    def words(self, words: Words) -> str:
        """Return the text that belongs to the view."""
        return words if isinstance(words, str) else words[self.view]

    def config(self) -> dict[str, Any]:
        """Return what the view needs to know besides the live traits, as JSON-ready data."""
        return {
            "name": self.name,
            "title": self.title,
            "prompt": self.prompt,
            "challenge": self.challenge,
            "quantities": [{"key": key, **vars(q)} for key, q in self.quantities.items()],
            "schema": {
                key: trait.schema()
                for key, trait in self.class_traits(state=True).items()
                if isinstance(trait, StateTrait)
            },
            "rules": [rule.schema() for rule in self.rules],
            "state": self.state,
            **({"needs": [asset.schema() for asset in self.needs]} if self.needs else {}),
            **({"variables": self.variables} if self._data else {}),
        }

    def _carried(self) -> dict[str, Any]:
        """Return the data as JSON, unless they are too large for a page."""
        if not self._data or sum(array.size for array in self._data.values()) > CARRIED:
            return {}
        held = base64.b64encode(self._bytes()).decode("ascii")
        return {"data": {"arrays": self._described(), "bytes": held}}

    def figure(self) -> Any:
        """Draw the current state with matplotlib: the figure of print and of pages without JS."""
        raise TypeError(f"{type(self).__name__} must define figure(), the drawing of its state")

    def describe(self) -> str:
        """Say in a sentence or two what the figure shows, for readers who do not see it."""
        parts = [
            f"{self.words(q.label)} = {q.text(value)} {q.unit.format(**self.state)}".strip()
            for q, value in zip(self.shown.values(), self.values.values(), strict=True)
        ]
        return f"{self.title}: {'; '.join(parts)}."

    def mount_html(self) -> str:
        """Return the static mount: the state as JSON, and a picture until it is alive."""
        return self._mount_html(*to_png(self.figure()))

    def _mount_html(self, image: bytes, width: int, height: int) -> str:
        carried = self._carried()
        config = json.dumps({**self.config(), **carried}, allow_nan=False, ensure_ascii=False)
        config = config.replace("<", "\\u003c")  # nothing in it may close the script element
        png = base64.b64encode(image).decode("ascii")
        alt, title = html.escape(self.describe()), html.escape(self.title)
        return (
            f'<figure class="explorable" data-explorable="{self.name}" aria-label="{title}">'
            f'<script type="application/json" data-config>{config}</script>'
            f'<img class="explorable-fallback" src="data:image/png;base64,{png}" '
            f'alt="{alt}" width="{width}" height="{height}">'
            f'<p class="explorable-wait">{TOO_LARGE if self._data and not carried else WAIT}</p>'
            "</figure>"
        )

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        picture = to_png(self.figure())
        own = {
            "text/html": self._mount_html(*picture),
            "image/png": base64.b64encode(picture[0]).decode("ascii"),
            "text/plain": repr(self),
        }
        return {**data, **own}, metadata

    def __repr__(self) -> str:
        given = [f"{key}={name}" for key, name in self._variables.items()]
        inside = ", ".join(given + [f"{key}={value!r}" for key, value in self.state.items()])
        return f"{type(self).__name__}({inside})"
