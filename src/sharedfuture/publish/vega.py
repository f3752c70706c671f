"""Vega's drawings and script, made in a process of their own beside other work.

The converter keeps the interpreter to itself while it works, for two seconds and more: in a thread
it would stop everything else. This module imports nothing of the site, so that the process is
ready at once.
"""

import json
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

import vl_convert

_MODULE = "sharedfuture.publish.vega"
_SNIPPET = "window.vegaEmbed = vegaEmbed;"


class Drawn:
    """What the process made: the script, each drawing as SVG, some of them as PNG.

    The script is Vega, Vega-Lite and Vega-Embed in one, with nothing fetched by the page.
    """

    __slots__ = ("png", "script", "svg")

    def __init__(self, answer: Mapping[str, Any]) -> None:
        self.script: str = answer["script"]
        self.svg: Mapping[str, str] = answer["svg"]
        self.png: Mapping[str, bytes] = {
            name: b64decode(data) for name, data in answer["png"].items()
        }


def draw_apart(specs: Mapping[str, Mapping[str, Any]], *, png: Mapping[str, float]) -> Drawn:
    """Draw each Vega-Lite specification, those in `png` also as a picture at this scale.

    Waits for the process without keeping the interpreter, so that a thread may call it. Raises
    RuntimeError with the converter's words where it fails.
    """
    done = subprocess.run(
        [sys.executable, "-P", "-m", _MODULE],
        input=json.dumps({"specs": specs, "png": png}),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"drawing the charts failed: {done.stderr.strip()}")
    return Drawn(json.loads(done.stdout))


def _answer(question: Mapping[str, Any]) -> dict[str, Any]:
    svg = {name: vl_convert.vegalite_to_svg(spec) for name, spec in question["specs"].items()}
    return {
        "script": vl_convert.javascript_bundle(_SNIPPET),
        "svg": svg,
        "png": {
            name: b64encode(vl_convert.svg_to_png(svg[name], scale=scale)).decode("ascii")
            for name, scale in question["png"].items()
        },
    }


if __name__ == "__main__":
    json.dump(_answer(json.load(sys.stdin)), sys.stdout)
