(() => {
  "use strict";
  // TEXT, GRID and ACCENT of workahead.charts.theme: all that looks different in the dark. A test keeps them equal.
  const DARK = { "#33373d": "#dcdad4", "#e3e1dc": "#3a3e45", "#0b7285": "#45aabb" };
  const PRINT_WIDTH = 672; // A4 or Letter less its margins, in CSS pixels
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const paper = matchMedia("print");
  const charts = [...document.querySelectorAll("figure.wa-chart")].map((figure) => ({
    figure,
    plot: figure.querySelector(".wa-plot"),
    held: JSON.parse(figure.querySelector(".wa-data").textContent),
  }));

  async function plotly() {
    const packed = atob(document.getElementById("wa-plotly").textContent);
    const bytes = Uint8Array.from(packed, (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const script = document.createElement("script");
    script.textContent = await new Response(stream).text(); // the policy knows its hash
    document.head.append(script);
  }

  const recoloured = (value, key) => {
    if (typeof value === "string") return /color$/i.test(key) && DARK[value.toLowerCase()] || value;
    if (Array.isArray(value)) return value.map((one) => recoloured(one, key));
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, recoloured(one, name)]));
    }
    return value;
  };

  function draw(printing) {
    const night = dark.matches && !printing;
    for (const { figure, plot, held } of charts) {
      const { data, layout } = night ? recoloured(held, "") : structuredClone(held);
      const width = printing ? Math.min(PRINT_WIDTH, figure.clientWidth || PRINT_WIDTH) : undefined;
      const font = { color: night ? "#dcdad4" : "#33373d", ...layout.font };
      Plotly.react(plot, data, { ...layout, font, width, autosize: !width }, { displayModeBar: false, responsive: true });
      figure.classList.add("wa-drawn");
    }
  }

  function printed(on) {
    for (const fold of document.querySelectorAll("details")) {
      if (on && !fold.open) fold.dataset.folded = "";
      if (on) fold.open = true;
      else if ("folded" in fold.dataset) {
        fold.open = false;
        delete fold.dataset.folded;
      }
    }
    for (const scroll of document.querySelectorAll(".wa-scroll")) {
      const table = scroll.querySelector("table");
      if (!table) continue;
      table.style.zoom = on ? Math.min(0.77, (0.98 * PRINT_WIDTH) / table.scrollWidth) : "";
    }
    draw(on);
  }

  plotly()
    .then(() => {
      draw(paper.matches);
      dark.addEventListener("change", () => draw(paper.matches));
      addEventListener("beforeprint", () => printed(true));
      addEventListener("afterprint", () => printed(false));
      document.documentElement.dataset.charts = "drawn";
    })
    .catch((error) => {
      document.documentElement.dataset.charts = "failed";
      console.error("The charts could not be drawn; their texts and tables stand in their place.", error);
    });
})();
