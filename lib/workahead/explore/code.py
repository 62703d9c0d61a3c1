"""What a person set, as text to take along: the line of Python and the report's command, each with a copy button.

Where a report can't show it, why stands in the command's place.
"""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets

from workahead.show.shown import LAB_CSS

_SCRIPT = """
function render({ model, el }) {
  el.classList.add("wa-code");
  const rows = [["line", "In a cell"], ["command", "As a report"]].map(([key, name]) => {
    const row = document.createElement("div"), label = document.createElement("span");
    const text = document.createElement("code"), copy = document.createElement("button");
    label.textContent = name;
    copy.textContent = "Copy";
    copy.className = "jupyter-button";
    copy.setAttribute("aria-label", `Copy: ${name}`);
    copy.onclick = async () => {
      try {
        await navigator.clipboard.writeText(model.get(key));
        copy.textContent = "Copied";
      } catch { // without a secure context the text is marked, for Ctrl-C
        getSelection().selectAllChildren(text);
        copy.textContent = "Press Ctrl-C";
      }
      setTimeout(() => { copy.textContent = "Copy"; }, 1500);
    };
    row.append(label, text, copy);
    el.append(row);
    const fill = () => { text.textContent = model.get(key); row.hidden = !model.get(key); };
    model.on(`change:${key}`, fill);
    fill();
    return () => model.off(`change:${key}`, fill);
  });
  // a screen reader hears no name of ipywidgets' sliders, and of their choices only the number
  const speak = () => {
    for (const slider of el.closest(".wa-panel")?.querySelectorAll(".widget-hslider") ?? []) {
      const handle = slider.querySelector("[role=slider]");
      handle?.setAttribute("aria-label", slider.querySelector(".widget-label").textContent);
      handle?.setAttribute("aria-valuetext", slider.querySelector(".widget-readout").textContent);
    }
  };
  const why = document.createElement("div"), told = document.createElement("em");
  why.append(Object.assign(document.createElement("span"), { textContent: "As a report" }), told);
  el.append(why);
  const explain = () => { told.textContent = model.get("unreported"); why.hidden = !told.textContent; };
  model.on("change:unreported", explain);
  explain();
  const soon = () => setTimeout(speak, 100);
  soon();
  model.on("change:line", soon);
  return () => {
    rows.forEach((off) => off());
    model.off("change:unreported", explain);
    model.off("change:line", soon);
  };
}
export default { render };
"""
_STYLE = """
.wa-code > div { display: flex; gap: .8em; align-items: baseline; margin: .2em 0 }
.wa-code > div[hidden] { display: none }
.wa-code span { flex: 0 0 6em }
.wa-code code { flex: 0 1 auto; white-space: pre-wrap; overflow-wrap: anywhere }
.wa-code button { flex: none; width: auto; cursor: pointer }
.wa-panel .widget-hslider .widget-readout { min-width: max-content; margin-right: 1em }
.wa-accounts { overflow-x: auto }
.wa-accounts tbody td:first-child { white-space: nowrap }
.wa-accounts tbody td:not(.dt-type-numeric) { min-width: 7em }
.wa-accounts tbody td:last-child:not(.dt-type-numeric) { min-width: 12em }
"""


class Code(anywidget.AnyWidget):
    """The texts; an empty one is not shown."""

    _esm = _SCRIPT
    _css = LAB_CSS + _STYLE  # a notebook may hold a panel and nothing else that is shown
    line: Any = traitlets.Unicode("").tag(sync=True)
    command: Any = traitlets.Unicode("").tag(sync=True)
    unreported: Any = traitlets.Unicode("").tag(sync=True)
