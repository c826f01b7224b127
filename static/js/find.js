/* Suggestions under a box that names an enterprise or an organisation: <input data-find="enterprises">. The box stays
   a plain text box that takes a name or a code; this only saves typing. Follows the combobox pattern of the WAI-ARIA
   practices (list autocomplete). Boxes added later work, too. Choosing fires "find:chosen" (detail: the row) and
   "change" on the box. A box, or anything around it, may carry data-find-query="sector=union". A box with a list of
   its own (<input list="issuers">) is offered those names, found without accents; what is typed may be another name, so
   only what arrows or a click point at is taken. Runs on Chrome 109. */
(function () {
  "use strict";

  var words = document.currentScript.dataset;
  var BOXES = "input[data-find], input[list], input[data-names]";
  var WAIT = 150, LEAST = 2, MOST = 10, seen = new Map();
  var list, status, box = null, rows = [], at = -1, moved = false, timer = 0, asking = null, asked = "";

  function build(input) {
    if (!list) {
      list = document.createElement("ul");
      list.id = "find-list";
      list.className = "find-list";
      list.setAttribute("role", "listbox");
      list.setAttribute("aria-label", words.list);
      list.addEventListener("pointerdown", function (event) { event.preventDefault(); }); // the box keeps the focus
      list.addEventListener("mousedown", function (event) { event.preventDefault(); });
      list.addEventListener("click", function (event) {
        var option = event.target.closest("[role=option]");
        if (option && box) choose(Number(option.dataset.place));
      });
      status = document.createElement("div");
      status.className = "visually-hidden";
      status.setAttribute("role", "status");
    }
    var home = input.closest("dialog") || document.getElementById("content") || document.body;
    if (list.parentNode !== home) { home.appendChild(list); home.appendChild(status); }
    list.hidden = true;
  }

  function enter(input) {
    if (box === input) return;
    close();
    build(input);
    box = input;
    if (input.hasAttribute("list")) { // in place of the browser's own list, which asks for every accent
      input.dataset.names = input.getAttribute("list");
      input.removeAttribute("list");
    }
    if (!input.hasAttribute("role")) {
      input.setAttribute("role", "combobox");
      input.setAttribute("aria-autocomplete", "list");
      input.setAttribute("aria-expanded", "false");
    }
    input.setAttribute("aria-controls", list.id);
    asked = input.value.trim();
  }

  function isOpen() { return Boolean(list) && !list.hidden; }

  function close() {
    clearTimeout(timer);
    if (asking) asking.abort();
    asking = null;
    rows = [];
    at = -1;
    moved = false;
    if (list) { list.hidden = true; list.textContent = ""; }
    if (box) {
      box.setAttribute("aria-expanded", "false");
      box.removeAttribute("aria-activedescendant");
      box.removeAttribute("aria-busy");
    }
  }

  function place() {
    var edge = box.getBoundingClientRect(), home = list.offsetParent || document.documentElement;
    var base = home === document.body || home === document.documentElement ?
      { left: -window.scrollX, top: -window.scrollY } : home.getBoundingClientRect();
    var room = document.documentElement.clientWidth;
    var width = Math.min(Math.max(edge.width, 320), room - 16);
    var left = Math.max(8, Math.min(edge.left, room - width - 8));
    list.style.width = width + "px";
    list.style.left = left - base.left + "px";
    var below = window.innerHeight - edge.bottom - 10, over = edge.top - 10;
    var above = below < 220 && over > below;
    list.style.maxHeight = Math.max(120, Math.min(360, above ? over : below)) + "px";
    list.style.top = (above ? edge.top - list.offsetHeight - 2 : edge.bottom + 2) - base.top + "px";
  }

  function part(className, text) {
    var element = document.createElement("span");
    element.className = className;
    element.textContent = text;
    return element;
  }

  function show(found) {
    rows = found;
    moved = false;
    list.textContent = "";
    if (!rows.length) {
      close();
      status.textContent = words.none;
      return;
    }
    rows.forEach(function (row, index) {
      var option = document.createElement("li");
      option.id = "find-" + index;
      option.setAttribute("role", "option");
      option.dataset.place = String(index);
      option.appendChild(part("find-name", row.name));
      if (row.tag) option.appendChild(part("tag warn", row.tag));
      if (row.detail) option.appendChild(part("find-detail", row.detail));
      list.appendChild(option);
    });
    list.hidden = false;
    box.setAttribute("aria-expanded", "true");
    place();
    if (box.dataset.names) at = -1; else mark(0);
    status.textContent = words.some.replace("{count}", String(rows.length));
  }

  function mark(index) {
    at = index;
    list.querySelectorAll("[role=option]").forEach(function (option, number) {
      option.setAttribute("aria-selected", String(number === at));
      if (number === at) option.scrollIntoView({ block: "nearest" });
    });
    box.setAttribute("aria-activedescendant", "find-" + at);
  }

  function choose(index) {
    var row = rows[index], input = box;
    input.value = row.value;
    asked = row.value;
    close();
    input.dispatchEvent(new CustomEvent("find:chosen", { bubbles: true, detail: row }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function fold(text) {
    return text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/g, "d");
  }

  function offer(input, text) {
    var asked = fold(text).split(/\s+/), offered = document.getElementById(input.dataset.names);
    var names = Array.from(offered ? offered.querySelectorAll("option") : [], function (option) { return option.value; });
    names = names.filter(function (name) {
      var folded = fold(name);
      return name !== text && asked.every(function (word) { return folded.indexOf(word) >= 0; });
    });
    if (!names.length) return close();
    show(names.slice(0, MOST).map(function (name) { return { name: name, value: name, detail: "" }; }));
  }

  function address(input, text) {
    var around = input.closest("[data-find-query]");
    var query = new URLSearchParams(around ? around.dataset.findQuery : "");
    query.set("q", text);
    return words[input.dataset.find] + "?" + query;
  }

  function ask(input, text) {
    var url = address(input, text);
    if (asking) asking.abort();
    asking = null;
    if (seen.has(url)) return show(seen.get(url));
    var mine = asking = new AbortController();
    input.setAttribute("aria-busy", "true");
    fetch(url, { credentials: "same-origin", redirect: "error", signal: mine.signal, headers: { Accept: "application/json" } })
      .then(function (answer) {
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.json();
      })
      .then(function (told) {
        if (seen.size > 200) seen.clear();
        seen.set(url, told.results);
        if (asking !== mine || box !== input) return;
        asking = null;
        input.removeAttribute("aria-busy");
        show(told.results);
      })
      .catch(function (error) {
        if (error.name === "AbortError" || asking !== mine) return;
        close();
        status.textContent = words.failed;
      });
  }

  function typed(input, now) {
    clearTimeout(timer);
    var text = input.value.trim();
    if (text === asked && !now) return;
    asked = text;
    if (input.dataset.names) {
      if (text || now) offer(input, text); else close();
      return;
    }
    if (text.length < LEAST) { close(); return; }
    timer = setTimeout(function () { if (box === input) ask(input, text); }, now ? 0 : WAIT);
  }

  document.addEventListener("focusin", function (event) {
    var input = event.target.closest && event.target.closest(BOXES);
    if (input) enter(input);
  });
  document.addEventListener("click", function (event) {
    if (event.target === box && box.dataset.names && !box.value && !isOpen()) typed(box, true);
  });
  document.addEventListener("focusout", function (event) {
    if (event.target !== box) return;
    close();
    box = null;
  });
  document.addEventListener("input", function (event) {
    var input = event.target;
    if (!input.matches || !input.matches(BOXES)) return;
    enter(input);
    typed(input, false);
  });
  document.addEventListener("keydown", function (event) {
    if (event.target !== box || event.ctrlKey || event.metaKey || event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (event.altKey && event.key === "ArrowUp") { if (isOpen()) { close(); event.preventDefault(); } return; }
      if (event.altKey && event.key !== "ArrowDown") return;
      event.preventDefault();
      if (!isOpen()) return typed(box, true);
      var step = event.key === "ArrowDown" ? 1 : -1;
      mark(at < 0 && step < 0 ? rows.length - 1 : (at + step + rows.length) % rows.length);
      moved = true;
    } else if (event.altKey || !isOpen()) {
      return;
    } else if (event.key === "Enter" && at < 0) {
      close(); // what was typed stands
    } else if (event.key === "Enter") {
      event.preventDefault();
      event.stopPropagation();
      choose(at);
    } else if (event.key === "Tab" && (moved || (rows.length === 1 && at >= 0))) {
      choose(at); // and on to the next box
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  }, true);
  window.addEventListener("resize", close);
})();
