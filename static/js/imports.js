/* The intake in the browser: progress of a reading, one press counts once, cells mended in place. All works without it. */
(function () {
  "use strict";

  // A form that takes long says so, and is sent once.
  document.querySelectorAll("form[data-bring], form[data-once]").forEach(function (form) {
    form.addEventListener("submit", function (event) {
      if (form.dataset.sent) return event.preventDefault();
      form.dataset.sent = "1";
      var note = form.querySelector("[data-progress]");
      if (note) note.hidden = false;
    });
  });
  window.addEventListener("pageshow", function () { // back from the next page
    document.querySelectorAll("form[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
      var note = form.querySelector("[data-progress]");
      if (note) note.hidden = true;
    });
  });

  var wanted = null; // the cell to go to when the lines are drawn anew
  function staged() { return document.getElementById("staged"); }
  function cellOf(line, field) {
    var row = document.getElementById("l" + line);
    return row && row.querySelector('td[data-f="' + field + '"]');
  }
  function place(cell) { return { line: cell.parentNode.dataset.line, field: cell.dataset.f }; }

  function go(cell) {
    if (!cell) return;
    var grid = cell.closest("table");
    grid.querySelectorAll('td[tabindex="0"]').forEach(function (other) { other.tabIndex = -1; });
    cell.tabIndex = 0;
    cell.focus();
  }

  function ready() {
    var box = staged();
    if (!box) return;
    var grid = box.querySelector("[data-grid]");
    grid.classList.add("can-edit");
    var cells = grid.querySelectorAll("td[data-f]");
    cells.forEach(function (cell) { cell.tabIndex = -1; });
    var first = grid.querySelector("td.bad[data-f]") || cells[0];
    if (first) first.tabIndex = 0;
    if (!wanted) return;
    var target = wanted.next ? nextWrong(wanted) : null;
    target = target || cellOf(wanted.line, wanted.field) || first;
    wanted = null;
    if (target) go(target);
  }

  // The next red cell after a place, else the first one.
  function nextWrong(from) {
    var all = Array.prototype.slice.call(staged().querySelectorAll("td.bad[data-f]"));
    var here = cellOf(from.line, from.field);
    if (here && here.classList.contains("bad")) return here;
    var after = all.filter(function (cell) { return Number(cell.parentNode.dataset.line) >= Number(from.line); });
    return after[0] || all[0];
  }

  function send(values, from) {
    var box = staged();
    values.show = box.dataset.show;
    values.page = box.dataset.page;
    wanted = from;
    window.htmx.ajax("POST", box.dataset.mend, {
      target: "#staged", swap: "outerHTML", values: values,
      headers: { "X-CSRFToken": document.querySelector("input[name=csrfmiddlewaretoken]").value }
    });
  }

  function edit(cell, typed) {
    if (!cell || cell.querySelector("input.editing")) return;
    var shown = cell.querySelector(".v");
    var before = shown.textContent;
    var box = document.createElement("input");
    box.className = "editing";
    box.value = typed === undefined ? before : typed;
    box.setAttribute("aria-label", staged().dataset.label);
    box.autocomplete = "off";
    shown.hidden = true;
    shown.after(box);
    box.focus();
    if (typed === undefined) box.select();
    var over = false;
    function leave(save, next) {
      if (over) return;
      over = true;
      var text = box.value;
      box.remove();
      shown.hidden = false;
      if (save && text !== before) {
        shown.textContent = text;
        cell.classList.add("saving");
        var at = place(cell);
        send({ act: "cell", line: at.line, field: at.field, text: text }, { line: at.line, field: at.field, next: next });
      } else {
        go(cell);
      }
    }
    box.addEventListener("keydown", function (event) {
      if (event.key === "Enter") { event.preventDefault(); event.stopPropagation(); leave(true, true); }
      if (event.key === "Escape") { event.stopPropagation(); leave(false); }
    });
    box.addEventListener("blur", function () { leave(true, false); });
  }

  document.addEventListener("click", function (event) {
    var offer = event.target.closest("button.offer");
    if (offer) {
      var at = place(offer.closest("td"));
      return send(
        { act: "accept", field: at.field, value: offer.dataset.value, offer: offer.dataset.offer },
        { line: at.line, field: at.field, next: true }
      );
    }
    var cell = event.target.closest("[data-grid] td[data-f]");
    if (cell && !event.target.closest("input, a, button")) edit(cell);
  });

  document.addEventListener("keydown", function (event) {
    var cell = event.target.closest && event.target.closest("[data-grid] td[data-f]");
    if (!cell || event.target !== cell || event.ctrlKey || event.metaKey || event.altKey) return;
    var row = cell.parentNode, index = Array.prototype.indexOf.call(row.children, cell), to = null;
    if (event.key === "ArrowRight") to = row.children[index + 1];
    else if (event.key === "ArrowLeft") to = row.children[index - 1];
    else if (event.key === "ArrowDown") to = row.nextElementSibling && row.nextElementSibling.children[index];
    else if (event.key === "ArrowUp") to = row.previousElementSibling && row.previousElementSibling.children[index];
    else if (event.key === "Enter" || event.key === "F2") { event.preventDefault(); return edit(cell); }
    else if (event.key === "Delete") { event.preventDefault(); return edit(cell, ""); }
    else if (event.key.length === 1) { event.preventDefault(); return edit(cell, event.key); }
    else return;
    event.preventDefault();
    if (to && to.dataset.f) go(to);
  });

  document.addEventListener("htmx:afterSettle", ready);
  ready();
})();
