"use strict";
(function () {
  const form = document.getElementById("filter");
  if (form === null) return;
  const cards = Array.from(document.querySelectorAll("article.finding"));
  const severities = Array.from(form.querySelectorAll("[name=severity]"));
  const shown = document.getElementById("shown");

  function apply() {
    const wanted = new FormData(form);
    const hidden = severities.filter((box) => !box.checked).map((box) => box.value);
    const rule = wanted.get("rule");
    const file = wanted.get("file");
    let count = 0;
    for (const card of cards) {
      const fits = [
        !hidden.includes(card.dataset.severity),
        rule ? card.dataset.rule === rule : true,
        file ? card.dataset.files.split(" ").includes(file) : true,
      ].every(Boolean);
      card.hidden = !fits;
      count += fits ? 1 : 0;
    }
    shown.textContent = count === cards.length ? "" : count + " of " + cards.length + " shown";
  }

  // A link opens its card, also to one that the filter hides.
  document.addEventListener("click", function (event) {
    const link = event.target.closest("a[href^='#']");
    if (link === null) return;
    const card = document.getElementById(link.getAttribute("href").slice(1));
    if (card !== null) card.hidden = false;
  });
  form.addEventListener("change", apply);
  form.addEventListener("submit", function (event) {
    event.preventDefault();
  });
  form.hidden = false;
  // A browser can remember what was chosen.
  apply();
})();
