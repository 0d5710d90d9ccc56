"""The page and ``lib`` draw the same random numbers."""

import json
import subprocess

import numpy as np
import pytest

from lib.randomness import PortableRandom
from tests.page_side import ROOT, node

SCRIPT = """
import {{ PortableRandom }} from '{path}';
const r = new PortableRandom({seed});
console.log(JSON.stringify({{
  permutation: r.permutation(40),
  uniform: Array.from({{ length: 200 }}, () => r.random()),
  normal: Array.from({{ length: 201 }}, () => r.normal()),
}}));
"""


@pytest.mark.parametrize("seed", [0, 1, 7, 12345, 2**31, 2**32 - 1])
def test_the_page_draws_the_same_numbers(seed: int) -> None:
    path = (ROOT / "lib" / "explorables" / "js" / "math" / "randomness.js").as_uri()
    script = SCRIPT.format(path=path, seed=seed)
    answer = subprocess.run(
        [node(), "--input-type=module", "-e", script], capture_output=True, text=True, check=True
    )
    page = json.loads(answer.stdout)
    ours = PortableRandom(seed)
    assert ours.permutation(40).tolist() == page["permutation"]
    assert ours.random(200).tolist() == page["uniform"]
    np.testing.assert_allclose(ours.standard_normal(201), page["normal"], rtol=1e-12)


def test_the_numbers_are_spread_as_they_should_be() -> None:
    source = PortableRandom(3)
    uniform = source.random(20_000)
    assert abs(uniform.mean() - 0.5) < 0.01
    assert abs(uniform.var() - 1 / 12) < 0.003
    assert 0 <= uniform.min() < uniform.max() < 1
    normal = source.standard_normal((100, 200))
    assert normal.shape == (100, 200)
    assert abs(normal.mean()) < 0.02
    assert abs(normal.std() - 1) < 0.02
    assert abs(np.corrcoef(normal[:, :-1].ravel(), normal[:, 1:].ravel())[0, 1]) < 0.02
    assert sorted(source.permutation(50)) == list(range(50))


@pytest.mark.parametrize(("seed", "error"), [(-1, ValueError), (0.5, TypeError), ("a", TypeError)])
def test_a_bad_seed_is_refused(seed: object, error: type[Exception]) -> None:
    with pytest.raises(error, match="seed"):
        PortableRandom(seed)
