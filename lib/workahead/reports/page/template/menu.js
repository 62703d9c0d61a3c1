(() => {
  "use strict";
  const menu = document.querySelector(".wa-menu");
  const fold = menu.querySelector("details");
  const here = menu.querySelector(".wa-here");
  const links = [...menu.querySelectorAll("ol a")];
  const heads = links.map((link) => document.getElementById(link.hash.slice(1)));
  const beside = matchMedia("(min-width: 76rem)");

  function fit() {
    fold.open = beside.matches;
  }

  let chosen = null; // near the page's end a section that was asked for may not come to the top
  let waiting = false;
  function mark() {
    waiting = false;
    const line = innerHeight * 0.35;
    const ended = scrollY + innerHeight >= document.documentElement.scrollHeight - 2;
    const now = chosen ?? (ended ? heads.length - 1 : heads.findLastIndex((head) => head.getBoundingClientRect().top <= line));
    links.forEach((link, i) => (i === now ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current")));
    here.textContent = now < 0 ? "" : links[now].textContent;
  }

  menu.dataset.live = "";
  fit();
  mark();
  beside.addEventListener("change", fit);
  links.forEach((link, i) => link.addEventListener("click", () => {
    if (!beside.matches) fold.open = false;
    chosen = i;
    mark();
  }));
  for (const moved of ["wheel", "touchmove", "keydown"]) {
    addEventListener(moved, () => { chosen = null; }, { passive: true });
  }
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && fold.open && !beside.matches) {
      fold.open = false;
      fold.querySelector("summary").focus();
    }
  });
  addEventListener("scroll", () => {
    if (!waiting) requestAnimationFrame(mark);
    waiting = true;
  }, { passive: true });
})();
