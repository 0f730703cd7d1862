"""The catalogue page of STP007, wired into the STP family."""

from __future__ import annotations

from ftui.rules.rule import Rule

RULE = Rule(
    code="STP007",
    name="stop-not-configured",
    severity="error",
    scope="project",
    summary="The answers end with a marker at which inference does not stop.",
    why="A marker in the data is half of a stop signal: the model learns to write it, and the engine has to know "
    "it. "
    "Where the engine does not, users read `### End`, and after it whatever comes to the model's mind until the "
    "token limit.",
    example="bad:  answers end with `### End`, and the Modelfile has no `PARAMETER stop`\n"
    'good: the Modelfile says `PARAMETER stop "### End"`',
    remedy='Add the line that the finding names: `PARAMETER stop "### End"` in the Modelfile, `"stop_strings": '
    '["### End"]` in generation_config.json, `sequences = ["### End"]` under [stop] in ftui.toml. The fix adds it '
    "to "
    "the Modelfile (`f`, or `ftui fix --select STP007`). It is safe where it changes only what is missing: one "
    "line more, every other byte as it was, on a model from a file (`FROM ./model.gguf`). With `FROM` a model of "
    "a library it is unsafe, because the stop sequences of that model no longer count once a Modelfile has one "
    "of its own.",
    certainty="Exact, letter for letter as an engine compares. The marker is that of STP001: named in ftui.toml, "
    "or found at the end of three quarters of the answers. Inference is the Modelfile where there is one, else "
    "generation_config.json; a list of stop sequences in ftui.toml that lacks the marker is a finding of its "
    "own. A stop sequence with which the marker begins (`###` for `### End`) is enough, and so is a marker that "
    "is itself an end token of the model (EOS, EOT). Data without a marker is judged only where a Modelfile with a "
    "TEMPLATE has no stop sequence and no GGUF can be read that would name the end tokens: then the text that the "
    "template writes after an answer is missing as a stop sequence. Skipped where no file and no setting says "
    "where inference stops, or where the marker is not decided (STP002).",
    fix="safe",
)
