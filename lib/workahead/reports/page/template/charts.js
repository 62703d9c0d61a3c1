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
    if (window.Plotly) return; // from the file that pages share
    const packed = atob(document.getElementById("wa-plotly")?.textContent ?? "");
    if (!packed) throw new Error("the script file that this page shares with others is not where it was");
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

  // Saving: a picture with its title on white, and the numbers with what each says on hover.

  function save(name, type, bytes) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([bytes], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  function wrapped(text, letters) {
    const lines = [""];
    for (const word of text.split(" ")) {
      if (lines.at(-1) && lines.at(-1).length + word.length >= letters) lines.push("");
      lines.push(`${lines.pop()} ${word}`.trim());
    }
    return lines;
  }

  async function picture({ figure, plot, held }) {
    const { data, layout } = structuredClone(held);
    const width = Math.max(480, plot.clientWidth);
    const lines = wrapped(figure.querySelector(".wa-chart-title")?.textContent ?? "", Math.floor(width / 8));
    const above = lines[0] ? 14 + 20 * lines.length : 0;
    const safe = lines.map((line) => line.replaceAll("&", "&amp;").replaceAll("<", "&lt;"));
    const height = (layout.height ?? 420) + above;
    Object.assign(layout, {
      width, height, autosize: false, paper_bgcolor: "#ffffff",
      margin: { ...layout.margin, t: (layout.margin?.t ?? 12) + above },
      title: { ...layout.template?.layout?.title, text: `<b>${safe.join("<br>")}</b>`, x: 0.01, y: 1 - 20 / height, yanchor: "bottom", yref: "container" },
    });
    const url = await Plotly.toImage({ data, layout }, { format: "png", scale: 2, width, height });
    return Uint8Array.from(atob(url.split(",")[1]), (letter) => letter.charCodeAt(0));
  }

  const plain = (html) => new DOMParser()
    .parseFromString(String(html ?? "").replace(/<br\s*\/?>/gi, " "), "text/html").body.textContent.trim();

  const printed = (value, format) => {
    if (!format || typeof value !== "number") return value;
    const digits = Number(format.match(/\.(\d)/)?.[1] ?? 0);
    if (format.endsWith("%")) return `${(100 * value).toFixed(digits)}%`;
    return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  };

  function point(plot, trace, at, custom, z) {
    const place = (letter, index) => {
      const axis = plot._fullLayout[(trace[`${letter}axis`] ?? letter).replace(letter, `${letter}axis`)];
      const value = trace[letter]?.[index];
      const named = axis?.ticktext && axis.tickvals ? [...axis.tickvals].indexOf(value) : -1;
      if (named >= 0) return plain(axis.ticktext[named]);
      // the house's charts give a point's own name first
      return axis?.ticktext && Array.isArray(custom) && typeof custom[0] === "string" ? plain(custom[0]) : value;
    };
    const held = { x: place("x", at.x), y: place("y", at.y), z };
    const template = [trace.hovertemplate].flat()[0] ?? "";
    const said = template.replace(/<extra>.*<\/extra>/, "").replace(/%\{(\w+)(?:\[(\d+)\])?(?::([^}]*))?\}/g,
      (_, name, index, format) => {
        const value = name === "customdata" ? custom : held[name];
        return printed(index === undefined ? value : value?.[index], format) ?? "";
      });
    return [plain(trace.name === undefined || /^trace \d+$/.test(trace.name) ? "" : trace.name), held.x, held.y, z, plain(said)];
  }

  function numbers(plot) {
    const seen = plot._fullData.filter((trace) => trace.visible === true);
    const speaking = seen.filter((trace) => trace.hoverinfo !== "skip");
    const rows = (speaking.length ? speaking : seen).flatMap((trace) => {
      const { x, y, z, customdata } = trace;
      if (z) {
        return [...z].flatMap((line, i) => [...line].map((value, j) =>
          value === null ? null : point(plot, trace, { x: j, y: i }, customdata?.[i]?.[j], value)));
      }
      return Array.from({ length: Math.max(x?.length ?? 0, y?.length ?? 0) }, (_, i) =>
        [x?.[i], y?.[i]].includes(null) ? null : point(plot, trace, { x: i, y: i }, customdata?.[i]));
    });
    return [["series", "x", "y", "value", "reads"], ...rows.filter(Boolean)];
  }

  const field = (value) => {
    let text = value ?? "";
    if (typeof text === "string" && /^\s*[=+\-@\t\r]/.test(text)) text = `'${text}`; // no spreadsheet runs it
    return /[",\n\r]/.test(text) ? `"${String(text).replaceAll('"', '""')}"` : String(text);
  };

  function offer(chart) {
    const { figure, plot } = chart;
    const name = figure.dataset.name;
    const button = (words, act) => {
      const made = document.createElement("button");
      made.type = "button";
      made.textContent = words;
      made.setAttribute("aria-label", `${words}: ${figure.getAttribute("aria-label")}`);
      made.addEventListener("click", act);
      return made;
    };
    figure.querySelector(".wa-tools").append(
      button("Save as PNG", async () => save(`${name}.png`, "image/png", await picture(chart))),
      button("Save as CSV", () => {
        const lines = numbers(plot).map((row) => row.map(field).join(","));
        save(`${name}.csv`, "text/csv", `${lines.join("\r\n")}\r\n`);
      }),
    );
  }

  plotly()
    .then(() => {
      draw(paper.matches);
      charts.forEach(offer);
      dark.addEventListener("change", () => draw(paper.matches));
      addEventListener("beforeprint", () => draw(true));
      addEventListener("afterprint", () => draw(false));
      document.documentElement.dataset.charts = "drawn";
    })
    .catch((error) => {
      document.documentElement.dataset.charts = "failed";
      console.error("The charts could not be drawn; their texts and tables stand in their place.", error);
    });
})();
