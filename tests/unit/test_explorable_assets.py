"""Arrays of the book's own on their way to a figure: as a script of the site, and from a kernel."""

import hashlib
import json
import subprocess

import numpy as np
import pytest

from lib.explorables import REGISTRY, Explorable, KLExplorer, export
from lib.explorables._assets import CHARACTER_MODEL, Asset
from lib.language import TRAINED
from tests.page_side import ROOT, node

BYTES = TRAINED.with_suffix(".bin").read_bytes()
NEEDED = sorted({asset for cls in REGISTRY.values() for asset in cls.needs} | {CHARACTER_MODEL})

#: What a page makes of a script: the SHA-256 of each array's bytes, by its name.
READ = """
import {{ createHash }} from 'node:crypto';
import vm from 'node:vm';
import {{ arraysOf, bytesOf }} from '{path}';
const text = await new Response(process.stdin).text();
vm.runInThisContext(text);
const {{ arrays, facts, bytes }} = globalThis.CrossEntropyData_{name};
const hash = ({{ values }}) => createHash('sha256').update(values).digest('hex');
const found = Object.entries(arraysOf(arrays, bytesOf(bytes))).map(([key, one]) =>
  [key, [one.values.constructor.name, one.shape, hash(one)]]);
console.log(JSON.stringify({{ facts, arrays: Object.fromEntries(found) }}));
"""
CALLED = {"|i1": "Int8Array", "|u1": "Uint8Array", "<u2": "Uint16Array"}
CALLED |= {"<f4": "Float32Array", "<f8": "Float64Array"}


@pytest.mark.parametrize("asset", NEEDED, ids=lambda asset: asset.name)
def test_a_script_of_the_site_holds_every_number(asset: Asset) -> None:
    path = (ROOT / "lib" / "explorables" / "js" / "kit" / "data.js").as_uri()
    answer = subprocess.run(
        [node(), "--input-type=module", "-e", READ.format(path=path, name=asset.name)],
        input=asset.script(),
        capture_output=True,
        text=True,
        check=True,
    )
    page = json.loads(answer.stdout)
    known = json.loads((ROOT / "lib" / "data" / f"{asset.name}.json").read_text(encoding="utf-8"))
    assert page["facts"] == {key: known[key] for key in asset.facts}
    start, data = 0, asset.data()
    for one in known["arrays"]:
        size = int(np.prod(one["shape"])) * np.dtype(one["dtype"]).itemsize
        digest = hashlib.sha256(data[start : start + size]).hexdigest()
        assert page["arrays"].pop(one["name"]) == [CALLED[one["dtype"]], one["shape"], digest]
        start += size
    assert not page["arrays"]
    assert start == len(data)


def test_a_view_is_sent_what_its_figure_needs_and_nothing_is_saved(monkeypatch) -> None:
    sent = []
    monkeypatch.setattr(Explorable, "send", lambda self, *message: sent.append(message))
    explorable = KLExplorer()
    explorable._handle_custom_msg({"wants": CHARACTER_MODEL.name}, [])
    assert not sent, "what it does not need it has not got"
    assert "needs" not in explorable.config()

    monkeypatch.setattr(KLExplorer, "needs", (CHARACTER_MODEL,))
    for message in ({"wants": CHARACTER_MODEL.name}, {"wants": "data"}, {"wants": []}, "data"):
        explorable._handle_custom_msg(message, [])
    ((content, buffers),) = sent
    assert content["of"] == CHARACTER_MODEL.name
    assert content["facts"]["alphabet"].startswith("\n !")
    assert b"".join(buffers) == BYTES
    needy = KLExplorer()
    assert needy.config()["needs"] == [{"name": "character_model", "words": "the character model"}]
    assert len(json.dumps(needy.get_state(), default=str)) < 100_000
    assert len(needy.mount_html()) < 100_000


def test_an_exported_notebook_carries_the_script_before_the_figure(monkeypatch) -> None:
    assert "globalThis.CrossEntropyData_" not in export.live("", {"kl"})
    monkeypatch.setattr(KLExplorer, "needs", (CHARACTER_MODEL,))
    page = export.live("", {"kl"})
    assert page.count(CHARACTER_MODEL.script()) == 1
    assert "</script" not in CHARACTER_MODEL.script()
