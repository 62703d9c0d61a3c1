(() => {
  "use strict";
  const PRINT_WIDTH = 672; // A4 or Letter less its margins, in CSS pixels
  const PRINTED_ROWS = 40; // longer tables that are folded stay on the page
  const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  const folds = [...document.querySelectorAll("details.wa-table")];
  const words = (cell) => cell.textContent.trim().replace(/\s+/g, " ");
  const number = (text) => Number.parseFloat(text.replaceAll(",", "").replace("−", "-"));
  const COMPARED = {
    text: (text) => text,
    date: (text) => (text === "n/a" ? NaN : Number(text.replaceAll("-", ""))),
    month: (text) => 12 * Number(text.slice(4)) + MONTHS.indexOf(text.slice(0, 3)),
  };
  const letters = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

  function sortable(table) {
    const heads = [...table.tHead.rows[0].cells];
    const body = table.tBodies[0];
    const asWritten = [...body.rows];
    heads.forEach((head, column) => {
      const kind = head.dataset.kind ?? "text";
      const key = COMPARED[kind] ?? number;
      const ways = kind === "text" ? ["ascending", "descending"] : ["descending", "ascending"];
      const button = document.createElement("button");
      button.type = "button";
      button.title = "Sort";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const way = ways[ways.indexOf(head.ariaSort) + 1]; // the third time: as it was written
        for (const other of heads) other.removeAttribute("aria-sort");
        if (way) head.ariaSort = way;
        const sign = way === "descending" ? -1 : 1;
        const keyed = asWritten.map((row) => [key(words(row.cells[column])), row]);
        if (way) {
          keyed.sort(([one], [other]) => {
            if (kind === "text") return sign * letters.compare(one, other);
            return Number.isNaN(one) - Number.isNaN(other) || sign * (one - other) || 0; // what is missing stands last
          });
        }
        body.append(...keyed.map(([, row]) => row));
      });
    });
  }

  function copied(table) {
    const kinds = [...table.tHead.rows[0].cells].map((head) => head.dataset.kind ?? "text");
    const plain = (cell, column) => {
      const text = words(cell);
      if (cell.closest("thead") || kinds[column] === "text") return text.replace(/^(?=[=+\-@])/, "'"); // never a formula
      return text === "n/a" ? "" : text.replaceAll(",", "").replace("−", "-");
    };
    return [...table.rows].map((row) => [...row.cells].map(plain).join("\t")).join("\n");
  }

  function put(text) {
    // Works from a file and over plain http too, where there may be no navigator.clipboard.
    const hand = (event) => {
      event.clipboardData.setData("text/plain", text);
      event.preventDefault();
    };
    document.addEventListener("copy", hand, { once: true });
    const done = document.execCommand("copy");
    document.removeEventListener("copy", hand);
    return done ? Promise.resolve() : navigator.clipboard.writeText(text);
  }

  for (const fold of folds) {
    const table = fold.querySelector("table");
    if (!table) continue;
    sortable(table);
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    const said = document.createElement("span");
    said.setAttribute("role", "status");
    button.setAttribute("aria-label", `Copy: ${fold.querySelector(".wa-scroll").getAttribute("aria-label")}`);
    button.addEventListener("click", () => {
      put(copied(table)).then(() => "Copied", () => "The browser does not let this page copy").then((words) => {
        said.textContent = words;
        setTimeout(() => said.replaceChildren(), 3000);
      });
    });
    fold.querySelector(".wa-tools").append(button, said);
  }

  function unfold() {
    const fold = location.hash && document.getElementById(location.hash.slice(1))?.closest("details");
    if (fold && !fold.open) {
      fold.open = true;
      fold.scrollIntoView();
    }
  }
  addEventListener("hashchange", unfold);
  unfold();
  for (const link of document.querySelectorAll("a.wa-rows")) {
    // the same link a second time is no change of hash
    link.addEventListener("click", () => { document.getElementById(link.hash.slice(1)).closest("details").open = true; });
  }

  // A note of a card lies over the text: a click elsewhere or Escape puts it away.
  const notes = [...document.querySelectorAll(".wa-card .wa-how")];
  addEventListener("click", (event) => {
    for (const note of notes) if (!note.contains(event.target)) note.open = false;
  });
  addEventListener("keydown", (event) => {
    const note = event.key === "Escape" && notes.find((one) => one.open);
    if (!note) return;
    note.open = false;
    note.querySelector("summary").focus();
  });

  addEventListener("beforeprint", () => {
    for (const fold of folds) {
      const table = fold.querySelector("table");
      if (!fold.open && (table?.rows.length ?? 0) <= PRINTED_ROWS) {
        fold.dataset.folded = "";
        fold.open = true;
      }
      if (table) table.style.zoom = Math.min(0.77, (0.98 * PRINT_WIDTH) / table.scrollWidth);
    }
  });
  addEventListener("afterprint", () => {
    for (const fold of folds) {
      if ("folded" in fold.dataset) fold.open = false;
      delete fold.dataset.folded;
      const table = fold.querySelector("table");
      if (table) table.style.zoom = "";
    }
  });
})();
