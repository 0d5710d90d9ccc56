"""The page trains as ``lib`` does, whatever is wrong: every printed number of whole runs."""

import json
import subprocess

import numpy as np
import pytest

from lib.diagnosis import FAULTS, hidden_fault, train_with_fault
from tests.page_side import ROOT, node

SCRIPT = """
import {{ FaultyRun, hiddenFault }} from '{path}';
const runs = {cases}.map((number) => {{
  const run = new FaultyRun('{fault}', number);
  const rows = run.upTo(25).map(Object.values);
  return {{ fault: hiddenFault(number), attainable: run.attainable, rows }};
}});
console.log(JSON.stringify(runs));
"""
CASES = [1, 2, 60, 198]


@pytest.mark.parametrize("fault", FAULTS)
def test_whole_runs_agree(fault: str) -> None:
    path = (ROOT / "lib" / "explorables" / "js" / "math" / "diagnosis.js").as_uri()
    script = SCRIPT.format(path=path, fault=fault, cases=CASES)
    answer = subprocess.run(
        [node(), "--input-type=module", "-e", script], capture_output=True, text=True, check=True
    )
    for case, page in zip(CASES, json.loads(answer.stdout), strict=True):
        ours = train_with_fault(fault, case=case, epochs=25)
        curves = [
            ours.training_loss,
            ours.training_accuracy,
            ours.validation_loss,
            ours.validation_accuracy,
        ]
        np.testing.assert_allclose(np.transpose(curves), page["rows"], rtol=1e-12, atol=1e-13)
        assert page["attainable"] == pytest.approx(ours.attainable, rel=1e-12)
        assert page["fault"] == hidden_fault(case)
