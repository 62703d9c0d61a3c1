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

  let waiting = false;
  function mark() {
    waiting = false;
    const line = innerHeight * 0.35;
    const ended = scrollY + innerHeight >= document.documentElement.scrollHeight - 2;
    const now = ended ? heads.length - 1 : heads.findLastIndex((head) => head.getBoundingClientRect().top <= line);
    links.forEach((link, i) => (i === now ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current")));
    here.textContent = now < 0 ? "" : links[now].textContent;
  }

  menu.dataset.live = "";
  fit();
  mark();
  beside.addEventListener("change", fit);
  for (const link of links) link.addEventListener("click", () => { if (!beside.matches) fold.open = false; });
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
