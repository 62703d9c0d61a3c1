(() => {
  "use strict";
  for (const table of document.querySelectorAll("table.wa-readers")) {
    const box = table.parentElement.previousElementSibling;
    if (!box.matches(".wa-filter")) continue; // there are few readers
    if (!box.matches(".wa-filter")) continue; // there are few readers
    const rows = [...table.tBodies[0].rows];
    const names = rows.map((row) => row.cells[0].textContent.toLowerCase());
    const found = box.querySelector("[role=status]");
    box.hidden = false;
    box.querySelector("input").addEventListener("input", (event) => {
      const wanted = event.target.value.trim().toLowerCase();
      let shown = 0;
      rows.forEach((row, i) => {
        row.hidden = !names[i].includes(wanted);
        shown += !row.hidden;
      });
      found.textContent = wanted ? `${shown} of ${rows.length}` : "";
    });
  }
})();
