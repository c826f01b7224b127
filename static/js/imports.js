/* The intake in the browser: progress of a reading, cells mended in place. Comes after once.js. All works without it. */
(function () {
  "use strict";

  // A form that takes long says so.
  document.querySelectorAll("form[data-once]").forEach(function (form) {
    form.addEventListener("submit", function (event) {
      if (event.defaultPrevented) return; // pressed twice
      var note = form.querySelector("[data-progress]");
      if (note) note.hidden = false;
      form.setAttribute("aria-busy", "true");
      if (event.submitter) event.submitter.classList.add("waiting");
      if (!note) say("words");
    });
  });
  window.addEventListener("pageshow", function () { // back from the next page
    document.querySelectorAll("form[data-once]").forEach(function (form) {
      var note = form.querySelector("[data-progress]");
      if (note) note.hidden = true;
      form.removeAttribute("aria-busy");
      form.querySelectorAll("button.waiting").forEach(function (button) { button.classList.remove("waiting"); });
      say("");
    });
  });

  // What goes on, for the eye and for the ear: one of the words the line below the table brings.
  function say(name) {
    var line = document.getElementById("working");
    if (line) line.textContent = name ? line.dataset[name] : "";
  }

  // The lines are drawn anew by the server after each change. Changes wait for one another, and while somebody types
  // nothing is drawn: what was answered meanwhile is kept until the cell is left.
  var queue = [], running = false, held = null, failed = null, slow = null;
  var fixes = []; // cells as they were before they were mended, the last one last
  function staged() { return document.getElementById("staged"); }
  function editor() { return document.querySelector("#staged input.editing"); }
  function cellOf(line, field) {
    var row = document.getElementById("l" + line);
    return row && row.querySelector('td[data-f="' + field + '"]');
  }
  function place(cell) { return { line: cell.parentNode.dataset.line, field: cell.dataset.f }; }

  function go(cell) {
    if (!cell) return;
    cell.closest("table").querySelectorAll('td[tabindex="0"]').forEach(function (other) { other.tabIndex = -1; });
    cell.tabIndex = 0;
    cell.focus();
  }

  // The first red cell below and right of a place, else the first of all; never the cell itself.
  function nextWrong(cell) {
    var all = Array.prototype.slice.call(staged().querySelectorAll("td.bad[data-f]")).filter(function (other) {
      return other !== cell && !other.classList.contains("saving");
    });
    return all.filter(function (other) {
      return cell.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING;
    })[0] || all[0];
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
  }

  function draw(html) {
    var active = document.activeElement, at = active && active.closest && active.closest("#staged td[data-f]");
    var spot = at ? place(at) : null, inside = active && active.closest && active.closest("#staged");
    staged().outerHTML = html;
    ready();
    if (!inside) return;
    var box = staged();
    var target = (spot && cellOf(spot.line, spot.field)) || box.querySelector("td.bad[data-f]");
    if (target) go(target);
    else (box.querySelector("[data-go-on]") || box).focus();
  }

  // Work that takes longer than a moment is said to be under way.
  function busy(is) {
    clearTimeout(slow);
    slow = is ? setTimeout(function () { say("words"); }, 400) : null;
    var line = document.getElementById("working");
    if (!is && line && line.textContent === line.dataset.words) say("");
    staged().setAttribute("aria-busy", String(is));
  }

  function settle() {
    if (held !== null && !editor() && !running && !queue.length) {
      var html = held;
      held = null;
      draw(html);
    }
    document.querySelectorAll("[data-go-on]").forEach(function (link) {
      link.classList.toggle("waiting", running || queue.length > 0 || failed !== null);
    });
  }

  function complain(values) {
    failed = values;
    var box = document.getElementById("not-saved");
    box.hidden = false;
    box.focus();
  }

  function next() {
    if (running || failed || !queue.length) return settle();
    running = true;
    busy(true);
    settle();
    var values = queue[0], box = staged();
    values.show = box.dataset.show;
    values.page = box.dataset.page;
    fetch(box.dataset.mend, {
      method: "POST", credentials: "same-origin", body: new URLSearchParams(values),
      headers: { "HX-Request": "true", "X-CSRFToken": document.querySelector("input[name=csrfmiddlewaretoken]").value }
    }).then(function (answer) {
      return answer.text().then(function (text) {
        running = false;
        busy(false);
        if (text.indexOf('id="staged"') < 0 || answer.redirected) {
          if (answer.redirected) return location.reload(); // written or put away in another window
          return complain(values);
        }
        queue.shift();
        held = text;
        next();
      });
    }).catch(function () {
      running = false;
      busy(false);
      complain(values);
      settle();
    });
  }

  function send(values) {
    queue.push(values);
    next();
  }

  function edit(cell, typed) {
    if (!cell || cell.querySelector("input.editing")) return;
    if (cell.dataset.cut !== undefined) { // only its beginning is here
      location.href = cell.parentNode.querySelector("td.state a").href;
      return;
    }
    var shown = cell.querySelector(".v");
    var before = shown.textContent;
    var box = document.createElement("input");
    box.className = "editing";
    box.value = typed === undefined ? before : typed;
    box.setAttribute("aria-label", staged().dataset.label);
    box.autocomplete = "off";
    if (document.getElementById("list_" + cell.dataset.f)) box.setAttribute("list", "list_" + cell.dataset.f);
    shown.hidden = true;
    shown.after(box);
    box.focus();
    if (typed === undefined) box.select();
    var over = false;
    function leave(save, onward) {
      if (over) return;
      over = true;
      var text = box.value;
      if (save && text !== before) shown.textContent = text;
      box.remove();
      shown.hidden = false;
      if (onward) go(nextWrong(cell) || cell);
      else if (onward === false) go(cell);
      if (save && text !== before) {
        cell.classList.add("saving");
        var at = place(cell);
        fixes.push({ act: "cell", line: at.line, field: at.field, text: before });
        send({ act: "cell", line: at.line, field: at.field, text: text });
      } else {
        settle();
      }
    }
    box.addEventListener("keydown", function (event) {
      if (event.key === "Enter") { event.preventDefault(); event.stopPropagation(); leave(true, true); }
      if (event.key === "Escape") { event.stopPropagation(); leave(false, false); }
    });
    box.addEventListener("blur", function () { leave(true); });
  }

  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-again]")) {
      document.getElementById("not-saved").hidden = true;
      failed = null;
      return next();
    }
    var offer = event.target.closest("button.offer");
    if (offer) {
      event.preventDefault();
      var cell = offer.closest("td"), at = place(cell);
      cell.classList.add("saving");
      fixes = []; // it may change many lines: their button or a new value takes that back
      go(nextWrong(cell) || cell);
      return send({ act: "accept", field: at.field, value: offer.dataset.value, offer: offer.dataset.offer });
    }
    var clicked = event.target.closest("[data-grid] td[data-f]");
    if (clicked && !event.target.closest("input, a, button")) edit(clicked);
    if (event.target.closest("[data-go-on].waiting")) event.preventDefault();
  });

  document.addEventListener("submit", function (event) {
    if (!event.target.matches("form.quick") || !event.submitter) return;
    event.preventDefault();
    event.submitter.disabled = true;
    fixes = [];
    send({ act: event.submitter.value });
  });

  // Ctrl+Z takes the last fix of a cell back; inside a box it is the browser's own.
  document.addEventListener("keydown", function (event) {
    if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    if (!staged() || event.target.closest("input, textarea, select")) return;
    event.preventDefault();
    var former = fixes.pop();
    if (!former) return say("none");
    var cell = cellOf(former.line, former.field);
    if (cell) {
      cell.classList.add("saving");
      go(cell);
    }
    send(former);
    say("undone");
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

  window.addEventListener("beforeunload", function (event) {
    if (running || queue.length) event.preventDefault();
  });
  ready();
})();
