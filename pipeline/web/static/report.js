// The report page: verdicts and source light each other; the panel shows one list at a time; keys for the review.
(() => {
  "use strict";
  const panel = document.querySelector("[data-panel]"), source = document.querySelector("[data-source]");
  if (!panel || !source) return;
  const cards = [...panel.querySelectorAll("[data-targets]")];
  const tabs = [...panel.querySelectorAll("[data-tabs] a")], sections = [...panel.querySelectorAll("[data-tab]")];
  const clear = () => document.querySelectorAll(".lit").forEach(e => e.classList.remove("lit"));
  // A cell stands in the text, and on the picture of its page where there is one: the picture comes first.
  const places = id => [...source.querySelectorAll(`.original[open] [data-of="${CSS.escape(id)}"]`), document.getElementById(id)].filter(Boolean);
  const targets = card => card.dataset.targets.split(" ").flatMap(places);
  let at = -1;

  const show = id => {
    sections.forEach(s => { s.hidden = s.id !== id; });
    tabs.forEach(t => t.toggleAttribute("aria-current", t.hash === "#" + id));
    tabs.forEach(t => { if (t.hasAttribute("aria-current")) t.setAttribute("aria-current", "true"); });
  };
  tabs.forEach(tab => tab.addEventListener("click", e => { e.preventDefault(); show(tab.hash.slice(1)); panel.scrollTop = 0; }));
  show("verdicts");

  const reveal = card => { const fold = card.closest("details:not(.decide)"); if (fold) fold.open = true; };
  const light = (card, to) => {
    clear();
    at = cards.indexOf(card);
    card.classList.add("lit");
    const found = targets(card);
    found.forEach(e => e.classList.add("lit"));
    if (to === "source" && found[0]) found[0].scrollIntoView({block: "center"});
    if (to === "card") { show("verdicts"); reveal(card); card.focus({preventScroll: true}); card.scrollIntoView({block: "nearest"}); }
  };
  cards.forEach(card => card.addEventListener("click", e => { if (!e.target.closest("form, summary, a:not(.see)")) { e.preventDefault(); light(card, "source"); } }));

  // From a number in the lists to its place.
  panel.addEventListener("click", e => {
    const link = e.target.closest("a.see");
    if (!link || link.closest("[data-targets]")) return;
    const found = places(link.hash.slice(1));
    if (!found.length) return;
    e.preventDefault();
    clear();
    found.forEach(place => place.classList.add("lit"));
    found[0].scrollIntoView({block: "center"});
  });

  // From a place in the source back to the first verdict about it.
  const about = id => cards.find(c => c.dataset.targets.split(" ").includes(id));
  source.addEventListener("click", e => {
    const mark = e.target.closest("mark[id], .cellmark, [data-of]");
    if (!mark) return;
    const id = mark.dataset.of || mark.id, card = about(id);
    if (card) { light(card, "card"); return; }
    clear();
    places(id).forEach(place => place.classList.add("lit"));
    const line = panel.querySelector(`a.see[href="#${CSS.escape(id)}"]`)?.closest("tr");
    if (line) { show(line.closest("[data-tab]").id); line.classList.add("lit"); line.scrollIntoView({block: "nearest"}); }
  });

  const step = n => {
    const open = cards.filter(c => !c.closest("details:not([open])"));
    if (!open.length) return;
    const now = open.indexOf(cards[at]);
    light(open[Math.max(0, Math.min(open.length - 1, now + n))], "card");
  };
  document.addEventListener("keydown", e => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.target.closest("input, select, textarea, dialog")) return;
    const card = cards[at] || e.target.closest("[data-targets]");
    if (e.key === "j") step(1);
    else if (e.key === "k") step(-1);
    else if (e.key === "Enter" && card && !e.target.closest("a, summary, button, mark")) { e.preventDefault(); light(card, "source"); }
    else if (e.key === "Enter" && e.target.closest("mark[id]")) { const found = about(e.target.id); if (found) light(found, "card"); }
    else if (e.key === "b" && card) light(card, "card");
    else if (e.key === "x" && card) {
      const fold = card.querySelector(".decide");
      if (fold) { e.preventDefault(); fold.open = true; fold.querySelector("select").focus(); }
    }
  });

  // Where the work list sent us.
  const hash = decodeURIComponent(location.hash.slice(1));
  const sent = cards.find(c => c.dataset.key === hash || c.id === hash);
  if (sent) light(sent, "card");
})();
